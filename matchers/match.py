"""The noun that leaves this room: a match, a rectangle in suspect time × reference time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from matchers.view import Transform
from media.clip import F64, Span

Sense = Literal["audio", "video"]
Modality = Literal["audio", "video", "both"]
# What the sound, or the picture, of a suspect is where it matches: that of the work ("same");
# certainly not ("other"); one picture that does not move ("still"); silence, black or nothing
# ("none"). The work has none there, or none of it is registered ("not_registered"); or it was not
# told ("unsure").
Standing = Literal["same", "other", "still", "none", "not_registered", "unsure"]


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one sense proves of a match, moment by moment."""

    sense: Sense
    span: Span  # of the suspect
    times: F64  # (n,) seconds of the suspect
    nats: F64  # (n,) of each moment, as they count in the score


@dataclass(frozen=True, slots=True)
class Match:
    """One stretch of a suspect that carries one stretch of a reference."""

    reference: int
    modality: Modality
    query: Span
    matched: Span  # of the reference; the spans map onto each other linearly
    speed: float  # reference seconds per suspect second
    pitch_semitones: float  # how far the suspect's sound lies above the reference's
    transform: Transform
    score: float  # nats for a match against chance, before the search is accounted for
    e_value: float  # expected chance matches at least this good in a search this large
    shared: tuple[int, ...] = ()  # other references that match most of the same stretch as well
    sound: Standing = "unsure"
    picture: Standing = "unsure"
    testimonies: tuple[Testimony, ...] = field(default=(), compare=False, repr=False)
    charge: float = field(default=0.0, compare=False)  # nats that the search has to be paid …
    of_sound: bool = field(default=False, compare=False)  # … which was one of sound

    def inside(self, duration_s: float) -> Match:
        """The match without what would lie before the reference or outside the suspect.

        A line found from frames half a second apart may reach a little over either.
        """
        early = max(0.0, -self.query.start_s, -self.matched.start_s / self.speed)
        late = max(0.0, self.query.end_s - duration_s)
        if early + late > self.query.duration_s:
            return self
        return replace(
            self,
            query=_between(self.query.start_s + early, self.query.end_s - late),
            matched=_between(
                self.matched.start_s + early * self.speed, self.matched.end_s - late * self.speed
            ),
        )

    def outside(self, excluded: Iterable[Span]) -> Match | None:
        """The match without what its ends have in ranges of the reference that count nothing: no
        evidence lies there, but a line reaches a little further. None if nothing is left."""
        start, end = self.matched.start_s, self.matched.end_s
        for span in sorted(excluded):
            start = span.end_s if span.start_s <= start < span.end_s else start
        for span in sorted(excluded, reverse=True, key=lambda s: s.end_s):
            end = span.start_s if span.start_s < end <= span.end_s else end
        if (start, end) == (self.matched.start_s, self.matched.end_s):
            return self
        if start >= end:
            return None
        early, late = start - self.matched.start_s, self.matched.end_s - end
        query = _between(
            self.query.start_s + early / self.speed, self.query.end_s - late / self.speed
        )
        return replace(self, query=query, matched=Span(start, end))


def _between(start_s: float, end_s: float) -> Span:
    """The span between two times, which rounding may have put past each other."""
    return Span(start_s, max(start_s, end_s))
