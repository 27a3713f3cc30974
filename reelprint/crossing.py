"""One suspect's other sense, looked at along the lines that one sense found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from fingerprint.extract import MIRRORED, PLAIN
from fingerprint.registry import BESIDE
from fingerprint.scheme import Fingerprint
from matchers import crossing, standing
from matchers.alignment import Kind, Line, Segment
from matchers.constellation import Map, Peaks
from matchers.crossing import WIDER_S, Glimpses, line_of, pieces
from matchers.features import Pictures
from matchers.fusion import Claim
from matchers.joining import join
from matchers.match import Match, Standing
from matchers.outlining import Outline
from matchers.settling import settle
from media.clip import Span
from reelprint.extraction import Extraction

JUDGED = 6  # pieces of a stretch that are looked at to say what the other sense does there


@dataclass(frozen=True, slots=True)
class References:
    """What is kept of references, by their numbers."""

    peaks: Callable[[int], Peaks]
    outline: Callable[[int], Outline | None]
    frames: Callable[[int], Fingerprint]
    features: Callable[[int], Pictures]


class Crossing:
    """The senses of one suspect, each asked about the lines of the other."""

    def __init__(
        self, suspect: Extraction, schemes: Mapping[Kind, str], references: References
    ) -> None:
        """`schemes` are those of each kind that the workspace has."""
        self._suspect = suspect
        self._schemes = schemes
        self._of = references

    def across(self, segment: Segment) -> Sequence[Segment]:
        """What the other sense is along the line of a segment."""
        wide = self._widened(segment.query)
        line = line_of(segment)
        if segment.kind == "peaks":
            return self._picture_along(line, wide)
        return join(self._sound_along(line, wide))

    def told(self, claim: Claim) -> Claim:
        """A claim with what sound and picture do over its stretch."""
        match = claim.match
        sound: Standing = "same" if claim.sound else self._sound_of(match, claim.picture)
        picture: Standing = "same" if claim.picture else self._picture_of(match, claim.sound)
        return replace(claim, match=replace(match, sound=sound, picture=picture))

    def _widened(self, span: Span) -> Span:
        start = max(0.0, span.start_s - WIDER_S)
        return Span(start, max(start, min(self._suspect.duration_s, span.end_s + WIDER_S)))

    def _sound_along(self, line: Line, span: Span) -> Iterator[Segment]:
        if "peaks" not in self._schemes:
            return
        reference = self._of.peaks(line.reference)
        outline = partial(self._of.outline, line.reference)
        for heard in self._maps(span):
            yield from crossing.heard(heard, reference, line, outline)

    def _maps(self, span: Span) -> Iterator[Map]:
        """The sound of a span, piece by piece."""
        name = self._schemes["peaks"]
        for piece in pieces(span):
            read = (self._read(PLAIN, n, piece) for n in (name, *_beside(name)))
            peaks, *others = read
            if len(peaks):
                yield Map.of(piece, peaks, *others)

    def _picture_along(self, line: Line, span: Span) -> Sequence[Segment]:
        whole = join(self._frames_along(line, span))
        return settle(whole, join(self._features_along(line, span)))

    def _frames_along(self, line: Line, span: Span) -> Iterator[Segment]:
        if "frames" not in self._schemes:
            return
        name = self._schemes["frames"]
        reference = self._of.frames(line.reference)
        for piece in pieces(span):
            for view in (PLAIN, MIRRORED):
                part = self._read(view, name, piece)
                yield from crossing.seen(part, reference, line, view == MIRRORED)

    def _features_along(self, line: Line, span: Span) -> Iterator[Segment]:
        for shown, view, part in self._pictures(line, span):
            found = crossing.glimpses(shown, part, line)
            yield from crossing.detailed(shown, part, line, view == MIRRORED, found)

    def _pictures(self, line: Line, span: Span) -> Iterator[tuple[Pictures, str, Pictures]]:
        """The features of a span piece by piece, in each view, with those of the reference."""
        if "features" not in self._schemes:
            return
        name = self._schemes["features"]
        reference = self._of.features(line.reference)
        for piece in pieces(span):
            for view in (PLAIN, MIRRORED):
                whole, *parts = (self._read(view, n, piece) for n in (name, *_beside(name)))
                if len(whole) and len(reference):
                    yield Pictures.of_both(whole, *parts), view, reference

    def _sound_of(self, match: Match, picture: Segment | None) -> Standing:
        if "peaks" not in self._schemes or picture is None:
            return "not_registered"
        reference = self._of.peaks(match.reference)
        held = reference.within(match.matched)
        heard = self._read(PLAIN, self._schemes["peaks"], match.query)
        line = line_of(picture)
        said = [standing.denied(m, reference, line) for m in self._some_maps(match.query)]
        nats = [one for one in said if one is not None]
        return standing.of_sound(
            _rate(len(heard), match.query),
            _rate(len(held.times), match.matched),
            sum(nats) if nats else None,
        )

    def _some_maps(self, span: Span) -> Iterator[Map]:
        for piece in _some(pieces(span)):
            yield from self._maps(piece)

    def _picture_of(self, match: Match, sound: Segment | None) -> Standing:
        if "frames" not in self._schemes or sound is None:
            return "not_registered"
        name = self._schemes["frames"]
        held = self._of.frames(match.reference).within(match.matched)
        shown = self._read(PLAIN, name, match.query)
        seen = self._glimpsed(line_of(sound), match.query)
        return standing.of_picture(shown, held, seen, match.query.duration_s)

    def _glimpsed(self, line: Line, span: Span) -> Iterator[Glimpses]:
        for piece in _some(pieces(span)):
            for shown, _, reference in self._pictures(line, piece):
                yield crossing.glimpses(shown, reference, line)

    def _read(self, view: str, name: str, span: Span) -> Fingerprint:
        return self._suspect.fingerprints[view, name].within(span.closed)


def _some(all_pieces: Sequence[Span]) -> list[Span]:
    """A few of them, evenly spread."""
    chosen = np.linspace(0, len(all_pieces) - 1, min(JUDGED, len(all_pieces)))
    return [all_pieces[k] for k in np.rint(chosen).astype(np.int64)]


def _beside(name: str) -> list[str]:
    return [scheme.name for scheme in BESIDE.get(name, ())]


def _rate(count: int, span: Span) -> float:
    return count / max(span.duration_s, 1.0)
