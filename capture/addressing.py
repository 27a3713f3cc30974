"""Which segments a representation of DASH has: by a template, a list, or as one file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from capture.failures import Unreadable
from capture.mpd import Representation
from capture.policy import absolute
from capture.segments import Resource, Segment

_FIELD = re.compile(r"\$(?:(RepresentationID|Number|Bandwidth|Time)(?:%0(\d{1,2})d)?)?\$")
_BEHIND = 60  # segments looked back at, of a live stream whose numbers follow from the clock
_DEFAULT_S = 6.0


@dataclass(frozen=True, slots=True)
class Common:
    """What templates and lists have in common, inherited from outer levels."""

    attributes: dict[str, str]
    timeline: Element | None

    @property
    def timescale(self) -> int:
        """Ticks a second."""
        return max(1, self.number("timescale", 1))

    def number(self, name: str, otherwise: int) -> int:
        """A whole number. Raises Unreadable."""
        said = self.attributes.get(name, str(otherwise))
        if not re.fullmatch(r"-?\d{1,18}", said):
            raise Unreadable(f"{name} is {said[:40]!r}")
        return int(said)


def segments(one: Representation, elapsed_s: float | None, most: int) -> tuple[Segment, ...]:
    """The segments that exist, `most` at most; live ones until `elapsed_s` into the presentation.

    Raises Unreadable.
    """
    if templates := one.child("SegmentTemplate"):
        found = _by_template(one, _common(templates), elapsed_s)
    elif lists := one.child("SegmentList"):
        found = _by_list(one, _common(lists), lists[-1])
    else:
        found = _as_one(one)
    result = []
    for segment in found:
        result.append(segment)
        if len(result) > most:
            raise Unreadable(f"more than {most} segments")
    return tuple(result)


def _common(levels: list[Element]) -> Common:
    attributes: dict[str, str] = {}
    timeline = None
    for level in levels:
        attributes |= level.attrib
        inner = level.find("SegmentTimeline")
        timeline = inner if inner is not None else timeline
    return Common(attributes, timeline)


def _by_template(one: Representation, common: Common, elapsed_s: float | None) -> Iterator[Segment]:
    media = common.attributes.get("media", "")
    init = common.attributes.get("initialization")
    opening = Resource(_filled(one, init, 0, 0)) if init else None
    timed = "$Time" in media
    for number, time, ticks in _times(one, common, elapsed_s):
        yield Segment(
            Resource(_filled(one, media, number, time)),
            sequence=time if timed else number,
            after=time + ticks if timed else number + 1,
            slack=max(1, ticks // 10) if timed else 0,
            duration_s=ticks / common.timescale,
            init=opening,
            epoch=_epoch(one),
            run=_run(one),
        )


def _times(
    one: Representation, common: Common, elapsed_s: float | None
) -> Iterator[tuple[int, int, int]]:
    """Number, start and duration in ticks of each segment."""
    first = common.number("startNumber", 1)
    if common.timeline is not None:
        spans = _timeline(one, common, common.timeline)
        yield from ((number, *span) for number, span in enumerate(spans, first))
        return
    ticks = common.number("duration", 0)
    if ticks <= 0:
        raise Unreadable("segments without a duration")
    count = _count(one, common, ticks, elapsed_s)
    begin = 0 if elapsed_s is None else max(0, count - _BEHIND)
    for number in range(begin, count):
        yield first + number, number * ticks, ticks


def _count(one: Representation, common: Common, ticks: int, elapsed_s: float | None) -> int:
    """How many segments of equal duration there are, or are by now."""
    each_s = ticks / common.timescale
    if elapsed_s is not None:
        begun = elapsed_s - one.period_start_s
        if one.period_s is not None:
            begun = min(begun, one.period_s)
        return max(0, math.floor(begun / each_s + 1e-6))
    if one.period_s is None:
        raise Unreadable("a period without an end")
    return math.ceil(one.period_s / each_s - 1e-6)


def _timeline(one: Representation, common: Common, timeline: Element) -> Iterator[tuple[int, int]]:
    entries = [Common(dict(s.attrib), None) for s in timeline.findall("S")]
    time = 0
    for at, entry in enumerate(entries):
        time = entry.number("t", time)
        ticks, repeats = entry.number("d", 0), entry.number("r", 0)
        if ticks <= 0:
            raise Unreadable("a segment without a duration")
        if repeats < 0:
            repeats = _until(one, common, entries[at + 1 :], time, ticks)
        for _ in range(repeats + 1):
            yield time, ticks
            time += ticks


def _until(one: Representation, common: Common, later: list[Common], time: int, ticks: int) -> int:
    """How often a segment repeats that is said to do so until the next, or the end."""
    end = later[0].number("t", time) if later else None
    if end is None and one.period_s is not None:
        start = common.number("presentationTimeOffset", 0)
        end = start + round(one.period_s * common.timescale)
    return max(0, math.ceil((end - time) / ticks) - 1) if end is not None else 0


def _by_list(one: Representation, common: Common, element: Element) -> Iterator[Segment]:
    init = element.find("Initialization")
    opening = _resource(one, init, "sourceURL", "range") if init is not None else None
    timed = common.timeline is not None
    spans = _timeline(one, common, common.timeline) if common.timeline is not None else iter(())
    each = common.number("duration", 0) / common.timescale or _DEFAULT_S
    first = common.number("startNumber", 1)
    for at, url in enumerate(element.findall("SegmentURL")):
        yield Segment(
            _resource(one, url, "media", "mediaRange"),
            sequence=first + at,
            after=first + at + 1,
            duration_s=next(spans, (0, 0))[1] / common.timescale if timed else each,
            init=opening,
            epoch=_epoch(one),
            run=_run(one),
        )


def _as_one(one: Representation) -> Iterator[Segment]:
    """The whole representation is one file, its index inside."""
    length = one.period_s or 0.0
    yield Segment(Resource(one.base), 1, 2, length, epoch=_epoch(one), run=_run(one))


def _epoch(one: Representation) -> int:
    """Periods in their order, by when they start: a live manifest drops the first ones."""
    return round(one.period_start_s * 1000)


def _run(one: Representation) -> str:
    return f"period of {one.period_start_s:g} s, {one.id}"


def _resource(one: Representation, element: Element, url: str, range_: str) -> Resource:
    target = absolute(one.base, element.get(url, ""))
    said = element.get(range_)
    if said is None:
        return Resource(target)
    found = re.fullmatch(r"(\d{1,18})-(\d{1,18})", said)
    if found is None or int(found[2]) < int(found[1]):
        raise Unreadable(f"a range of {said[:40]!r}")
    return Resource(target, int(found[1]), int(found[2]) - int(found[1]) + 1)


def _filled(one: Representation, template: str, number: int, time: int) -> str:
    values: dict[str, int | str] = {"RepresentationID": one.id, "Bandwidth": one.bandwidth}
    values |= {"Number": number, "Time": time}

    def field(found: re.Match[str]) -> str:
        name, width = found[1], int(found[2] or 0)
        return str(values[name]).rjust(min(width, 20), "0") if name else "$"

    return absolute(one.base, _FIELD.sub(field, template))
