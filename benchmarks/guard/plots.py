"""The plots of the benchmark card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt

from benchmarks.plots import save
from benchmarks.results import Result

COLOURS = {"sound": "C0", "picture": "C1", "both": "C2"}


def plot(result: Result, folder: Path, stem: str) -> list[tuple[str, Path]]:
    """Write both plots; (caption, path) of each."""
    return [
        (
            "Recall of each cell with its 95 % interval",
            _recall(result, folder / f"{stem}-recall.svg"),
        ),
        (
            "Chance matches against what was stated",
            _strangers(result, folder / f"{stem}-chance.svg"),
        ),
    ]


def _recall(result: Result, path: Path) -> Path:
    """A bar a cell; a line where it was in the baseline, a cross where it would fail."""
    cells: list[dict[str, Any]] = result["cells"]
    figure, axes = plt.subplots(figsize=(9, 0.5 + 0.27 * len(cells)))
    for y, cell in enumerate(cells):
        found = cell["found"]
        error = [[found["share"] - found["low"]], [found["high"] - found["share"]]]
        colour = COLOURS[cell["name"].partition("_")[0]]
        axes.barh(y, found["share"], 0.7, xerr=error, color=colour, alpha=0.6, capsize=2)
        axes.plot([cell["before"]["share"]] * 2, [y - 0.4, y + 0.4], color="black", linewidth=1.5)
        axes.plot((cell["least"] - 1) / found["n"], y, "x", color="red", markersize=4)
    axes.set_yticks(range(len(cells)), [cell["name"] for cell in cells], fontsize="small")
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.02), ylim=(len(cells) - 0.5, -0.5))
    axes.set_xlabel("recall; black: the baseline, red: fails from here down")
    save(figure, path)
    return path


def _strangers(result: Result, path: Path) -> Path:
    """How many negatives met a match of at most an E-value, beside the most that it allows."""
    rows: list[dict[str, Any]] = [r for r in result["strangers"]["at_most"] if r["e_value"] <= 1]
    figure, axes = plt.subplots(figsize=(5, 4))
    stated = [row["e_value"] for row in rows]
    axes.plot(stated, stated, color="black", label="as stated")
    axes.plot(stated, [row["high"] for row in rows], "v", color="C0", label="upper end of 95 %")
    seen = [(row["e_value"], row["share"]) for row in rows if row["k"]]
    axes.plot([x for x, _ in seen], [y for _, y in seen], "o", color="C0", label="observed")
    axes.set(xscale="log", yscale="log", xlabel="E-value", ylabel="share of negatives at or below")
    axes.legend(fontsize="small")
    axes.grid(alpha=0.3)
    save(figure, path)
    return path
