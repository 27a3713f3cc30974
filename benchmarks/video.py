"""How well pictures are found: the rows of `video_rows`, by Reelprint and its peers, in one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.as_is import empty_films, empty_queries, real_copies
from benchmarks.datasets import Dataset, Half, Role, WorkFile
from benchmarks.make import Made
from benchmarks.paired import make_rows, spared
from benchmarks.plan import Plan
from benchmarks.ranked import Ranked, asked, measured
from benchmarks.recall import cells
from benchmarks.systems import System
from benchmarks.video_plan import Turn, orders, turns
from benchmarks.video_rows import EMPTY_ROW, REAL_ROW, VideoRow
from benchmarks.video_scoring import beside

# Of the films that carry nothing: those that are registered, those that are asked for.
REGISTERED_TAKE, ASKED_TAKE = 1, 2


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a fresh system is told, and what it is asked then."""

    name: str
    works: Sequence[WorkFile]
    made: Sequence[Made]


def sittings(
    rows: Sequence[VideoRow], data: Dataset, half: Half, plan: Plan, cache: Path, jobs: int
) -> list[Sitting]:
    """Both turns, and the real copies. Beside the works, films are registered that none shows."""
    beside_works = [*empty_films(REGISTERED_TAKE, cache / "empty"), *_tuned_on(data, half)]
    both = turns(data, half)
    share = {turn.name: len(turn.asked) / sum(len(t.asked) for t in both) for turn in both}
    found = [
        _turn(rows, turn, _part(plan, share[turn.name]), cache, jobs, beside_works) for turn in both
    ]
    if REAL_ROW in rows and (copies := real_copies(data, half)):
        references = {copy.reference.name: copy.reference for copy in copies}
        queries = [copy.made(f"{REAL_ROW.name}/{copy.copy.name}") for copy in copies]
        found.append(Sitting("c", [*references.values(), *beside_works], queries))
    return found


def _tuned_on(data: Dataset, half: Half) -> list[WorkFile]:
    """Of a test, the films of the other half: no suspect shows them, and they may be looked at."""
    if half != "test":
        return []
    roles: tuple[Role, ...] = ("registered", "unregistered")
    films = [work for role in roles for work in data.references("calibrate", role)]
    return [work for work in films if work.carries("video")]


def _turn(
    rows: Sequence[VideoRow],
    turn: Turn,
    plan: Plan,
    cache: Path,
    jobs: int,
    beside_works: Sequence[WorkFile],
) -> Sitting:
    cut_rows = [row for row in rows if row not in (REAL_ROW, EMPTY_ROW)]
    made: list[Made] = []
    if cut_rows:
        rows_made = make_rows(orders(cut_rows, turn, spared(plan)), plan.queries, cache, jobs)
        made = [one for row in cut_rows for one in rows_made[row.name]]
    if EMPTY_ROW in rows:
        takes = empty_films(ASKED_TAKE, cache / "empty")
        made += empty_queries(takes, EMPTY_ROW.name, turn.name)
    return Sitting(turn.name, [*turn.registered, *beside_works], made)


def _part(plan: Plan, share: float) -> Plan:
    """The share of a turn: as many queries a work in each, as many negatives in each."""
    return Plan(max(round(plan.queries * share), 1), round(plan.negatives / 2), plan.seed)


@dataclass(frozen=True, slots=True)
class Run:
    """One system's answers to everything."""

    system: System
    register_s: float
    every: Sequence[Ranked]
    pairs: int  # of suspect and reference


def ask_all(fresh: Callable[[str], System], sat: Sequence[Sitting], jobs: int) -> Run:
    """Ask a fresh system in each sitting."""
    every: list[Ranked] = []
    spent, pairs = 0.0, 0
    for sitting in sat:
        system = fresh(sitting.name)
        seconds, answers = asked(system, sitting.works, sitting.made, jobs)
        every, spent = [*every, *answers], spent + seconds
        pairs += len(sitting.works) * len(answers)
    return Run(system, spent, every, pairs)


def figures(run: Run, rows: Sequence[VideoRow], in_detail: bool) -> dict[str, object]:
    """For the result; in detail, with each wrong answer."""
    told = measured(run.system, run.register_s, rows, run.every, in_detail)
    return told | beside(rows, run.every, run.pairs)


def _films(kinds: Mapping[str, object]) -> dict[str, object]:
    return {kind: of for kind, of in kinds.items() if kind not in ("music", "speech")}


def body(
    rows: Sequence[VideoRow],
    data: Dataset,
    half: Half,
    plan: Plan,
    sat: Sequence[Sitting],
    systems: Sequence[object],
    left_out: Sequence[str],
) -> dict[str, object]:
    """What a result says beside its provenance; a report needs nothing else."""
    return {
        "corpus_sha256": data.sha256,
        "split": half,
        "seed": plan.seed,
        "cells": {role: _films(kinds) for role, kinds in cells(data, half).items()},
        "registered": {sitting.name: len(sitting.works) for sitting in sat},
        "rows": [asdict(row) for row in rows],
        "left_out": left_out,
        "systems": systems,
    }
