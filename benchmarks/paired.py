"""Chooses excerpts so that rows are paired closely, for the benchmarks of sound and of video.

The k-th query of every row is the same place of the same work: shorter excerpts are the middle of
longer ones, and what is laid on top is the same. In rows longer than a place, the works that are
too short make room for others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from benchmarks.datasets import WorkFile
from benchmarks.make import Made, Order, draw
from benchmarks.plan import MARGIN_S, Plan
from benchmarks.progress import track
from benchmarks.recall import SPARE, MadeRows, make_all
from benchmarks.rows import Row

AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True, slots=True)
class Pairing(Generic[AnyRow]):
    """How the queries of one benchmark are chosen."""

    modality: str  # what every source must have
    place_s: float  # every work that is asked for is at least this long
    negative_s: tuple[float, float]  # lengths of negatives; as many in each octave
    dressed: Callable[[Order, AnyRow, int], Order]  # with what lies on top, under or around

    def orders(
        self,
        rows: Sequence[AnyRow],
        registered: Sequence[WorkFile],
        unregistered: Sequence[WorkFile],
        plan: Plan,
    ) -> dict[str, list[Order]]:
        """The queries of each row.

        Raises ValueError when no work is long enough for a row.
        """
        share = plan.negatives_of(sum(row.negative for row in rows))
        return {
            row.name: self._negatives(row, unregistered, share, plan.seed)
            if row.negative
            else self._positives(row, registered, plan)
            for row in rows
        }

    def _positives(self, row: AnyRow, works: Sequence[WorkFile], plan: Plan) -> list[Order]:
        pool = self._long_enough(works, self.place_s, plan.seed)
        need = max(_need(row, row.seconds), self.place_s)
        enough = self._long_enough(works, need, plan.seed)
        return [
            self._order(row, k, pool[k % len(pool)], enough, row.seconds, plan.seed)
            for k in range(plan.queries)
        ]

    def _negatives(
        self, row: AnyRow, works: Sequence[WorkFile], count: int, seed: int
    ) -> list[Order]:
        """One work after another, each time for another length."""
        found = []
        for k in range(count):
            seconds = row.seconds or self._drawn_s(f"{seed}/{row.name}/{k}")
            enough = self._long_enough(works, _need(row, seconds), seed)
            wanted = enough[k % len(enough)]
            found.append(self._order(row, k, wanted, enough, seconds, seed))
        return found

    def _order(
        self,
        row: AnyRow,
        k: int,
        wanted: WorkFile,
        enough: Sequence[WorkFile],
        seconds: float,
        seed: int,
    ) -> Order:
        source = wanted if wanted in enough else enough[k % len(enough)]
        place = f"{seed}/{source.work_id}/{k}" + (f"/{row.name}" if row.negative else "")
        order = Order(
            f"{row.name}/{k:04d}",
            source,
            not row.negative,
            seconds,
            row.how,
            place,
            place_s=self.place_s,
        )
        return self.dressed(order, row, k)

    def _long_enough(self, works: Sequence[WorkFile], seconds: float, seed: int) -> list[WorkFile]:
        found = [w for w in works if w.carries(self.modality) and w.facts.duration_s >= seconds]
        if not found:
            raise ValueError(f"no work has {seconds:.1f} s of {self.modality}")
        return shuffled(found, seed)

    def _drawn_s(self, seed: str) -> float:
        """A length between the bounds, rounded to a hundredth of a second."""
        low, high = self.negative_s
        seconds: float = low * (high / low) ** draw(seed)
        return round(seconds, 2)


def make_rows(
    planned: Mapping[str, Sequence[Order]], queries: int, cache: Path, jobs: int
) -> MadeRows:
    """Make the queries of every row; those made before are found in the cache.

    A place that is silent or flat in any row is left out of all, so that rows stay paired.
    """
    # A source is read once for all its queries, if they are made one after another.
    flat = sorted((o for row in planned.values() for o in row), key=_by_source)
    made = track(make_all(flat, cache / "queries", jobs), "making queries", len(flat))
    found = {one.order.query_id: one for one in made}
    paired = {name: [found[order.query_id] for order in planned[name]] for name in planned}
    empty = {
        _number(one.order)
        for row in paired.values()
        for one in row
        if one.order.positive and not one.evidence.enough
    }
    return {name: _kept(row, empty, queries) for name, row in paired.items()}


def spared(plan: Plan) -> Plan:
    """A plan with some queries more, to stand in for those left out."""
    return replace(plan, queries=plan.queries + plan.queries // SPARE + 1)


def _by_source(order: Order) -> tuple[str, str]:
    return order.source.name, _number(order)


def _number(order: Order) -> str:
    return order.query_id.rpartition("/")[2]


def _kept(row: Sequence[Made], empty: set[str], queries: int) -> list[Made]:
    """Negatives as they come; of the others, as many as wanted."""
    if not row or not row[0].order.positive:
        return list(row)
    return [one for one in row if _number(one.order) not in empty][:queries]


def shuffled(works: Sequence[WorkFile], seed: int) -> list[WorkFile]:
    """In an order that only the seed decides, so that the first few are of all kinds."""
    return sorted(works, key=lambda work: draw(f"{seed}/{work.work_id}"))


def _need(row: Row, seconds: float) -> float:
    return seconds * row.how.pace + MARGIN_S
