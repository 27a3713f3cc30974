"""How well: registers the registered half of a split, asks for distorted excerpts, scores."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.datasets import Dataset, Half, WorkFile
from benchmarks.make import Made, Order, make
from benchmarks.metrics import Answer, at_least
from benchmarks.plan import Plan, orders
from benchmarks.progress import track
from benchmarks.rows import Row
from benchmarks.scoring import figures, pooled, record, score
from benchmarks.systems import System

MadeRows = dict[str, list[Made]]
# One query in so many is made beside those wanted.
SPARE = 8


def make_rows(
    rows: Sequence[Row], data: Dataset, half: Half, plan: Plan, cache: Path, jobs: int
) -> MadeRows:
    """Make the queries of every row; those made before are found in the cache.

    More are made than wanted: a work that is silent or black throughout carries nothing to find,
    so queries without evidence make room for the next, which keeps rows paired.
    """
    registered = data.references(half, "registered")
    wanted = replace(plan, queries=plan.queries + plan.queries // SPARE + 1)
    planned = orders(rows, registered, data.references(half, "unregistered"), wanted)
    flat = [order for name in planned for order in planned[name]]
    made: MadeRows = {name: [] for name in planned}
    for one in track(make_all(flat, cache / "queries", jobs), "making queries", len(flat)):
        if one.evidence.enough or not one.order.positive:
            made[one.truth.query_id.partition("/")[0]].append(one)
    counts = {row.name: None if row.negative else plan.queries for row in rows}
    return {name: row[: counts[name]] for name, row in made.items()}


def make_all(flat: Sequence[Order], folder: Path, jobs: int) -> Iterator[Made]:
    """The suspect files of the orders, in their order."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(partial(make, folder=folder), flat, chunksize=4)


def measure(
    system: System, works: Sequence[WorkFile], rows: Sequence[Row], made: MadeRows, jobs: int
) -> dict[str, object]:
    """Register the works with one system and run its rows."""
    started = time.perf_counter()
    system.register(works)
    seconds = time.perf_counter() - started
    wanted = [
        r for r in rows if system.modality == "both" or r.modality in ("both", system.modality)
    ]
    scored = {
        row.name: [
            score(one, at_least(answer, system.floor), wait)
            for one, answer, wait in ask(system, made[row.name], jobs)
        ]
        for row in wanted
    }
    every = [s for row in scored.values() for s in row]
    truths, said = [s.made.truth for s in every], [p for s in every for p in s.said]
    return {
        "system": system.name,
        "register_s": seconds,
        "rows": {name: figures(row) for name, row in scored.items()},
        "all_rows": pooled(truths, said),
        "queries": [record(s) for s in every],
    }


def ask(
    system: System, made: Sequence[Made], jobs: int
) -> Iterator[tuple[Made, Answer, float | None]]:
    """Identify queries in one call. Answers come in order, so each wait is one latency."""
    last = time.perf_counter()
    answers = system.identify([one.path for one in made])
    for one, answer in track(zip(made, answers, strict=True), system.name, len(made)):
        now = time.perf_counter()
        yield one, answer, now - last if jobs == 1 else None
        last = time.perf_counter()


def cells(data: Dataset, half: Half) -> dict[str, dict[str, object]]:
    """How many works and hours of each kind were registered, and how many held out."""
    return {
        role: {
            kind: {"works": len(group), "hours": sum(f.facts.duration_s for f in group) / 3600}
            for kind in ("music", "speech", "video", "any")
            if (group := [f for f in data.references(half, role) if f.kind == kind])
        }
        for role in ("registered", "unregistered")
    }
