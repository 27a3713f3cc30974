"""Is a stated E-value true? How often chance is as good as a match says, by size of the catalogue.

An E-value x says that a search of this size gives x matches as good by chance. So of n suspects
that carry nothing registered, at most about n·x may have one with E ≤ x: at every x, in every
catalogue. Whole works of the test half are read once as suspects, and excerpts are cut from their
fingerprints, so that many thousands can be asked. The catalogue grows by strangers, which are made
of the other half.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.audio_cost import outlined
from benchmarks.datasets import Dataset, Half, Role, WorkFile
from benchmarks.growing import Figures, grown, of_one_sense, prints_of, reference_of
from benchmarks.metrics import Proportion
from benchmarks.progress import track
from benchmarks.strangers import strangers
from benchmarks.video_strangers import picture_strangers
from fingerprint.audio.relief import OUTLINE_EVERY
from fingerprint.audio.spectrum import HOP, RATE
from fingerprint.scheme import Fingerprint
from media.clip import Span
from reelprint.extraction import Extraction, extract_reference, extract_suspect
from reelprint.identification import Identifier
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.work import WorkDetails

Sense = Literal["audio", "video"]

SEED = 1
SECONDS = (2.0, 15.0)  # of an excerpt
STATED = tuple(float(f"{m}e-{k}") for k in (1, 2, 3, 4) for m in (3, 1))  # where it is looked
TOLD = 3.0  # E-values up to which matches are told
# Excerpts begin where the spectrum's frames do, as those of a file of their own would.
GRID_S = OUTLINE_EVERY * HOP / RATE
ROLES: tuple[Role, ...] = ("registered", "unregistered")


@dataclass(frozen=True, slots=True)
class Source:
    """A whole work as it was read as a suspect."""

    work_id: str
    read: Extraction


@dataclass(frozen=True, slots=True)
class Asked:
    """The least E-value of a wrong match of one excerpt; None where there is none that is told."""

    work_id: str
    start_s: float
    seconds: float
    claimed: str | None = None
    e_value: float | None = None


def measure(
    data: Dataset, home: Path, sense: Sense, sizes: Sequence[float], queries: int
) -> Figures:
    """Register one cell of the test half, then strangers up to each of the sizes, and ask for the
    other cell at each; then the other way round."""
    workspaces = [_workspace(home / role, sense) for role in ROLES]
    names = workspaces[0].settings.schemes
    others = [work for role in ROLES for work in _works(data, "calibrate", role, sense)]
    real = prints_of(others, names)
    turns = [
        _steps(
            workspace,
            _works(data, "test", known, sense),
            list(_sources(_works(data, "test", unknown, sense), names)),
            _strangers(real),
            sizes,
            queries // 2,
        )
        for workspace, (known, unknown) in zip(workspaces, (ROLES, ROLES[::-1]), strict=True)
    ]
    return {"sense": sense, "steps": [_together(steps) for steps in zip(*turns, strict=True)]}


@dataclass(frozen=True, slots=True)
class Step:
    """The answers of one turn at one size."""

    hours: float
    references: int
    asked: Sequence[Asked]


def _steps(
    workspace: Workspace,
    works: Sequence[WorkFile],
    sources: Sequence[Source],
    more: Iterator[tuple[Fingerprint, ...]],
    sizes: Sequence[float],
    queries: int,
) -> Iterator[Step]:
    with workspace.catalog() as catalog:
        _register(works, catalog, workspace.settings.schemes)
        for size_h in sizes:
            grew = grown(workspace, catalog, more, size_h)
            asked = _ask(workspace, catalog, sources, queries)
            yield Step(float(str(grew["hours"])), int(str(grew["references"])), asked)


def _together(steps: Sequence[Step]) -> Figures:
    """Both turns at one size."""
    return {
        "hours": sum(step.hours for step in steps) / len(steps),
        "references": sum(step.references for step in steps) / len(steps),
        **told([one for step in steps for one in step.asked]),
    }


def told(asked: Sequence[Asked]) -> Figures:
    """How many excerpts have a wrong match with an E-value up to each x, beside what x allows."""
    found = [one.e_value for one in asked if one.e_value is not None]
    observed = [Proportion(sum(e <= x for e in found), len(asked)) for x in STATED]
    worst = sorted((a for a in asked if a.e_value is not None), key=lambda a: a.e_value or 0.0)
    return {
        "queries": len(asked),
        "stated": [
            {"e_value": x, "is_true": seen.interval()[0] <= x, **seen.as_dict()}
            for x, seen in zip(STATED, observed, strict=True)
        ],
        "worst": [
            [a.work_id, round(a.start_s, 2), round(a.seconds, 2), a.claimed, a.e_value]
            for a in worst[:20]
        ],
    }


def excerpts(sources: Sequence[Source], count: int, seed: int) -> Iterator[tuple[Source, Span]]:
    """Stretches of any work, each work as often as it is long, on the grid of the spectrum."""
    rng = np.random.default_rng(seed)
    lengths = np.array([max(0.0, s.read.duration_s - SECONDS[0]) for s in sources])
    for which in rng.choice(len(sources), count, p=lengths / lengths.sum()):
        source = sources[which]
        seconds = min(float(rng.uniform(*SECONDS)), source.read.duration_s)
        last = (source.read.duration_s - seconds) / GRID_S
        start_s = int(rng.integers(int(last) + 1)) * GRID_S
        yield source, Span(start_s, start_s + seconds)


def cut(read: Extraction, span: Span) -> Extraction:
    """What reading a stretch of a file alone would give, nearly: the clock begins anew."""
    prints = {
        name: _shifted(one.within(span), span.start_s) for name, one in read.fingerprints.items()
    }
    return replace(read, duration_s=span.duration_s, fingerprints=prints)


def _shifted(part: Fingerprint, start_s: float) -> Fingerprint:
    return replace(part, times=part.times - start_s)


def _workspace(home: Path, sense: Sense) -> Workspace:
    """A workspace of one sense that tells what it would not report."""
    workspace = of_one_sense(home, sense)
    return replace(workspace, settings=replace(workspace.settings, max_e_value=TOLD))


def _works(data: Dataset, half: Half, role: Role, sense: Sense) -> list[WorkFile]:
    return [w for w in data.references(half, role) if w.carries(sense)]


def _register(works: Sequence[WorkFile], catalog: Catalog, names: Sequence[str]) -> None:
    for work in track(works, "registering", len(works)):
        catalog.add(
            WorkDetails(work.work_id, work.work_id),
            reference_of(extract_reference(work.path, names)),
        )


def _sources(works: Sequence[WorkFile], names: Sequence[str]) -> Iterator[Source]:
    for work in track(works, "reading as suspects", len(works)):
        read = extract_suspect(work.path, names)
        if read.duration_s >= SECONDS[0]:
            yield Source(work.work_id, read)


def _strangers(real: Sequence[Sequence[Fingerprint]]) -> Iterator[tuple[Fingerprint, ...]]:
    """Made of real fingerprints of one scheme of sound, or two of pictures."""
    if len(real) == 2:
        return picture_strangers(real[0], real[1], SEED)
    return map(outlined, strangers(real[0], SEED))


def _ask(
    workspace: Workspace, catalog: Catalog, sources: Sequence[Source], queries: int
) -> list[Asked]:
    identifier = Identifier(workspace)
    try:
        chosen = excerpts(sources, queries, SEED)
        return [_one(identifier, catalog, *it) for it in track(chosen, "asking", queries)]
    finally:
        identifier.close()


def _one(identifier: Identifier, catalog: Catalog, source: Source, span: Span) -> Asked:
    matches = identifier.findings(cut(source.read, span)).matches
    works = catalog.titles([match.reference for match in matches])
    wrong = min(((m.e_value, works[m.reference][0]) for m in matches), default=None)
    if wrong is None:
        return Asked(source.work_id, span.start_s, span.duration_s)
    return Asked(source.work_id, span.start_s, span.duration_s, wrong[1], wrong[0])
