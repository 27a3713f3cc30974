"""What the engine was measured to find, and to claim falsely: the guard's result, as published.

The wheel brings the file beside this one; in a source tree it is read where `make bench` writes it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from reelprint.desk.engine import InUse

PACKAGED = Path(__file__).with_name("guard.json")
PUBLISHED = Path(__file__).parents[2] / "docs" / "benchmarks" / "guard.json"
SERIES = ("light", "geometric", "timed", "mixed", "hostile")
LEAST = 1e-4  # of shares on the plot; what is none lies on the edge
WIDTH, HEIGHT = 560.0, 300.0
LEFT, RIGHT, TOP, FOOT = 64.0, 540.0, 12.0, 250.0


@dataclass(frozen=True, slots=True)
class Share:
    """`k` of `n`, with the exact 95 % interval of the share behind it."""

    k: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Cell:
    """Excerpts of one length under one kind of damage."""

    name: str
    sense: str  # "audio", "video" or "both"
    seconds: float
    damage: str
    found: Share


@dataclass(frozen=True, slots=True)
class Level:
    """How many searches for what is not there gave a match of at most this E-value."""

    e_value: float
    count: Share


@dataclass(frozen=True, slots=True)
class Point:
    """A level on the plot, in drawing units."""

    x: float
    y: float
    high: float  # of the interval
    text: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of the guard."""

    at: str
    commit: str
    engine: Mapping[str, Any]
    machine: Mapping[str, Any]
    bound: float
    passed: bool
    series: Mapping[str, tuple[Cell, ...]]
    found: Share
    levels: tuple[Level, ...]
    at_bound: Share  # false matches at the shipped bound
    false_works: int  # searches in which a work was named that is not in them
    works: tuple[Mapping[str, Any], ...]


@cache
def measured() -> Measured | None:
    """The result; None where there is none. Raises ValueError for what is none."""
    path = next((one for one in (PACKAGED, PUBLISHED) if one.is_file()), None)
    if path is None:
        return None
    try:
        return _measured(json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is no result of the guard: {error}") from error


def is_of(result: Measured, engine: InUse) -> bool:
    """Whether an engine is the one that was measured, as far as it says."""
    said = result.engine["version"], result.engine["calibration"], tuple(result.engine["schemes"])
    return said == (engine.version, engine.calibration, engine.schemes)


def points(levels: tuple[Level, ...]) -> tuple[Point, ...]:
    """Stated E-values across, shares of the searches upward, both by powers of ten."""
    return tuple(
        Point(_x(one.e_value), _y(one.count.share), _y(one.count.high), f"{one.e_value:g}")
        for one in levels
        if one.e_value <= 1
    )


def stated() -> tuple[float, float, float, float]:
    """The line on which as many are met as were stated."""
    return _x(LEAST), _y(LEAST), _x(1.0), _y(1.0)


def grid() -> list[tuple[float, float, str]]:
    """Powers of ten on both axes: across, upward, and what they are called."""
    return [(_x(10.0**p), _y(10.0**p), f"{10.0**p:g}") for p in range(-4, 1)]


def _x(value: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * _rise(value), 1)


def _y(value: float) -> float:
    return round(FOOT - (FOOT - TOP) * _rise(value), 1)


def _rise(value: float) -> float:
    return 1 - math.log10(min(max(value, LEAST), 1.0)) / math.log10(LEAST)


def _measured(said: Mapping[str, Any]) -> Measured:
    rows = {row["name"]: row for row in said["rows"]}
    cells = list(_cells(said["cells"], rows))
    levels = tuple(Level(one["e_value"], _share(one)) for one in said["strangers"]["at_most"])
    k, n = sum(c.found.k for _, c in cells), sum(c.found.n for _, c in cells)
    return Measured(
        said["at"],
        said["machine"]["commit"],
        said["engine"],
        said["machine"],
        said["bound"],
        said["passed"],
        {name: tuple(c for s, c in cells if s == name) for name in SERIES},
        Share(k, n, k / n, k / n, k / n),
        levels,
        next(one.count for one in levels if one.e_value == said["bound"]),
        len(said["false_works"]),
        tuple(said["works"]),
    )


def _cells(
    said: list[Mapping[str, Any]], rows: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Cell]]:
    """Cells with the series that they are of."""
    for one in said:
        row = rows[one["name"]]
        seconds, damage = float(row["seconds"]), str(row["preset"])
        yield (
            row["series"],
            Cell(one["name"], row["modality"], seconds, damage, _share(one["found"])),
        )


def _share(said: Mapping[str, Any]) -> Share:
    return Share(said["k"], said["n"], said["share"], said["low"], said["high"])
