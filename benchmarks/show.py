"""A system's rows on the terminal, with the same cells as the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.ranked_tables import verdict
from benchmarks.rows import Row
from benchmarks.tables import RECALL_HEADER, count, recall_rows, share, spread, unread

# The columns that fit a terminal; the report has all.
SHOWN = (
    *("row", "queries (works)", "recall", "target", "wrong work claimed"),
    "offset error s, median / p95",
)
RANKED_HEADER = ("row", "queries (works)", "recall", "target", "", "wrong work", "offset error s")
MIN_WIDTH = 140


def show(system: dict[str, Any]) -> None:
    """Print the rows of one system of a recall run."""
    shown = [[line[RECALL_HEADER.index(h)] for h in SHOWN] for line in recall_rows(system)]
    _print(system, SHOWN, shown)


def show_ranked(system: dict[str, Any], rows: Sequence[Row]) -> None:
    """Print the rows of one system of an audio or a video run."""
    found = [(row, system["rows"][row.name]) for row in rows]
    lines = [
        [
            row.name,
            f"{figures['queries']} ({figures['works']})",
            share(figures.get("recall")),
            "-" if row.target is None else f"{row.target:.2f}",
            verdict(figures.get("recall"), row.target),
            count(figures["false"]),
            spread(figures.get("offset_error_s")),
        ]
        for row, figures in found
    ]
    _print(system, RANKED_HEADER, lines)


def _print(system: dict[str, Any], header: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    grid = Table(title=system["system"])
    for heading in header:
        grid.add_column(heading, no_wrap=True)
    for line in lines:
        grid.add_row(*line)
    console = Console()
    console.width = max(console.width, MIN_WIDTH)  # a figure that is cut short is none
    console.print(grid, *unread(system), sep="\n")
