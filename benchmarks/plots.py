"""Plots of results, without a display."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from benchmarks.results import Result

# The same result gives the same bytes, so that a committed plot changes only with its figures.
mpl.rcParams["svg.hashsalt"] = "reelprint"


def plot_recall(result: Result, folder: Path, stem: str) -> list[tuple[str, Path]]:
    """Recall with its 95 % interval, a group of bars for each row, a colour for each system."""
    systems = result["systems"]
    names = [name for name, row in systems[0]["rows"].items() if "recall" in row]
    figure, axes = plt.subplots(figsize=(9, 0.5 + 0.45 * len(names)))
    width = 0.8 / len(systems)
    for k, system in enumerate(systems):
        shown = [
            (y, system["rows"][n]["recall"]) for y, n in enumerate(names) if n in system["rows"]
        ]
        values = [recall["share"] for _, recall in shown]
        below = [recall["share"] - recall["low"] for _, recall in shown]
        above = [recall["high"] - recall["share"] for _, recall in shown]
        places = [y + k * width for y, _ in shown]
        axes.barh(places, values, width, xerr=[below, above], label=system["system"], capsize=2)
    axes.set_yticks([y + 0.4 - width / 2 for y in range(len(names))], names)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1.02), xlabel="recall at the shipped threshold, with 95 % interval")
    axes.legend(loc="lower left", fontsize="small")
    path = folder / f"{stem}.svg"
    save(figure, path)
    return [("Recall by row and system", path)]


def save(figure: Figure, path: Path) -> None:
    """Write a figure and forget it."""
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
