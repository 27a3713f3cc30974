"""What a capture received and what it lacks, track by track along the time of the stream.

A capture's manifest lists the pieces in the order in which they play, and each gap with the
numbers that it spans. Pieces say how long they are; of a gap that does not, the length is taken
from the pieces, and the drawing says that it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from media.clip import Span
from reelprint.console.drawing import Bar, Lane, Timeline, bar, timeline
from reelprint.console.texts import Texts
from reelprint.console.words import clock

_MOST_SPAN = 10_000  # numbers of DASH may be ticks of a clock, of which a segment has many

Gap = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a track: what was received, or where something is missing or uneven."""

    span: Span
    gap: Gap | None  # None: received
    is_estimated: bool  # its length is not on record


@dataclass(frozen=True, slots=True)
class Gapline:
    """All tracks, and the gaps that have no place along them."""

    tracks: Mapping[str, tuple[Stretch, ...]]
    unplaced: tuple[Gap, ...]

    @property
    def seconds(self) -> float:
        """How long the longest track is, with what is missing of it."""
        return max((some[-1].span.end_s for some in self.tracks.values() if some), default=0.0)


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int | None  # number of a segment
    last: int | None
    seconds: float
    gap: Gap | None = None
    is_estimated: bool = False


def gapline(manifest: Mapping[str, Any], seconds: float) -> Gapline:
    """What a capture's manifest says. `seconds` is how long its sample is, for files without
    pieces."""
    received, gaps = _received(manifest["media"], seconds), manifest["gaps"]
    pieces = {track: _with_gaps(track, some, gaps) for track, some in sorted(received.items())}
    placed = {id(one.gap) for some in pieces.values() for one in some}
    return Gapline(
        {track: tuple(_laid(_runs(some))) for track, some in pieces.items()},
        tuple(gap for gap in gaps if id(gap) not in placed),
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
    kind = "gap" if one.gap["loses"] else "plain"
    said = t(f"gapkind.{one.gap['kind']}")
    says = t(f"samples.stretch_{kind}", span=clock(one.span), detail=said)
    if one.is_estimated:
        says += f" ({t('samples.estimated')})"
    return bar(one.span, length, "gap" if kind == "gap" else "plain", says)


def _received(media: Iterable[Mapping[str, Any]], seconds: float) -> dict[str, list[_Piece]]:
    found: dict[str, list[_Piece]] = {}
    for one in media:
        pieces = found.setdefault(str(one.get("track", "main")), [])
        parts = one.get("parts")
        if parts and all(part.get("sequence") is not None for part in parts):
            pieces += [_piece(part) for part in parts]
        else:
            pieces.append(_Piece(None, None, float(one.get("duration_s") or seconds)))
    return found


def _piece(part: Mapping[str, Any]) -> _Piece:
    return _Piece(part["sequence"], part["sequence"], float(part["duration_s"]))


def _with_gaps(track: str, received: Sequence[_Piece], gaps: Sequence[Gap]) -> list[_Piece]:
    usual = median(one.seconds for one in received)
    pieces = list(received)
    for gap in gaps:
        if gap["track"] in (track, None) and gap["first"] is not None:
            pieces.insert(_place(pieces, gap["first"]), _missing(gap, usual))
    return pieces


def _place(pieces: Sequence[_Piece], first: int) -> int:
    """Before the first piece that does not come before it, unless the one before that does not
    either: numbers may begin anew."""
    before = -1
    for at, one in enumerate(pieces):
        if one.first is None:
            continue
        if before < first <= one.first:
            return at
        before = one.first
    return len(pieces)


def _missing(gap: Gap, usual: float) -> _Piece:
    first, last = gap["first"], gap["last"]
    if not gap["loses"]:
        return _Piece(first, last, 0.0, gap)
    if gap["seconds"] is not None:
        return _Piece(first, last, float(gap["seconds"]), gap)
    span = last - first + 1
    return _Piece(first, last, usual * (span if 0 < span <= _MOST_SPAN else 1), gap, True)


def _runs(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Pieces that were received one after the other, made one."""
    run: _Piece | None = None
    for one in pieces:
        if run is not None and run.gap is None and one.gap is None:
            run = _Piece(run.first, one.last, run.seconds + one.seconds)
            continue
        if run is not None:
            yield run
        run = one
    if run is not None:
        yield run


def _laid(pieces: Iterable[_Piece]) -> Iterator[Stretch]:
    at = 0.0
    for one in pieces:
        yield Stretch(Span(at, at + one.seconds), one.gap, one.is_estimated)
        at += one.seconds
