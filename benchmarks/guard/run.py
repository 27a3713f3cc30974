"""The guard from end to end: measure, judge, state. Works in a scratch folder and cleans it up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.guard import cost, measured, plan, verdict
from benchmarks.guard.asking import WHOLE, Bench, ask_all, prepare
from benchmarks.guard.baseline import Baseline, Measured, of
from benchmarks.guard.rows import CELLS, ROWS, GuardRow
from benchmarks.guard.stated import body
from benchmarks.guard.stored import bytes_a_second
from benchmarks.guard.verdict import Cell, Check
from benchmarks.guard.works import Shipped, shipped
from benchmarks.machine import describe
from reelprint.identification import Identifier
from reelprint.workspace import Workspace

SITTINGS = 3  # of measuring cost, before a stage is said to be too dear
Say = Callable[[str], object]


def guard(before: Baseline, jobs: int, say: Say) -> dict[str, Any]:
    """Measure and judge; the body of a result, in which `passed` is the verdict."""
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        works = shipped(scratch)
        bench = prepare(scratch, works.registered, jobs)
        ratios = _cost(bench, works, before, say)
        now = _measured(bench, works, ratios, jobs)
        seconds = round(time.monotonic() - started)
        return body(now, before, *judge(now, before), works, seconds)


def update(jobs: int) -> Baseline:
    """Measure a new baseline, with replicates that tell the noise of each cell."""
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        works = shipped(scratch)
        bench = prepare(scratch, works.registered, jobs)
        spent = cost.measure(bench.home / WHOLE, works, bench.queries)
        for _ in range(SITTINGS - 1):
            spent = spent.with_more(cost.measure(bench.home / WHOLE, works, bench.queries))
        now = _measured(bench, works, spent.ratios, jobs)
        again = [_asked(CELLS, bench, works, jobs, k + 1) for k in range(plan.NUDGES)]
    return of(now, again)


def judge(now: Measured, before: Baseline) -> tuple[list[Cell], list[Check]]:
    """Every rule, in the order of a page. Cells only where the queries are the same."""
    run, was = now.run, before.measured.run
    same = verdict.same_grid(run, was)
    rules = [
        same,
        verdict.false_matches(run, was),
        verdict.bound(run),
        verdict.e_values(run.strangers),
    ]
    rules += [
        verdict.stored(now.stored, before.measured.stored),
        verdict.cost(now.cost, before.measured.cost, _most_cost(before)),
    ]
    if not same.ok:
        return [], rules
    cells = verdict.cells(run.found, was.found, before.noise)
    paired = [
        verdict.recall(cells),
        verdict.recall_of_all(run.found, was.found),
        verdict.surer(run.strangers, was.strangers),
    ]
    return cells, [*paired, *rules]


def _measured(bench: Bench, works: Shipped, ratios: Mapping[str, float], jobs: int) -> Measured:
    home = bench.home / WHOLE
    run = _asked(ROWS, bench, works, jobs)
    return Measured(run, bytes_a_second(home, works), ratios, _engine(home))


def _asked(
    rows: Sequence[GuardRow], bench: Bench, works: Shipped, jobs: int, nudge: int = 0
) -> measured.Run:
    title = f"replicate {nudge}" if nudge else "asking"
    outcomes = ask_all(bench, plan.orders(rows, works, nudge), jobs, title)
    named = {row.name: place for place, row in enumerate(rows)}
    ordered = sorted(outcomes, key=lambda one: (named[one.row], one.query_id))
    return measured.run_of(ordered, bench.bound)


def _cost(bench: Bench, works: Shipped, before: Baseline, say: Say) -> dict[str, float]:
    """In yardsticks; again, up to a number of times, while a stage seems too dear."""
    home = bench.home / WHOLE
    spent = cost.measure(home, works, bench.queries)
    for _ in range(SITTINGS - 1):
        slow = verdict.slower(spent.ratios, before.measured.cost, _most_cost(before))
        if not slow:
            break
        say(f"measuring again: {', '.join(slow)}")
        spent = spent.with_more(cost.measure(home, works, bench.queries))
    return spent.ratios


def _most_cost(before: Baseline) -> float:
    return verdict.most_cost(describe()["cpu"], before.machine.get("cpu"))


def _engine(home: Path) -> dict[str, Any]:
    identifier = Identifier(Workspace.open(home))
    try:
        return asdict(identifier.engine)
    finally:
        identifier.close()
