"""What others report of the same sets; never measured here. Each value names where it was read.

VCSL prints percent, these are shares. A figure of a whole set is not to be held against one of a
part (`--queries`, `--distractors`): fewer references are easier.
"""

from __future__ import annotations

import csv
from pathlib import Path

TABLE = Path(__file__).with_name("published.csv")


def published(name: str, split: str) -> list[dict[str, str | float]]:
    """One entry for each system and measure of a part of a set; none when nothing was read."""
    with TABLE.open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if (r["set"], r["split"]) == (name, split)]
    return [{**row, "value": float(row["value"])} for row in rows]
