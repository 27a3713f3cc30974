"""Figures of systems that cannot be run here, as others measured them; never ours.

Olaf and Panako are in no package registry. `quoted_peers.csv` holds what the field note measured
of them in November 2026, on another corpus (160 references, 6.8 h of game music), with 24 or 16
queries a cell: ±20 points. The share in place is what our recall is; works are right tracks
wherever.
"""

from __future__ import annotations

import csv
from pathlib import Path

TABLE = Path(__file__).with_name("quoted_peers.csv")


def quoted() -> list[dict[str, str | int]]:
    """One entry for each row and system."""
    with TABLE.open(newline="") as file:
        return [{key: _number(value) for key, value in row.items()} for row in csv.DictReader(file)]


def _number(value: str) -> str | int:
    return int(value) if value.isdigit() else value
