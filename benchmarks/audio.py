"""How well sound is found: the rows of `audio_rows`, by Reelprint and its peers, in one run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.audio_plan import orders
from benchmarks.audio_rows import AudioRow
from benchmarks.audio_scoring import Heard, figures, hear, pooled, records
from benchmarks.datasets import Dataset, Half, WorkFile
from benchmarks.make import Made, Order
from benchmarks.plan import Plan
from benchmarks.progress import track
from benchmarks.quoted import quoted
from benchmarks.recall import SPARE, MadeRows, ask, cells, make_all
from benchmarks.systems import System


def make_rows(
    rows: Sequence[AudioRow], data: Dataset, half: Half, plan: Plan, cache: Path, jobs: int
) -> MadeRows:
    """Make the queries of every row; those made before are found in the cache.

    A place that is silent in any row is left out of all, so that rows stay paired.
    """
    wanted = replace(plan, queries=plan.queries + plan.queries // SPARE + 1)
    planned = orders(rows, references(data, half), data.references(half, "unregistered"), wanted)
    # A source is read once for all its queries, if they are made one after another.
    flat = sorted((o for row in planned.values() for o in row), key=_by_source)
    made = track(make_all(flat, cache / "queries", jobs), "making queries", len(flat))
    found = {one.order.query_id: one for one in made}
    paired = {name: [found[order.query_id] for order in planned[name]] for name in planned}
    silent = {
        _number(one.order)
        for row in paired.values()
        for one in row
        if one.order.positive and not one.evidence.enough
    }
    return {name: _kept(row, silent, plan.queries) for name, row in paired.items()}


def references(data: Dataset, half: Half) -> list[WorkFile]:
    """What is registered: the works that sound."""
    return [work for work in data.references(half, "registered") if work.carries("audio")]


def _by_source(order: Order) -> tuple[str, str]:
    return order.source.name, _number(order)


def _number(order: Order) -> str:
    return order.query_id.rpartition("/")[2]


def _kept(row: Sequence[Made], silent: set[str], queries: int) -> list[Made]:
    """Negatives as they come; of the others, as many as wanted."""
    if not row[0].order.positive:
        return list(row)
    return [one for one in row if _number(one.order) not in silent][:queries]


def measure(
    system: System,
    works: Sequence[WorkFile],
    rows: Sequence[AudioRow],
    made: MadeRows,
    jobs: int,
    in_detail: bool,
) -> dict[str, object]:
    """Register the works with one system and run every row; in detail, with each wrong answer."""
    started = time.perf_counter()
    system.register(works)
    seconds = time.perf_counter() - started
    asked = [one for row in rows for one in made[row.name]]
    every = [hear(*answered, system.floor) for answered in ask(system, asked, jobs)]
    heard = {row.name: [h for h in every if _row(h) == row.name] for row in rows}
    return {
        "system": system.name,
        "floor": system.floor,
        "register_s": seconds,
        "positives": pooled([h for h in every if h.scored.made.order.positive]),
        "negatives": pooled([h for h in every if not h.scored.made.order.positive]),
        "rows": {name: figures(row) for name, row in heard.items()},
        "wrong": records(every) if in_detail else [],
    }


def _row(heard: Heard) -> str:
    return heard.scored.made.order.query_id.partition("/")[0]


def body(
    rows: Sequence[AudioRow],
    data: Dataset,
    half: Half,
    plan: Plan,
    measured: Sequence[object],
    left_out: Sequence[str],
) -> dict[str, object]:
    """What a result says beside its provenance; a report needs nothing else."""
    return {
        "corpus_sha256": data.sha256,
        "split": half,
        "seed": plan.seed,
        "cells": cells(data, half),
        "rows": [asdict(row) for row in rows],
        "left_out": left_out,
        "quoted": quoted(),
        "systems": measured,
    }
