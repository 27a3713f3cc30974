"""The noun that leaves this room: a match, a rectangle in suspect time × reference time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from media.clip import Span

Modality = Literal["audio", "video", "both"]


@dataclass(frozen=True, slots=True)
class Transform:
    """What was done to the picture, as far as it was found out."""

    mirrored: bool = False
    crop: tuple[float, float, float, float] | None = None  # x0, y0, x1, y1, shares of the frame


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
