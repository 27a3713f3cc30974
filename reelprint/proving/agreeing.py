"""How nearly a match that was derived again agrees with the one that was stated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# What a smaller catalogue may change, for the lines that are looked at are other ones: decision 26.
SPAN_S, SPEED, SEMITONES, SHARE_OF_SCORE, SCORE = 0.5, 0.005, 0.1, 0.02, 0.05
NAMES = ("work_id", "title", "reference_id", "modality")

Match = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether two matches are one, and how nearly, in words."""

    agrees: bool
    rank: int  # 0 for equal ones
    says: str


def agreement(stated: Match, again: Match, same_size: bool) -> Agreement:
    """Hold a match that was derived again against a stated one. Without `same_size`, the catalogue
    was of another size when the match was found, which its E-value depends on."""
    without = {} if same_size else {"e_value": None}
    if {**stated, **without} == {**again, **without}:
        said = "equal in every figure" if same_size else "equal but for the E-value, of its day"
        return Agreement(True, 0, said)
    differs = list(_differences(stated, again, same_size))
    if differs:
        return Agreement(False, 2, ", ".join(differs))
    score = f"score {again['score']:g} for {stated['score']:g}"
    return Agreement(True, 1, f"equal within the tolerance: {score}")


def _differences(stated: Match, again: Match, same_size: bool) -> Iterator[str]:
    for name in NAMES:
        if stated[name] != again[name]:
            yield f"{name} {again[name]} for {stated[name]}"
            return
    yield from _of_place(stated, again)
    off = SHARE_OF_SCORE * abs(again["score"]) + SCORE
    if abs(stated["score"] - again["score"]) > off:
        yield f"score {again['score']:g} for {stated['score']:g}"
    nats = abs(math.log(stated["e_value"]) - math.log(again["e_value"]))
    if same_size and nats > off:
        yield f"E-value {again['e_value']:g} for {stated['e_value']:g}"


def _of_place(stated: Match, again: Match) -> Iterator[str]:
    for name in ("query", "reference"):
        ends = ("start_s", "end_s")
        if any(abs(stated[name][end] - again[name][end]) > SPAN_S for end in ends):
            yield f"another span of the {name}"
    for flag in ("mirrored", "inverted"):
        if stated["transform"][flag] != again["transform"][flag]:
            yield f"{flag} differs"
    for name, most in (("speed", SPEED), ("pitch_semitones", SEMITONES)):
        if abs(stated[name] - again[name]) > most:
            yield f"{name} {again[name]:g} for {stated[name]:g}"
