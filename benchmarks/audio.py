"""How well sound is found: the rows of `audio_rows`, by Reelprint and its peers, in one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import paired
from benchmarks.audio_plan import orders
from benchmarks.audio_rows import AudioRow
from benchmarks.datasets import Dataset, Half, WorkFile
from benchmarks.paired import spared
from benchmarks.plan import Plan
from benchmarks.quoted import quoted
from benchmarks.ranked import asked, measured
from benchmarks.recall import MadeRows, cells
from benchmarks.systems import System


def make_rows(
    rows: Sequence[AudioRow], data: Dataset, half: Half, plan: Plan, cache: Path, jobs: int
) -> MadeRows:
    """Make the queries of every row; those made before are found in the cache."""
    planned = orders(
        rows, references(data, half), data.references(half, "unregistered"), spared(plan)
    )
    return paired.make_rows(planned, plan.queries, cache, jobs)


def references(data: Dataset, half: Half) -> list[WorkFile]:
    """What is registered: the works that sound."""
    return [work for work in data.references(half, "registered") if work.carries("audio")]


def measure(
    system: System,
    works: Sequence[WorkFile],
    rows: Sequence[AudioRow],
    made: MadeRows,
    jobs: int,
    in_detail: bool,
) -> dict[str, object]:
    """Register the works with one system and run every row; in detail, with each wrong answer."""
    queries = [one for row in rows for one in made[row.name]]
    seconds, every = asked(system, works, queries, jobs)
    return measured(system, seconds, rows, every, in_detail)


def body(
    rows: Sequence[AudioRow],
    data: Dataset,
    half: Half,
    plan: Plan,
    systems: Sequence[object],
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
        "systems": systems,
    }
