"""From the answers of one system on one row to the figures and records of a result file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.equal_place import same_picture, same_sound
from benchmarks.make import Made
from benchmarks.metrics import (
    Answer,
    Judgement,
    Prediction,
    Proportion,
    Truth,
    judge,
    micro_average_precision,
    predictions,
    segment_average_precision,
    segment_score,
)

# What a result file keeps of the best match of each query.
TOP = (
    *("work_id", "modality", "query", "reference", "speed", "pitch_semitones", "transform"),
    *("score", "e_value"),
)


@dataclass(frozen=True, slots=True)
class Scored:
    """One query with its answer and judgement."""

    made: Made
    answer: Answer
    judgement: Judgement
    latency_s: float | None  # None when queries ran side by side
    in_equal_place: bool = False  # elsewhere in the work, where the media is the same

    @property
    def found(self) -> bool:
        """Right work, in the right place or in one that cannot be told from it."""
        return self.judgement.found or self.in_equal_place

    @property
    def said(self) -> list[Prediction]:
        """The answer as predictions."""
        return predictions(self.made.truth.query_id, self.answer)


def score(made: Made, answer: Answer, latency_s: float | None) -> Scored:
    """Judge one answer."""
    said = predictions(made.truth.query_id, answer)
    judgement = judge(made.truth, said)
    return Scored(made, answer, judgement, latency_s, _in_equal_place(made, judgement))


def _in_equal_place(made: Made, judgement: Judgement) -> bool:
    """Whether the work carries the same at the place said: a still scene, an exact loop."""
    if judgement.places is None:
        return False
    path, evidence = made.order.source.path, made.evidence
    looks = evidence.motion is None or same_picture(path, *judgement.places)
    return looks and (evidence.level_db is None or same_sound(path, *judgement.places))


def figures(scored: Sequence[Scored]) -> dict[str, object]:
    """Shares with intervals, errors, and the counts behind them, of one row."""
    judged = [s.judgement for s in scored]
    common: dict[str, object] = {
        "queries": len(scored),
        "works": len({s.made.order.source.work_id for s in scored}),
        "false": Proportion(sum(bool(j.false_works) for j in judged), len(judged)).as_dict(),
        "statuses": dict(Counter(s.answer["status"] for s in scored)),
        "latency_s": spread([s.latency_s for s in scored]),
    }
    if not all(s.made.order.positive for s in scored):
        return common
    found = Proportion(sum(s.found for s in scored), len(judged))
    exact = Proportion(sum(j.found for j in judged), len(judged))
    work = Proportion(sum(j.work_found for j in judged), len(judged))
    placed = [s.judgement.found for s in scored if not s.made.evidence.still]
    return common | {
        "recall": found.as_dict(),
        "recall_exact_place": exact.as_dict(),
        "work_recall": work.as_dict(),
        "recall_without_stills": Proportion(sum(placed), len(placed)).as_dict(),
        "offset_error_s": spread([j.offset_error_s for j in judged]),
        "speed_error": spread([j.speed_error for j in judged]),
        **pooled([s.made.truth for s in scored], [p for s in scored for p in s.said]),
    }


def pooled(truths: Sequence[Truth], said: Sequence[Prediction]) -> dict[str, object]:
    """The measures that pool queries: VSC2022 and VCSL."""
    segments = segment_score(truths, said)
    return {
        "micro_ap": micro_average_precision(truths, said),
        "segment_ap": segment_average_precision(truths, said),
        "vcsl": {"precision": segments.precision, "recall": segments.recall, "f1": segments.f1},
    }


def record(scored: Scored) -> dict[str, object]:
    """One query for a result file: what it is, what was said, and whether that is right."""
    made, judgement = scored.made, scored.judgement
    matches = scored.answer["matches"]
    return {
        "id": made.truth.query_id,
        "source": made.order.source.name,
        "work": made.truth.work,
        "reference": [_short(made.truth.reference.start_s), _short(made.truth.reference.end_s)],
        "evidence": {key: _short(value) for key, value in made.evidence.as_dict().items()},
        "draws": made.draws,
        "status": scored.answer["status"],
        "top": {key: matches[0].get(key) for key in TOP} if matches else None,
        "matches": len(matches),
        "ok": judgement.ok,
        "found": judgement.found,
        "in_equal_place": scored.in_equal_place,
        "false_works": judgement.false_works,
        "offset_error_s": _short(judgement.offset_error_s),
        "latency_s": _short(scored.latency_s),
    }


def spread(values: Sequence[float | None]) -> dict[str, float] | None:
    """The median and the 95th percentile of the values that there are."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    median, p95 = np.percentile(known, [50, 95])
    return {"median": float(median), "p95": float(p95)}


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
