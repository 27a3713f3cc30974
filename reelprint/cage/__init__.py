"""A cage for what reads hostile bytes: one process a file, which can do nothing but read that file,
compute, and write its result into one pipe.

`caged.run` puts a piece of work into it; `description.described` says what it is made of here.
"""
