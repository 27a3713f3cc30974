"""The moments of a case along the clock: drawn by its plans, taken, gone by, still to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from casework.missing import NOT_TAKEN
from casework.record import Plan
from reelprint.console.axis import Axis
from reelprint.console.drawing import Tick
from reelprint.desk.casefile import Taken

# `taken` is all that those may know who are not to learn what is found.
State = Literal["readable", "empty", "unreadable", "unexamined", "taken", "missed", "due"]
STATES: tuple[State, ...] = get_args(State)
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

    @property
    def name(self) -> str:
        """The source without its host, which the rows of a site mostly have in common.

        >>> Row("a.example", "https://a.example/live/index.m3u8?x=1", ()).name
        '/live/index.m3u8?x=1'
        """
        _, _, after = self.source.partition("://")
        _, slash, path = after.partition("/")
        return slash + path if path else self.source

    def count(self, state: State) -> int:
        """How many of its moments are so."""
        return sum(one.state == state for one in self.points)


@dataclass(frozen=True, slots=True)
class Planline:
    """All sources over one axis."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    states: tuple[State, ...]  # those that occur


def planline(plans: Sequence[Plan], samples: Sequence[Taken]) -> Planline:
    """The drawing of a case."""
    planned = ((one.site, one.source) for one in plans)
    sources = dict.fromkeys([*planned, *((one.site, one.source) for one in samples)])
    moments = {key: list(_moments(plans, samples, key)) for key in sources}
    times = [_seconds(at) for some in moments.values() for at, *_ in some]
    if not times:
        return Planline((), (), ())
    axis = Axis(min(times), max(*times, min(times) + _LEAST_S))
    rows = tuple(_row(*key, some, axis) for key, some in moments.items())
    there = {point.state for row in rows for point in row.points}
    return Planline(rows, axis.ticks(), tuple(one for one in STATES if one in there))


_Moment = tuple[str, State, str | None, bool]


def _moments(
    plans: Sequence[Plan], samples: Sequence[Taken], source: tuple[str, str]
) -> Iterator[_Moment]:
    here = [one for one in samples if (one.site, one.source) == source]
    for one in here:
        at = (one.planned_at if state_of(one) == "missed" else None) or one.taken_at
        yield at, state_of(one), one.sample_id, one.planned_at is not None
    taken = {one.planned_at for one in here}
    for plan in plans:
        if (plan.site, plan.source) == source:
            due = (moment for moment in plan.moments if moment not in taken)
            yield from ((moment, "due", None, True) for moment in due)


def state_of(sample: Taken) -> State:
    """What became of it; `missed` where its moment went by without anybody trying."""
    if sample.capture is None and sample.reason in NOT_TAKEN:
        return "missed"
    return sample.outcome or "taken"


def _row(site: str, source: str, moments: Iterable[_Moment], axis: Axis) -> Row:
    ordered = sorted(moments, key=lambda one: (_seconds(one[0]), one[2] or ""))
    points = (
        Point(axis.x(_seconds(at)), state, at, sample_id, is_planned)
        for at, state, sample_id, is_planned in ordered
    )
    return Row(site, source, tuple(points))


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
