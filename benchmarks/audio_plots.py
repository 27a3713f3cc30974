"""The curves of the audio benchmark: recall against what was done, and misses against mistakes."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from benchmarks.plots import save
from benchmarks.ranked_plots import Drawing, curves, det, drawn, finish, series
from benchmarks.results import Result

MIXED = ("pink", "music", "speech")
RETIMED = {"speed": "speed, %", "tempo": "tempo, %", "pitch": "pitch, semitones"}
UNCHANGED = "clean_10s"
LINES = {10: "-", 5: "--"}


def plot_audio(result: Result, folder: Path, stem: str) -> list[tuple[str, Path]]:
    """Write the plots that the rows of a run allow; (caption, path) of each."""
    plots: tuple[Drawing, ...] = (
        ("Recall against what is laid on top", "snr", _snr),
        ("Recall against change of speed, tempo and pitch", "retimed", _retimed),
        ("Recall against length", "length", _length),
        ("Misses against false matches", "det", det),
    )
    return drawn(plots, result, folder, stem)


def plot_cost(result: Result, folder: Path, stem: str) -> list[tuple[str, Path]]:
    """Processor time of a query of sound against hours of references."""
    return _plot_cost(result, folder, stem, "ten-second queries")


def plot_video_cost(result: Result, folder: Path, stem: str) -> list[tuple[str, Path]]:
    """Processor time of a query of pictures against hours of references."""
    return _plot_cost(result, folder, stem, "queries of a minute")


def _plot_cost(result: Result, folder: Path, stem: str, queries: str) -> list[tuple[str, Path]]:
    figure, axis = plt.subplots(figsize=(6, 4))
    hours = [step["hours"] for step in result["steps"]]
    for k, name in enumerate(result["steps"][0]["queries"]):
        spent = [step["queries"][name]["cpu_s"] for step in result["steps"]]
        axis.plot(hours, [s["median"] for s in spent], "-o", color=f"C{k}", label=name)
        axis.plot(hours, [s["p95"] for s in spent], ":", color=f"C{k}")
    axis.set(xscale="log", yscale="log", xlabel="hours of references", ylabel="CPU s a query")
    axis.set_title(f"{queries}: median, and 95th percentile dotted")
    axis.legend(fontsize="small")
    axis.grid(alpha=0.3)
    path = folder / f"{stem}.svg"
    save(figure, path)
    return [("Cost of a query against the size of the catalogue", path)]


def _snr(result: Result) -> Figure | None:
    panels = {name: series(result, name) for name in MIXED}
    if not all(panels.values()):
        return None
    figure, axes = plt.subplots(1, len(panels), figsize=(11, 3.5), sharey=True)
    for axis, (name, rows) in zip(axes, panels.items(), strict=True):
        for seconds, line in LINES.items():
            points = [(r["amount"], r["name"]) for r in rows if r["seconds"] == seconds]
            curves(axis, result, points, line, f", {seconds} s")
        axis.set(title=f"{name} on top", xlabel="signal-to-noise ratio, dB")
    finish(figure, axes)
    return figure


def _retimed(result: Result) -> Figure | None:
    panels = {name: series(result, name) for name in RETIMED}
    if not all(panels.values()):
        return None
    unchanged = [(0.0, row["name"]) for row in result["rows"] if row["name"] == UNCHANGED]
    figure, axes = plt.subplots(1, len(panels), figsize=(11, 3.5), sharey=True)
    for axis, (name, rows) in zip(axes, panels.items(), strict=True):
        curves(axis, result, [*unchanged, *((r["amount"], r["name"]) for r in rows)], "-", "")
        axis.set(title=f"{name} changed, 10 s", xlabel=RETIMED[name])
    finish(figure, axes)
    return figure


def _length(result: Result) -> Figure | None:
    names = [row["series"] for row in result["rows"] if row["amount"] is None]
    panels = {n: series(result, n) for n in dict.fromkeys(names) if n != "negative"}
    panels = {name: rows for name, rows in panels.items() if len(rows) > 1}
    if not panels:
        return None
    figure, grid = plt.subplots(
        1, len(panels), figsize=(2.4 * len(panels) + 1, 3.5), sharey=True, squeeze=False
    )
    for axis, (name, rows) in zip(grid[0], panels.items(), strict=True):
        curves(axis, result, [(row["seconds"], row["name"]) for row in rows], "-", "")
        axis.set(title=name, xlabel="length, s", xscale="log")
        axis.set_xticks([r["seconds"] for r in rows], [f"{r['seconds']:g}" for r in rows])
        axis.minorticks_off()
    finish(figure, grid[0])
    return figure
