"""The noun that leaves this room: a match, a rectangle in suspect time × reference time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from matchers.view import Transform
from media.clip import Span

Modality = Literal["audio", "video", "both"]


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
            query=Span(self.query.start_s + early, self.query.end_s - late),
            matched=Span(
                self.matched.start_s + early * self.speed, self.matched.end_s - late * self.speed
            ),
        )
