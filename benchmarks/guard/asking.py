"""Asks the engine every query twice: with all works registered, and without the one it carries.

The second search is a negative of every kind of damage, at the price of a search alone: what was
read of the suspect is used again. Everything up to an E-value of `TOLD` is told, so that there is
a tail to look at; what counts as found is judged at the shipped bound.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import cast

from benchmarks.calibration_parallel import Mapper
from benchmarks.datasets import WorkFile
from benchmarks.engine import Reelprint
from benchmarks.make import Made, Order, make
from benchmarks.metrics import Answer, predictions
from benchmarks.ranked import ranked
from reelprint.cage.caged import ONE_THREAD
from reelprint.extraction import Extraction, extract_suspect
from reelprint.identification import Identifier
from reelprint.workspace import Workspace

TOLD = 1e6  # the greatest E-value that is told
WHOLE = "all"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One query and what came of it. A rank is -log10 of an E-value; None: above `TOLD`."""

    query_id: str
    work: str | None  # None: it carries nothing that is registered
    found: bool  # the right work in the right place, at the shipped bound
    false_works: tuple[str, ...]  # at the shipped bound
    stranger: float | None  # the rank of the best match that can only be chance
    stranger_works: tuple[str, ...]  # named at the shipped bound though the work was not there

    @property
    def row(self) -> str:
        """The cell that it belongs to."""
        return self.query_id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Bench:
    """Folders: of the workspaces, and of suspects while they are asked about."""

    home: Path
    queries: Path
    bound: float  # the E-value below which a new workspace reports


def prepare(folder: Path, works: Sequence[WorkFile], jobs: int) -> Bench:
    """Register the works, and make a copy of the workspace without each of them."""
    os.environ.update({k: v for k, v in ONE_THREAD.items() if k not in os.environ})
    home = folder / "workspaces"
    Reelprint(home / WHOLE, jobs).register(works)
    for work in works:
        _without(home, work.work_id)
    bound = Workspace.open(home / WHOLE).settings.max_e_value
    return Bench(home, folder / "queries", bound)


def ask_all(bench: Bench, orders: Sequence[Order], jobs: int, title: str) -> list[Outcome]:
    """Every query, in the order given."""
    return list(Mapper(jobs)(partial(_ask, bench=bench), orders, title))


def _without(home: Path, work_id: str) -> None:
    shutil.copytree(home / WHOLE, home / work_id)
    workspace = Workspace.open(home / work_id)
    with workspace.catalog() as catalog:
        catalog.remove(work_id)
        workspace.index(catalog)


def _ask(order: Order, bench: Bench) -> Outcome:
    made = make(order, bench.queries)
    schemes = Workspace.open(bench.home / WHOLE).settings.schemes
    suspect = extract_suspect(made.path, schemes)
    for path in (made.path, made.path.with_suffix(".json")):
        path.unlink()
    told = _told(bench.home / WHOLE, suspect)
    masked = _told(bench.home / order.source.work_id, suspect) if order.positive else told
    return _outcome(made, told, masked, bench.bound)


def _outcome(made: Made, told: Answer, masked: Answer, bound: float) -> Outcome:
    """Judged; `masked` is the answer of a search that the work was not in."""
    floor = -math.log10(bound)
    judged = ranked(made, told, None, floor)
    strange = predictions(made.truth.query_id, masked)
    return Outcome(
        made.truth.query_id,
        made.truth.work,
        made.order.positive and judged.scored.found,
        judged.scored.judgement.false_works,
        max((one.rank for one in strange), default=None),
        tuple(sorted({one.work for one in strange if one.rank >= floor})),
    )


def _told(home: Path, suspect: Extraction) -> Answer:
    identifier = _identifier(home)
    return cast(Answer, identifier.answer(suspect).as_dict())


@cache
def _identifier(home: Path) -> Identifier:
    """One for each process and workspace, so that an index is opened once."""
    workspace = Workspace.open(home)
    return Identifier(replace(workspace, settings=replace(workspace.settings, max_e_value=TOLD)))
