"""What two references share, and what that makes of them: the self-join of a catalogue, judged.

A reference is searched for among the others as a suspect is; here its matches become kinds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matchers.joining import is_same
from matchers.match import Match, Modality
from media.clip import Span

Part = Literal["beginning", "middle", "end"]
Kind = Literal[
    "duplicate",
    "sped-up duplicate",
    "excerpt",  # nearly all of this lies within another
    "contains",  # nearly all of another lies within this
    "shared intro",
    "shared credits",
    "shared material",
]

NEARLY_ALL = 0.8  # of a reference: its beginning and end are often cut or faded
# Of a trailer, which is cut from many places, some shots are found nowhere, or in another edit.
MOST, PIECES = 0.5, 3
SAME_SPEED = 0.005
OUTER = 0.25  # of a reference, in which its beginning and its end lie wholly …
MANY = 2  # others that share an intro
AT_ONCE_S = 2.0  # … or it begins within so much of the start, or ends so near the end


@dataclass(frozen=True, slots=True)
class Shared:
    """A stretch of another reference that shows the same."""

    number: int
    span: Span
    speed: float
    modality: Modality
    e_value: float
    mirrored: bool = False  # of each other, the pictures


@dataclass(frozen=True, slots=True)
class Overlap:
    """A stretch of a reference that others have too."""

    kind: Kind
    span: Span
    others: tuple[Shared, ...]  # by number and time

    @property
    def of_titles(self) -> bool:
        """Whether it lies where titles do."""
        return self.kind in ("shared intro", "shared credits")

    @property
    def of_many(self) -> bool:
        """Whether it is what episodes have in common, by all that is seen of it: of two alone, one
        may be an excerpt of the other."""
        return self.of_titles and len({one.number for one in self.others}) >= MANY


def overlaps(matches: Sequence[Match], number: int, seconds: Mapping[int, float]) -> list[Overlap]:
    """The stretches of one reference that others have, in order of time; each reference's length
    is given by number."""
    found: list[Overlap] = []
    for other in sorted({m.reference for m in matches}):
        pieces = [m for m in matches if m.reference == other]
        found += _between(pieces, seconds[number], seconds[other])
    return sorted(_grouped(found), key=lambda o: (o.span, o.kind, o.others[0].number))


def part_of(span: Span, seconds: float) -> Part:
    """In which part of something so long a span lies.

    >>> [part_of(Span(a, b), 100.0) for a, b in ((0, 30), (5, 20), (40, 50), (80, 95))]
    ['beginning', 'beginning', 'middle', 'end']
    """
    if span.start_s <= AT_ONCE_S or span.end_s <= OUTER * seconds:
        return "beginning"
    if span.end_s >= seconds - AT_ONCE_S or span.start_s >= (1 - OUTER) * seconds:
        return "end"
    return "middle"


def _between(pieces: Sequence[Match], own_s: float, other_s: float) -> list[Overlap]:
    """What the matches with one other reference say."""
    own = _covered_s([p.query for p in pieces]) / max(own_s, 1e-9)
    theirs = _covered_s([p.matched for p in pieces]) / max(other_s, 1e-9)
    whole = _whole(pieces, own, theirs)
    if whole is None:
        return [Overlap(_kind(p, own_s, other_s), p.query, (_shared(p),)) for p in pieces]
    span = Span(min(p.query.start_s for p in pieces), max(p.query.end_s for p in pieces))
    return [Overlap(whole, span, tuple(map(_shared, sorted(pieces, key=lambda p: p.matched))))]


def _whole(pieces: Sequence[Match], own: float, theirs: float) -> Kind | None:
    """What the two are to each other, if one is nearly all in the other."""
    longest = max(pieces, key=lambda p: p.query.duration_s)
    enough = MOST if len(pieces) >= PIECES else NEARLY_ALL
    if own >= NEARLY_ALL and theirs >= NEARLY_ALL:
        altered = abs(longest.speed - 1) > SAME_SPEED
        return "sped-up duplicate" if altered else "duplicate"
    if max(own, theirs) < enough:
        return None
    return "excerpt" if own >= theirs else "contains"


def _kind(piece: Match, own_s: float, other_s: float) -> Kind:
    parts = part_of(piece.query, own_s), part_of(piece.matched, other_s)
    if parts == ("beginning", "beginning"):
        return "shared intro"
    return "shared credits" if parts == ("end", "end") else "shared material"


def _shared(piece: Match) -> Shared:
    return Shared(
        piece.reference,
        piece.matched,
        piece.speed,
        piece.modality,
        piece.e_value,
        piece.transform.mirrored,
    )


def _grouped(found: Sequence[Overlap]) -> list[Overlap]:
    """Those of one kind and about the same stretch as one, from the middle of their starts to the
    middle of their ends."""
    groups: list[list[Overlap]] = []
    for one in sorted(found, key=lambda o: (-o.span.duration_s, o.span, o.others[0].number)):
        for group in groups:
            if one.kind == group[0].kind and is_same(one.span, group[0].span):
                group.append(one)
                break
        else:
            groups.append([one])
    return [_one(group) for group in groups]


def _one(group: Sequence[Overlap]) -> Overlap:
    start = float(np.median([o.span.start_s for o in group]))
    end = float(np.median([o.span.end_s for o in group]))
    others = sorted((s for o in group for s in o.others), key=lambda s: (s.number, s.span))
    return Overlap(group[0].kind, Span(start, end), tuple(others))


def _covered_s(spans: Sequence[Span]) -> float:
    """Seconds that spans cover together."""
    total, reached = 0.0, -np.inf
    for span in sorted(spans):
        total += max(0.0, span.end_s - max(span.start_s, reached))
        reached = max(reached, span.end_s)
    return total
