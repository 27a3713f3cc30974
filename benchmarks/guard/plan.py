"""Which excerpts the guard cuts: the same ones every time, in every cell those of the same places.

A *nudge* starts each excerpt some hundredths of a second earlier or later. An engine that is as
good finds other ones of the borderline then; how many is the noise that a fall must exceed. Each
nudge asks its share of the queries, so that together they ask every one again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from benchmarks.datasets import WorkFile
from benchmarks.guard.rows import GuardRow
from benchmarks.guard.works import Shipped
from benchmarks.make import Order
from benchmarks.paired import Pairing
from benchmarks.plan import Plan

Modality = Literal["audio", "video", "both"]
# A place of a work that every cell takes its excerpt from the middle of, in seconds.
PLACE_S: dict[Modality, float] = {"audio": 6.0, "video": 4.0, "both": 4.0}
NEGATIVE_S: dict[Modality, tuple[float, float]] = {
    "audio": (1.0, 15.0),
    "video": (1.0, 5.0),
    "both": (1.0, 5.0),
}
NUDGE_S = 0.08
NUDGES = 2
# Three excerpts of each of eleven works that sound; six of each of four that are seen.
PLANS: dict[Modality, Plan] = {
    "audio": Plan(33, 60, 1),
    "video": Plan(24, 36, 1),
    "both": Plan(24, 0, 1),
}


def orders(rows: Sequence[GuardRow], works: Shipped, nudge: int = 0) -> list[Order]:
    """Every query, those of one source one after another, so that it is read once.

    With a nudge from 1 to `NUDGES`, its share of them.
    """
    planned = [
        order
        for modality, plan in PLANS.items()
        for order in _orders([r for r in rows if r.modality == modality], works, plan, nudge)
    ]
    share = [o for o in planned if not nudge or _number(o) % NUDGES == nudge % NUDGES]
    return sorted(share, key=lambda o: (o.source.name, _number(o), o.query_id))


def _number(order: Order) -> int:
    return int(order.query_id.rpartition("/")[2])


def _orders(rows: Sequence[GuardRow], works: Shipped, plan: Plan, nudge: int) -> list[Order]:
    if not rows:
        return []
    modality: Modality = rows[0].modality  # type: ignore[assignment]  # one of the keys above

    def dressed(order: Order, row: GuardRow, k: int) -> Order:
        rest = [work for work in works.others if work != order.source]
        return _dressed(order, row, k, rest)

    pairing = Pairing(modality, PLACE_S[modality] + nudge * NUDGE_S, NEGATIVE_S[modality], dressed)
    planned = pairing.orders(rows, works.registered, works.others, plan)
    return [order for row in planned.values() for order in row]


def _dressed(order: Order, row: GuardRow, k: int, rest: Sequence[WorkFile]) -> Order:
    """With music that is not registered on top, or footage that is not under it."""
    music = [work for work in rest if not work.carries("video")]
    films = tuple(work for work in rest if work.carries("video"))
    other = music[k % len(music)] if row.how.mixes else None
    return replace(order, other=other, films=films if row.how.needs_footage else ())
