"""The moments of a case along the clock: drawn by its plans, taken, gone by, still to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from casework.planned import MISSED
from casework.record import Dossier, Plan, Sample
from reelprint.console.axis import Axis
from reelprint.console.drawing import Tick

State = Literal["readable", "empty", "unreadable", "unexamined", "missed", "due"]
STATES: tuple[State, ...] = ("readable", "empty", "unreadable", "unexamined", "missed", "due")
_LEAST_S = 60.0  # an axis of one moment has some length


@dataclass(frozen=True, slots=True)
class Point:
    """One moment of one source."""

    x: float  # per cent
    state: State
    at: str
    sample_id: str | None
    is_planned: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One source of one site, with its moments in order."""

    site: str
    source: str
    points: tuple[Point, ...]

    def count(self, state: State) -> int:
        """How many of its moments are so."""
        return sum(one.state == state for one in self.points)


@dataclass(frozen=True, slots=True)
class Planline:
    """All sources over one axis."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    states: tuple[State, ...]  # those that occur


def planline(dossier: Dossier) -> Planline:
    """The drawing of a case."""
    sources = dict.fromkeys(
        (one.site, one.source) for one in (*dossier.plans, *dossier.samples)
    )
    moments = {key: list(_moments(dossier, *key)) for key in sources}
    times = [_seconds(at) for some in moments.values() for at, *_ in some]
    if not times:
        return Planline((), (), ())
    axis = Axis(min(times), max(*times, min(times) + _LEAST_S))
    rows = tuple(_row(*key, some, axis) for key, some in moments.items())
    there = {point.state for row in rows for point in row.points}
    return Planline(rows, axis.ticks(), tuple(one for one in STATES if one in there))


_Moment = tuple[str, State, str | None, bool]


def _moments(dossier: Dossier, site: str, source: str) -> Iterator[_Moment]:
    samples = [one for one in dossier.samples if (one.site, one.source) == (site, source)]
    for one in samples:
        at = one.taken_at if one.planned_at is None or not is_missed(one) else one.planned_at
        yield at, _state(one), one.sample_id, one.planned_at is not None
    taken = {one.planned_at for one in samples}
    for moment in _planned(dossier.plans, site, source):
        if moment not in taken:
            yield moment, "due", None, True


def _planned(plans: Sequence[Plan], site: str, source: str) -> Iterable[str]:
    here = (one for one in plans if (one.site, one.source) == (site, source))
    return (moment for plan in here for moment in plan.moments)


def _state(sample: Sample) -> State:
    return "missed" if is_missed(sample) else sample.outcome


def is_missed(sample: Sample) -> bool:
    """Whether its moment went by without anybody trying."""
    return sample.capture is None and sample.reason == MISSED


def _row(site: str, source: str, moments: Iterable[_Moment], axis: Axis) -> Row:
    ordered = sorted(moments, key=lambda one: (_seconds(one[0]), one[2] or ""))
    points = (
        Point(axis.x(_seconds(at)), state, at, sample_id, is_planned)
        for at, state, sample_id, is_planned in ordered
    )
    return Row(site, source, tuple(points))


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
