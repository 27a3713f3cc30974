"""Curves that the benchmarks of sound and of video share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.plots import save
from benchmarks.results import Result

Point = tuple[float, str]  # place on the axis, name of the row
Drawing = tuple[str, str, Callable[[Result], Figure | None]]  # caption, part of the file's name


def drawn(
    plots: Sequence[Drawing], result: Result, folder: Path, stem: str
) -> list[tuple[str, Path]]:
    """Write the plots that the rows of a run allow; (caption, path) of each."""
    found = []
    for caption, name, draw in plots:
        path = folder / f"{stem}-{name}.svg"
        if (figure := draw(result)) is not None:
            save(figure, path)
            found.append((caption, path))
    return found


def series(result: Result, name: str) -> list[dict[str, Any]]:
    """The rows of one curve."""
    return [row for row in result["rows"] if row["series"] == name]


def det(result: Result) -> Figure | None:
    """Each system's misses in rows with a target, against false matches, as its bar is moved."""
    wanted = [r["name"] for r in result["rows"] if r["target"] is not None]
    negatives = [r["name"] for r in result["rows"] if r["negative"]]
    if not wanted or not negatives:
        return None
    figure, axis = plt.subplots(figsize=(6, 5))
    for k, system in enumerate(result["systems"]):
        curve = _Curve(system, wanted, negatives)
        bars = np.unique(curve.bars())[::-1]
        told = np.array([curve.at(bar) for bar in bars]).reshape(-1, 2)
        axis.plot(told[:, 0], told[:, 1], color=f"C{k}", label=system["system"])
        axis.plot(*curve.at(system["floor"]), "o", color=f"C{k}")
    axis.set(
        xlabel="share of queries of unregistered works that get a match",
        ylabel="share of queries missed, rows with a target",
        xscale="log",
        yscale="log",
        title="the dot is the shipped threshold",
    )
    axis.legend(fontsize="small")
    axis.grid(alpha=0.3)
    return figure


class _Curve:
    """One system's two errors, by the least rank that it would report."""

    def __init__(self, system: dict[str, Any], wanted: Sequence[str], none: Sequence[str]) -> None:
        rows = system["rows"]
        self._right = np.sort(np.concatenate([rows[name]["right_ranks"] for name in wanted]))
        self._wrong = np.sort(np.concatenate([rows[name]["wrong_ranks"] for name in none]))
        self._asked = sum(rows[name]["queries"] for name in wanted)
        self._strangers = sum(rows[name]["queries"] for name in none)

    def bars(self) -> np.ndarray[Any, Any]:
        """Every rank at which an error changes."""
        return np.concatenate([self._right, self._wrong])

    def at(self, bar: float) -> tuple[float, float]:
        """(false, missed); none at all is drawn as half of one, for the axes have no zero."""
        false = len(self._wrong) - np.searchsorted(self._wrong, bar)
        found = len(self._right) - np.searchsorted(self._right, bar)
        shares = (false / self._strangers, 1 - found / self._asked)
        least = (0.5 / self._strangers, 0.5 / self._asked)
        return max(shares[0], least[0]), max(shares[1], least[1])


def curves(axis: Axes, result: Result, points: Sequence[Point], line: str, suffix: str) -> None:
    """Recall over the points, a colour for each system, its interval shaded."""
    ordered = sorted(points)
    places = [place for place, _ in ordered]
    for k, system in enumerate(result["systems"]):
        found = [system["rows"][name]["recall"] for _, name in ordered]
        label = system["system"] + suffix
        axis.plot(places, [f["share"] for f in found], f"{line}o", color=f"C{k}", label=label, ms=3)
        low, high = ([f[end] for f in found] for end in ("low", "high"))
        axis.fill_between(places, low, high, color=f"C{k}", alpha=0.08)


def finish(figure: Figure, axes: Sequence[Axes]) -> None:
    """The same scale for all, and one legend below."""
    for axis in axes:
        axis.set_ylim(-0.02, 1.02)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("recall")
    handles, labels = axes[0].get_legend_handles_labels()
    below = (0.5, -0.02)
    figure.legend(
        handles, labels, loc="upper center", bbox_to_anchor=below, ncols=3, fontsize="small"
    )
