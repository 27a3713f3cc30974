"""From the answers of one system to the figures of a row, and the ranks behind them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.datasets import WorkFile
from benchmarks.make import Made
from benchmarks.metrics import Answer, Prediction, Proportion, at_least, predictions
from benchmarks.recall import ask
from benchmarks.rows import Row
from benchmarks.scoring import Scored, record, score, spread
from benchmarks.systems import System

# In and out points are right within this.
EDGE_S = 1.0
Figures = dict[str, object]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One query as a shipped system answers it, and how sure the system is of right and wrong."""

    scored: Scored  # at the shipped threshold
    right: float | None  # the greatest rank of a match with the work, if one lies in its place
    wrong: float | None  # the greatest rank of a match with another work
    said: tuple[Prediction, ...] = ()  # all that was told, also below the threshold

    @property
    def has_edges(self) -> bool:
        """Whether both in and out point are right."""
        edges = self.scored.judgement.edge_errors_s
        return edges is not None and max(edges) <= EDGE_S


def ranked(made: Made, answer: Answer, wait_s: float | None, floor: float) -> Ranked:
    """Judge an answer that may also tell matches below the threshold `floor`."""
    shipped = score(made, at_least(answer, floor), wait_s)
    placed = shipped if shipped.found else score(made, answer, wait_s)
    said = predictions(made.truth.query_id, answer)
    right = _greatest(p.rank for p in said if p.work == made.truth.work and placed.found)
    wrong = _greatest(p.rank for p in said if p.work != made.truth.work)
    return Ranked(shipped, right, wrong, tuple(said))


def _greatest(ranks: Iterable[float]) -> float | None:
    return max(ranks, default=None)


def figures(answered: Sequence[Ranked]) -> Figures:
    """Shares with intervals, errors, and the ranks behind the curve of errors."""
    scored = [h.scored for h in answered]
    judged = [s.judgement for s in scored]
    common: Figures = {
        "queries": len(answered),
        "works": len({s.made.order.source.work_id for s in scored}),
        "hours": sum(s.made.truth.query.duration_s for s in scored) / 3600,
        "false": _share([bool(j.false_works) for j in judged]),
        "statuses": dict(Counter(s.answer["status"] for s in scored)),
        "latency_s": spread([s.latency_s for s in scored]),
        "wrong_ranks": _ranks(h.wrong for h in answered),
    }
    if not all(s.made.order.positive for s in scored):
        return common
    found = [j for j in judged if j.found]
    edges = [j.edge_errors_s for j in found if j.edge_errors_s]
    return common | {
        "recall": _share([s.found for s in scored]),
        "recall_exact_place": _share([j.found for j in judged]),
        "work_recall": _share([j.work_found for j in judged]),
        "offset_error_s": spread([j.offset_error_s for j in found]),
        "speed_error": spread([j.speed_error for j in found]),
        "pitch_error": spread([j.pitch_error for j in found]),
        "in_error_s": spread([start for start, _ in edges]),
        "out_error_s": spread([end for _, end in edges]),
        "edges": _share([h.has_edges for h in answered if h.scored.judgement.found]),
        "right_ranks": _ranks(h.right for h in answered),
    }


def pooled(answered: Sequence[Ranked]) -> Figures | None:
    """The figures of all rows of a kind together; None when there is none."""
    if not answered:
        return None
    return {key: value for key, value in figures(answered).items() if not key.endswith("_ranks")}


def records(answered: Sequence[Ranked]) -> list[Figures]:
    """The queries that went wrong, each with what was said: what is to be looked into."""
    return [
        record(h.scored) | {"right_rank": h.right, "wrong_rank": h.wrong}
        for h in answered
        if not h.scored.found or h.scored.judgement.false_works
    ]


def _share(outcomes: Sequence[bool]) -> dict[str, float | int | None]:
    return Proportion(sum(outcomes), len(outcomes)).as_dict()


def _ranks(ranks: Iterable[float | None]) -> list[float]:
    """From sure to unsure; queries without such a match are left out."""
    return sorted((round(rank, 2) for rank in ranks if rank is not None), reverse=True)


def row_of(one: Ranked) -> str:
    """The name of the row that a query belongs to."""
    return one.scored.made.order.query_id.partition("/")[0]


def measured(
    system: System,
    seconds: float,
    rows: Sequence[Row],
    every: Sequence[Ranked],
    in_detail: bool,
) -> Figures:
    """What one system says of itself in a result file; in detail, with each wrong answer."""
    parts = {row.name: [one for one in every if row_of(one) == row.name] for row in rows}
    return {
        "system": system.name,
        "floor": system.floor,
        "register_s": seconds,
        "positives": pooled([one for one in every if one.scored.made.order.positive]),
        "negatives": pooled([one for one in every if not one.scored.made.order.positive]),
        "rows": {name: figures(part) for name, part in parts.items()},
        "wrong": records(every) if in_detail else [],
    }


def asked(
    system: System, works: Sequence[WorkFile], made: Sequence[Made], jobs: int
) -> tuple[float, list[Ranked]]:
    """Register works with a system and ask it; the seconds of registering, and the answers."""
    started = time.perf_counter()
    system.register(works)
    seconds = time.perf_counter() - started
    return seconds, [ranked(*answered, system.floor) for answered in ask(system, made, jobs)]
