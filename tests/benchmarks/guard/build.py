"""Runs and baselines whose figures are known."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.guard.baseline import Baseline, Measured
from benchmarks.guard.measured import Noise, Run
from benchmarks.machine import describe

CELLS = ("sound_a_1s", "picture_b_1s", "picture_mirror_1s", "both_c_1s")
ASKED = 24
ENGINE = {"version": "1", "schemes": ["s"], "index": "i", "calibration": "c", "reading": "full"}
NOISE = Noise(0.03, 0.1)


def queries(cell: str, count: int = ASKED) -> list[str]:
    """The ids of a cell."""
    return [f"{cell}/{k:04d}" for k in range(count)]


def found(lost: Mapping[str, int] | None = None) -> dict[str, bool]:
    """Two of each cell are never found, and of some cells so many more are not."""
    gone = {cell: 2 + (lost or {}).get(cell, 0) for cell in CELLS}
    return {q: k >= gone[cell] for cell in CELLS for k, q in enumerate(queries(cell))}


def run(
    lost: Mapping[str, int] | None = None,
    strangers: Mapping[str, float | None] | None = None,
    false_works: Mapping[str, list[str]] | None = None,
    bound: float = 1e-4,
) -> Run:
    """A run that is as the baseline, but for what is said."""
    known = dict(strangers) if strangers is not None else ranks()
    return Run(found(lost), dict(false_works or {}), known, bound)


def ranks(shift: float = 0.0) -> dict[str, float | None]:
    """Chance matches of a thousand negatives, with E-values from ten thousand down to one."""
    told: dict[str, float | None] = {}
    for k, query in enumerate(q for c in CELLS for q in queries(c, 250)):
        told[query] = round(-4.0 + 4 * k / 1000 + shift, 3)
    return told


def measured(of: Run, stored: float = 1.0, slow: Mapping[str, float] | None = None) -> Measured:
    """With bytes and costs as in the baseline, or so many times as much."""
    cost = {"read a film": 1.3, "read music": 1.1, "find a film": 0.7}
    times = slow or {}
    return Measured(
        of,
        {"sound": 465.0, "picture": 4000.0 * stored},
        {stage: ratio * times.get(stage, 1.0) for stage, ratio in cost.items()},
        ENGINE,
    )


def baseline(false_works: Mapping[str, list[str]] | None = None) -> Baseline:
    """What all of these are held against."""
    noise = dict.fromkeys(CELLS, NOISE)
    return Baseline(measured(run(false_works=false_works)), noise, 2, {"cpu": describe()["cpu"]})
