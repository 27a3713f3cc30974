"""What a capture received and what it lacks, track by track along the time of the stream.

Segments say how long they are; of a gap that does not, the length is taken from the segments of its
track, and the drawing says that it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from media.clip import Span
from reelprint.console.drawing import Bar, Lane, Timeline, bar, timeline
from reelprint.console.texts import Texts
from reelprint.console.words import clock
from reelprint.desk.captures import CaptureShown, Gap, Media

_MOST_SPAN = 10_000  # numbers of DASH may be ticks of a clock, of which a segment has many


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a track: what was received, or where something is missing or uneven."""

    span: Span
    gap: Gap | None  # None: received
    is_estimated: bool  # its length is not on record


@dataclass(frozen=True, slots=True)
class Gapline:
    """The tracks of a capture."""

    tracks: Mapping[str, tuple[Stretch, ...]]

    @property
    def seconds(self) -> float:
        """How long the longest track is, with what is missing of it."""
        return max((some[-1].span.end_s for some in self.tracks.values() if some), default=0.0)


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int | None  # number of a segment
    seconds: float
    gap: Gap | None = None
    is_estimated: bool = False


def gapline(capture: CaptureShown, seconds: float) -> Gapline:
    """The time line of a capture. `seconds` is how long its sample is, for a file that came as
    one."""
    tracks: dict[str, list[Media]] = {}
    for one in capture.media:
        tracks.setdefault(one.track, []).append(one)
    return Gapline(
        {
            track: tuple(_laid(_with_gaps(track, some, capture.gaps, seconds)))
            for track, some in sorted(tracks.items())
        }
    )


def drawn(line: Gapline, t: Texts) -> Timeline:
    """The drawing, in the words of a language."""
    length = line.seconds
    lanes = (
        Lane(track, tuple(_bar(one, length, t) for one in some))
        for track, some in line.tracks.items()
    )
    return timeline(length, lanes)


def _bar(one: Stretch, length: float, t: Texts) -> Bar:
    if one.gap is None:
        says = t("samples.stretch_received", span=clock(one.span))
        return bar(one.span, length, "covered", says)
    kind: Literal["gap", "plain"] = "gap" if one.gap.loses else "plain"
    said = t(f"gapkind.{one.gap.kind}")
    says = t(f"samples.stretch_{kind}", span=clock(one.span), detail=said)
    if one.is_estimated:
        says += f" ({t('samples.estimated')})"
    return bar(one.span, length, kind, says)


def _with_gaps(
    track: str, media: Sequence[Media], gaps: Iterable[Gap], seconds: float
) -> list[_Piece]:
    runs = [run for one in media for run in one.runs]
    pieces = [_Piece(run.first, run.seconds) for run in runs]
    pieces += [_Piece(None, one.duration_s or seconds) for one in media if not one.runs]
    count = sum(run.count for run in runs)
    usual = sum(run.seconds for run in runs) / count if count else 0.0
    for gap in gaps:
        if gap.track in (track, None) and gap.first is not None:
            pieces.insert(_place(pieces, gap.first), _missing(gap, usual))
    return pieces


def _place(pieces: Sequence[_Piece], first: int) -> int:
    """Before the first piece that does not come before it, unless the one before that does not
    either: numbers may begin anew."""
    before = -math.inf
    for at, one in enumerate(pieces):
        if one.first is None:
            continue
        if before < first <= one.first:
            return at
        before = one.first
    return len(pieces)


def _missing(gap: Gap, usual: float) -> _Piece:
    if not gap.loses:
        return _Piece(gap.first, 0.0, gap)
    if gap.seconds is not None:
        return _Piece(gap.first, gap.seconds, gap)
    span = (gap.last or 0) - (gap.first or 0) + 1
    return _Piece(gap.first, usual * (span if 0 < span <= _MOST_SPAN else 1), gap, True)


def _laid(pieces: Iterable[_Piece]) -> Iterator[Stretch]:
    at = 0.0
    for one in pieces:
        yield Stretch(Span(at, at + one.seconds), one.gap, one.is_estimated)
        at += one.seconds
