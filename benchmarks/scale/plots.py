"""The growth of the index as plots: time, memory and opening, by size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from benchmarks.plots import save
from benchmarks.results import Result

WHAT = {  # of each index, with its unit as so many of what is measured
    "milliseconds_median": ("ms a query", 1.0),
    "resident_bytes": ("MB in memory after the queries", 1e-6),
    "open_s": ("ms to open", 1e3),
}
LEAST = 1e-3  # drawn, of anything
READ_A_POSTING, READ_A_KEY = 3, 8  # bytes of a segment


def plot_grown(result: Result, folder: Path, stem: str) -> list[tuple[str, Path]]:
    """A row of plots for codes and one for postings, of those that were measured at several
    sizes."""
    drawn = []
    for side in ("codes", "postings"):
        if len(result.get(side, ())) > 1:
            path = folder / f"{stem}-{side}.svg"
            _draw(result, side, path)
            drawn.append((f"Growth of {side}", path))
    return drawn


def _draw(result: Result, side: str, path: Path) -> None:
    figure, axes = plt.subplots(1, len(WHAT), figsize=(4.2 * len(WHAT), 3.8))
    for axis, (what, (label, unit)) in zip(axes, WHAT.items(), strict=True):
        for name in _names(result[side]):
            _line(axis, result[side], side, name, what, unit)
        axis.set(xscale="log", yscale="log", xlabel=side, ylabel=label)
        axis.grid(alpha=0.3)
    _floor(axes[0], result, side)
    axes[0].legend(fontsize="x-small")
    save(figure, path)


def _names(steps: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(index["name"] for step in steps for index in step["indexes"]))


def _line(
    axis: Axes, steps: list[dict[str, Any]], side: str, name: str, what: str, unit: float
) -> None:
    points = [
        (step[side], max(index[what] * unit, LEAST))
        for step in steps
        for index in step["indexes"]
        if index["name"] == name and what in index
    ]
    if points:
        axis.plot(*zip(*points, strict=True), "-o", markersize=3, label=name)


def _floor(axis: Axes, result: Result, side: str) -> None:
    """How long it takes to read what a query must: all codes, or the postings that it meets."""
    points = []
    for step in result[side]:
        read = step.get("floor_bytes") or _met(step)
        if read:
            points.append((step[side], 1e3 * read / result["bandwidth"]["bytes_a_second"]))
    if points:
        axis.plot(*zip(*points, strict=True), "k--", linewidth=1, label="reading it, at best")


def _met(step: dict[str, Any]) -> float:
    met = [index["postings_a_query"] for index in step["indexes"] if "postings_a_query" in index]
    return READ_A_POSTING * met[0] + READ_A_KEY * step["keys_a_query"] if met else 0.0
