"""A system's rows on the terminal, with the same cells as the report."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.tables import RECALL_HEADER, recall_rows


def show(system: dict[str, Any]) -> None:
    """Print the rows of one system of a recall run."""
    grid = Table(title=system["system"])
    for heading in RECALL_HEADER:
        grid.add_column(heading)
    for line in recall_rows(system):
        grid.add_row(*line)
    Console().print(grid)
