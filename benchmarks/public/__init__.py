"""Sets that others have: one file each, and one command each.

A file says in its docstring what lies where, which protocol it follows and where that is written;
`load` reads a folder as it is given out and counts what it leaves out, and `figures` gives the
measures of the paper. `given` asks a system, `published` holds what others report.
"""
