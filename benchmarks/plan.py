"""Chooses which excerpts a row is made of.

The k-th query of every row comes from the same work and, where the length allows, the same place,
so that rows are paired: a difference between them is the distortion, not the choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.datasets import WorkFile
from benchmarks.make import Order
from benchmarks.rows import Row

# A source must be longer than the excerpt by this, so that there is a place to choose.
MARGIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers that decide a run, beside the corpus."""

    queries: int  # a positive row
    negatives: int  # all negative rows together
    seed: int

    def negatives_of(self, negative_rows: int) -> int:
        """How many each of so many negative rows has, so that together they are enough."""
        return -(-self.negatives // max(negative_rows, 1))


def orders(
    rows: Sequence[Row],
    registered: Sequence[WorkFile],
    unregistered: Sequence[WorkFile],
    plan: Plan,
) -> dict[str, list[Order]]:
    """The queries of each row, round-robin over works.

    Raises ValueError when no work is long enough for a row.
    """
    share = plan.negatives_of(sum(row.negative for row in rows))
    return {
        row.name: _row(
            row,
            sources(row, unregistered if row.negative else registered),
            sources(row, unregistered),
            share if row.negative else plan.queries,
            plan.seed,
        )
        for row in rows
    }


def sources(row: Row, works: Sequence[WorkFile]) -> list[WorkFile]:
    """The works that are long enough and have the streams that the row needs."""
    need = row.seconds * row.how.pace + MARGIN_S
    return [w for w in works if w.carries(row.modality) and w.facts.duration_s >= need]


def _row(
    row: Row, works: Sequence[WorkFile], others: Sequence[WorkFile], count: int, seed: int
) -> list[Order]:
    music = [work for work in others if work.kind != "speech" and work.carries("audio")]
    if not works or (row.how.mixes and not music):
        raise ValueError(f"no work is long enough for {row.name}")
    return [
        Order(
            f"{row.name}/{k:04d}",
            works[k % len(works)],
            not row.negative,
            row.seconds,
            row.how,
            f"{seed}/{works[k % len(works)].work_id}/{k // len(works)}",
            music[k % len(music)] if row.how.mixes else None,
        )
        for k in range(count)
    ]
