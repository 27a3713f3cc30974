"""Was the work found, in the right place, and was anything claimed that is not there?

Task: one query that carries one span of one work, or nothing; an answer at the shipped threshold.
Right place: where the reported span and the true one overlap in the query, both lines are read at
the middle of the overlap; they must agree within `TOLERANCE_S` of reference time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.metrics.records import Prediction, Truth
from benchmarks.metrics.spans import overlap
from media.clip import Span

# The tolerance of the audio benchmark of the field: a person lands on the right scene.
TOLERANCE_S = 0.5


@dataclass(frozen=True, slots=True)
class Judgement:
    """One query, judged. Errors are of the best placed match of the right work."""

    found: bool  # right work in the right place
    work_found: bool  # right work, wherever
    false_works: tuple[str, ...]  # works claimed that the query does not carry
    offset_error_s: float | None  # None: the right work was not reported over the true span
    speed_error: float | None  # |reported / true - 1|
    places: tuple[Span, Span] | None = None  # reference spans, true and said, when they differ
    pitch_error: float | None = None  # semitones; None where the system does not say
    edge_errors_s: tuple[float, float] | None = None  # of in and out point in the query, if found
    best: Prediction | None = None  # the best placed match of the right work, if found

    @property
    def ok(self) -> bool:
        """True when what is there was found and nothing else was claimed."""
        return self.found and not self.false_works


def judge(truth: Truth, answers: Sequence[Prediction]) -> Judgement:
    """Judge the matches reported for one query.

    Raises ValueError when a prediction belongs to another query.
    """
    if any(answer.query_id != truth.query_id for answer in answers):
        raise ValueError(f"predictions of another query than {truth.query_id}")
    right = [answer for answer in answers if answer.work == truth.work]
    false = tuple(sorted({answer.work for answer in answers if answer.work != truth.work}))
    placed = [(e, a) for a in right if (e := offset_error(truth, a)) is not None]
    if truth.work is None or not placed:
        return Judgement(truth.work is None, bool(right), false, None, None)
    error, best = min(placed, key=lambda pair: pair[0])
    speed_error = abs(best.speed / truth.speed - 1)
    if error > TOLERANCE_S:
        return Judgement(False, True, false, error, speed_error, _places(truth, best))
    pitch_error = None if best.semitones is None else abs(best.semitones - truth.semitones)
    edges = _edge_errors(truth, [a for e, a in placed if e <= TOLERANCE_S])
    return Judgement(True, True, false, error, speed_error, None, pitch_error, edges, best)


def _edge_errors(truth: Truth, answers: Sequence[Prediction]) -> tuple[float, float]:
    """How far the first and the last moment of what was found lie from those of the truth."""
    start = min(answer.query.start_s for answer in answers)
    end = max(answer.query.end_s for answer in answers)
    return abs(start - truth.query.start_s), abs(end - truth.query.end_s)


def _places(truth: Truth, answer: Prediction) -> tuple[Span, Span] | None:
    """The reference spans that the truth and an answer give to what both cover of the query."""
    both = overlap(truth.query, answer.query)
    if both is None:
        return None
    true = truth.reference.start_s + truth.speed * (both.start_s - truth.query.start_s)
    said = answer.reference.start_s + answer.speed * (both.start_s - answer.query.start_s)
    length = both.duration_s * truth.speed
    return Span(true, true + length), Span(max(said, 0.0), max(said, 0.0) + length)


def offset_error(truth: Truth, answer: Prediction) -> float | None:
    """Seconds of reference time between the two lines; None without overlap in the query."""
    both = overlap(truth.query, answer.query)
    if both is None:
        return None
    middle = (both.start_s + both.end_s) / 2
    true = truth.reference.start_s + truth.speed * (middle - truth.query.start_s)
    said = answer.reference.start_s + answer.speed * (middle - answer.query.start_s)
    return abs(said - true)
