"""A system's rows on the terminal, with the same cells as the report."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.tables import RECALL_HEADER, recall_rows, unread

# The columns that fit a terminal; the report has all.
SHOWN = (
    *("row", "queries (works)", "recall", "target", "wrong work claimed"),
    "offset error s, median / p95",
)
MIN_WIDTH = 140


def show(system: dict[str, Any]) -> None:
    """Print the rows of one system of a recall run."""
    grid = Table(title=system["system"])
    for heading in SHOWN:
        grid.add_column(heading, no_wrap=True)
    for line in recall_rows(system):
        grid.add_row(*(line[RECALL_HEADER.index(heading)] for heading in SHOWN))
    console = Console()
    console.width = max(console.width, MIN_WIDTH)  # a figure that is cut short is none
    console.print(grid, *unread(system), sep="\n")
