"""What a run is held against: `baseline.json`, written by `--update` alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.cache import write_text
from benchmarks.guard.measured import Noise, Run, cell_of, noise
from benchmarks.machine import describe

PATH = Path(__file__).with_name("baseline.json")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """All that a run measures."""

    run: Run
    stored: Mapping[str, float]  # bytes a second, by kind
    cost: Mapping[str, float]  # yardsticks, by stage
    engine: Mapping[str, Any]  # as answers state it


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier run, and the noise of its cells."""

    measured: Measured
    noise: Mapping[str, Noise]
    replicates: int
    machine: Mapping[str, Any]


def of(measured: Measured, replicates: Sequence[Run]) -> Baseline:
    """A baseline of a run and of its replicates."""
    found = noise(measured.run.found, [one.found for one in replicates])
    run = replace(measured.run, false_works=_faults([measured.run, *replicates]))
    return Baseline(replace(measured, run=run), found, len(replicates), describe())


def _faults(runs: Sequence[Run]) -> dict[str, list[str]]:
    """By query, all other works that it was taken for in any run."""
    faults: dict[str, list[str]] = {}
    for run in runs:
        for query, works in run.false_works.items():
            faults[query] = sorted({*faults.get(query, []), *works})
    return faults


def save(baseline: Baseline, path: Path) -> None:
    """Write it: a line for each cell and each kind, so that changes can be read."""
    run = baseline.measured.run
    body = {
        "format": FORMAT,
        "machine": baseline.machine,
        "engine": baseline.measured.engine,
        "replicates": baseline.replicates,
        "bound": run.bound,
        "false_works": run.false_works,
        "stored": baseline.measured.stored,
        "cost": baseline.measured.cost,
        "cells": {name: _cell(name, run, one) for name, one in baseline.noise.items()},
        "strangers": _by_cell(run.strangers),
    }
    write_text(path, _lines(body))


def load(path: Path) -> Baseline:
    """Read one. Raises ValueError when it is of another format, OSError when there is none."""
    told = json.loads(path.read_text(encoding="utf-8"))
    if told.get("format") != FORMAT:
        raise ValueError(f"{path.name} is not a baseline of format {FORMAT}")
    found = {
        f"{name}/{number}": was == "1"
        for name, cell in told["cells"].items()
        for number, was in zip(cell["queries"], cell["found"], strict=True)
    }
    strangers = {
        f"{name}/{number}": rank
        for name, ranks in told["strangers"].items()
        for number, rank in ranks.items()
    }
    noise = {n: Noise(cell["lost"], cell["gained"]) for n, cell in told["cells"].items()}
    run = Run(found, told["false_works"], strangers, told["bound"])
    measured = Measured(run, told["stored"], told["cost"], told["engine"])
    return Baseline(measured, noise, told["replicates"], told["machine"])


def _cell(name: str, run: Run, noise: Noise) -> dict[str, object]:
    mine = {q.partition("/")[2]: was for q, was in run.found.items() if cell_of(q) == name}
    return {
        "queries": list(mine),
        "found": "".join("1" if was else "0" for was in mine.values()),
        **{key: round(share, 5) for key, share in asdict(noise).items()},
    }


def _by_cell(ranks: Mapping[str, float | None]) -> dict[str, dict[str, float | None]]:
    told: dict[str, dict[str, float | None]] = {}
    for query, rank in ranks.items():
        name, _, number = query.partition("/")
        told.setdefault(name, {})[number] = None if rank is None else round(rank, 3)
    return told


def _lines(body: Mapping[str, object]) -> str:
    parts = []
    for key, value in body.items():
        if isinstance(value, dict) and key in ("cells", "strangers"):
            rows = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f" {json.dumps(key)}: {{\n{rows}\n }}")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
