"""The plots of the video benchmark: every attack by every system, curves, misses and mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from benchmarks.ranked_plots import Drawing, curves, det, drawn, finish, series
from benchmarks.results import Result

CURVES = {
    "length": "length, s",
    "crop": "lost of each side, %",
    "rotation": "turned, degrees",
    "speed": "speed",
    "picture in picture": "share of the frame's sides, %",
}
UNCHANGED = {"crop": 0.0, "rotation": 0.0, "speed": 1.0, "picture in picture": 100.0}


def plot_video(result: Result, folder: Path, stem: str) -> list[tuple[str, Path]]:
    """Write the plots that the rows of a run allow; (caption, path) of each."""
    plots: tuple[Drawing, ...] = (
        ("Recall by attack and system", "attacks", _attacks),
        ("Recall against how much", "curves", _curves),
        ("Misses against false matches", "det", det),
    )
    return drawn(plots, result, folder, stem)


def _attacks(result: Result) -> Figure | None:
    """A cell for each row and system, its recall in words and in colour."""
    names = [row["name"] for row in result["rows"] if not row["negative"]]
    systems = result["systems"]
    if not names:
        return None
    shares = np.array([[s["rows"][n]["recall"]["share"] or 0.0 for s in systems] for n in names])
    figure, axis = plt.subplots(figsize=(2 + 1.1 * len(systems), 1 + 0.24 * len(names)))
    axis.imshow(shares, cmap="RdYlGn", vmin=0, vmax=1, aspect="auto")
    for (y, x), value in np.ndenumerate(shares):
        axis.text(x, y, f"{value:.2f}", ha="center", va="center", fontsize="x-small")
    axis.set_yticks(range(len(names)), names, fontsize="small")
    labels = [system["system"].replace(" (", "\n(") for system in systems]
    axis.set_xticks(range(len(systems)), labels, rotation=40, ha="left", fontsize="small")
    axis.xaxis.tick_top()
    return figure


def _curves(result: Result) -> Figure | None:
    panels = {name: series(result, name) for name in CURVES}
    panels = {name: rows for name, rows in panels.items() if len(rows) > 1}
    if not panels:
        return None
    figure, grid = plt.subplots(
        1, len(panels), figsize=(2.6 * len(panels) + 1, 3.5), sharey=True, squeeze=False
    )
    for axis, (name, rows) in zip(grid[0], panels.items(), strict=True):
        curves(axis, result, [*_unchanged(result, name), *_points(rows)], "-", "")
        axis.set(title=name, xlabel=CURVES[name])
    finish(figure, grid[0])
    return figure


def _points(rows: list[dict[str, Any]]) -> list[tuple[float, str]]:
    return [(row["amount"], row["name"]) for row in rows]


def _unchanged(result: Result, name: str) -> list[tuple[float, str]]:
    """The clip to which nothing was done, where a curve begins or ends with it."""
    known = any(row["name"] == "clip_5s" for row in result["rows"])
    return [(UNCHANGED[name], "clip_5s")] if known and name in UNCHANGED else []
