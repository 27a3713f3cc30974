"""The benchmark that guards every change: `python -m benchmarks guard`.

It needs a checkout and nothing else: the works that are shipped, cut short enough that a weaker
engine loses some. It is held against a baseline that is committed beside it, and fails.
"""
