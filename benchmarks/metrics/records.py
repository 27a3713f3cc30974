"""What is compared: the truth of one query, and one predicted match.

`predictions` is the only place that reads the JSON contract of `reelprint identify --json`.
Times are seconds; `speed` is reference seconds per query second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from benchmarks.metrics.placement import Placement
from media.clip import Span

# An E-value of 0 is a double that underflowed; it ranks with the smallest normal one.
SMALLEST_E = 1e-307


class SpanJson(TypedDict):
    """A half-open interval of seconds, as the contract writes it."""

    start_s: float
    end_s: float


class MatchJson(TypedDict):
    """The part of a match in the contract that scoring reads."""

    work_id: str
    query: SpanJson
    reference: SpanJson
    speed: float
    score: float
    e_value: float | None  # None: a baseline that offers none
    modality: NotRequired[str]
    pitch_semitones: NotRequired[float]
    transform: NotRequired[Mapping[str, object]]


class Answer(TypedDict):
    """The part of an `identify` answer that scoring reads."""

    status: str
    matches: Sequence[MatchJson]
    reason: NotRequired[str | None]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a query really carries: one span of one work, or nothing when `work` is None."""

    query_id: str
    work: str | None
    query: Span
    reference: Span
    speed: float = 1.0
    semitones: float = 0.0  # how far the query's sound lies above the work's
    placement: Placement | None = None  # where the query shows the work's picture


@dataclass(frozen=True, slots=True)
class Prediction:
    """One reported match; a greater `rank` is a surer one."""

    query_id: str
    work: str
    query: Span
    reference: Span
    speed: float
    rank: float
    semitones: float | None = None  # None: the system does not say
    transform: Mapping[str, object] = field(default_factory=dict, compare=False)


def predictions(query_id: str, answer: Answer) -> list[Prediction]:
    """The matches of one contract answer, in the order reported."""
    return [
        Prediction(
            query_id,
            match["work_id"],
            _span(match["query"]),
            _span(match["reference"]),
            match["speed"],
            _rank(match),
            match.get("pitch_semitones"),
            match.get("transform") or {},
        )
        for match in answer["matches"]
    ]


def at_least(answer: Answer, floor: float) -> Answer:
    """The answer of a system that tells only matches of at least this rank."""
    sure = [match for match in answer["matches"] if _rank(match) >= floor]
    status = "no_match" if answer["matches"] and not sure else answer["status"]
    return {**answer, "status": status, "matches": sure}


def _span(span: SpanJson) -> Span:
    return Span(span["start_s"], span["end_s"])


def _rank(match: MatchJson) -> float:
    e_value = match["e_value"]
    return match["score"] if e_value is None else -math.log10(max(e_value, SMALLEST_E))
