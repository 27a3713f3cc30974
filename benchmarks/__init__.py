"""How well, how fast and how small: runs on real media, scored against the public contract.

Nothing imports this package. A run writes JSON; `report` makes tables and plots from the JSON
alone. See `python -m benchmarks --help`.
"""
