"""What a result states beside its provenance; the card needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.guard import verdict
from benchmarks.guard.baseline import Baseline, Measured
from benchmarks.guard.inputs import inputs
from benchmarks.guard.measured import Run, reached
from benchmarks.guard.rows import ROWS
from benchmarks.guard.verdict import Cell, Check
from benchmarks.guard.works import Shipped, licences
from benchmarks.metrics import Proportion


def body(
    now: Measured,
    before: Baseline,
    cells: Sequence[Cell],
    checks: Sequence[Check],
    works: Shipped,
    seconds: int,
) -> dict[str, Any]:
    """`passed` is the verdict."""
    return {
        "passed": all(check.ok for check in checks),
        "checks": [asdict(check) for check in checks],
        "seconds": seconds,
        "works": _works(works),
        "inputs": inputs(works.all),
        "engine": now.engine,
        "baseline": {"machine": before.machine, "engine": before.measured.engine},
        "rows": [asdict(row) for row in ROWS],
        "cells": [_cell(cell) for cell in cells],
        "strangers": {"asked": len(now.run.strangers), "at_most": _reached(now.run)},
        "false_works": now.run.false_works,
        "bound": now.run.bound,
        "stored": now.stored,
        "cost": now.cost,
    }


def _works(works: Shipped) -> list[dict[str, Any]]:
    known = licences()
    return [
        {
            "file": work.name,
            "title": known[work.name][0],
            "licence": known[work.name][1],
            "seconds": round(work.facts.duration_s, 1),
            "registered": work in works.registered,
            "sha256": work.facts.sha256,
        }
        for work in works.all
    ]


def _cell(cell: Cell) -> dict[str, Any]:
    stated = asdict(cell)
    return {
        **stated,
        "found": cell.found.as_dict(),
        "before": Proportion(cell.before, cell.found.n).as_dict(),
    }


def _reached(run: Run) -> list[dict[str, Any]]:
    """Of each decade: how many negatives met a match of at most this E-value, with its interval."""
    asked = len(run.strangers)
    return [
        {"e_value": x, **Proportion(reached(run.strangers, x), asked).as_dict()}
        for x in verdict.TOLD_DECADES
    ]
