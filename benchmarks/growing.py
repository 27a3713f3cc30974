"""A catalogue grown far beyond any corpus, and what a query costs there: for sound and pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

from benchmarks.clock import processor_s
from benchmarks.datasets import WorkFile
from benchmarks.make import Made
from benchmarks.metrics import Answer, Proportion
from benchmarks.progress import track
from benchmarks.scoring import Scored, score, spread
from benchmarks.speed import size
from benchmarks.strangers import REFERENCE_S
from fingerprint.extract import PLAIN
from fingerprint.registry import scheme_named
from fingerprint.scheme import Fingerprint, Modality
from reelprint.extraction import Extraction, extract_reference
from reelprint.identification import Identifier
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.work import NewReference, WorkDetails

Figures = dict[str, object]
Answered = TypeVar("Answered")


def of_one_sense(home: Path, modality: Modality, preset: str = "full") -> Workspace:
    """A workspace of a preset as shipped, but of sound or of pictures alone."""
    workspace = Workspace.create(home, preset)
    names = [n for n in workspace.settings.schemes if scheme_named(n).modality == modality]
    return replace(workspace, settings=replace(workspace.settings, schemes=tuple(names)))


def prints_of(works: Sequence[WorkFile], names: Sequence[str]) -> list[list[Fingerprint]]:
    """Of each scheme, the fingerprints of works as references."""
    read = [extract_reference(w.path, names) for w in track(works, "reading", len(works))]
    return [[one.fingerprints[PLAIN, name] for one in read] for name in names]


def reference_of(read: Extraction) -> NewReference:
    """What is registered of a file."""
    prints = tuple(read.fingerprints.values())
    return NewReference(read.sha256, read.path.name, read.duration_s, read.losses, prints)


def registering(
    works: Sequence[WorkFile], catalog: Catalog, names: Sequence[str]
) -> Iterator[tuple[Extraction, float]]:
    """Register real works one after another: what was read of each, and the processor time that
    reading and fingerprinting it took, in seconds."""
    for work in track(works, "registering", len(works)):
        started = processor_s()
        read = extract_reference(work.path, names)
        cpu_s = processor_s() - started
        catalog.add(WorkDetails(work.work_id, work.work_id), reference_of(read))
        yield read, cpu_s


def digest(made: Fingerprint) -> str:
    """What stands for the file of a reference that has none."""
    return hashlib.sha256(made.codes.tobytes() + made.times.tobytes()).hexdigest()


def grown(
    workspace: Workspace,
    catalog: Catalog,
    more: Iterator[tuple[Fingerprint, ...]],
    hours: float,
) -> Figures:
    """Add made references up to a size; what the catalogue and its index take then."""
    missing = max(round((hours * 3600 - catalog.duration_s()) / REFERENCE_S), 0)
    for _ in track(range(missing), f"growing to {hours:g} h", missing):
        prints = next(more)
        sha256 = digest(prints[0])
        reference = NewReference(sha256, "made", REFERENCE_S, (), prints)
        catalog.add(WorkDetails(f"made-{sha256[:16]}", "made"), reference)
    started = processor_s()
    workspace.index(catalog)
    index_s = processor_s() - started
    return {
        "hours": catalog.duration_s() / 3600,
        "references": sum(1 for work in catalog.works() for _ in work.references),
        "index_cpu_s": index_s,
        "fingerprint_bytes": catalog.fingerprint_bytes(),
        "catalogue_bytes": size(workspace.home / "catalog"),
        "index_bytes": size(workspace.home / "index"),
    }


def ask(identifier: Identifier, made: Made) -> Scored:
    """The answer to one query, judged, and its processor time.

    Raises ValueError where it was not searched: that costs little, and would count as a right
    answer about a work that is not registered.
    """
    started = processor_s()
    answer = cast(Answer, identifier.identify(made.path).as_dict())
    cpu_s = processor_s() - started
    if answer["status"] == "unreadable":
        raise ValueError(f"{made.order.query_id} was not searched: {answer.get('reason')}")
    return score(made, answer, cpu_s)


def ask_all(
    workspace: Workspace, made: Sequence[Made], asking: Callable[[Identifier, Made], Answered]
) -> list[Answered]:
    """What `asking` gives of each query, the engine open and warm."""
    identifier = Identifier(workspace)
    try:
        identifier.identify(made[0].path)
        return [asking(identifier, one) for one in track(made, "asking", len(made))]
    finally:
        identifier.close()


def of_row(asked: Sequence[Scored], row: str) -> list[Scored]:
    """The answers to the queries of one row."""
    return [s for s in asked if s.made.order.query_id.startswith(f"{row}/")]


def figures(asked: Sequence[Scored]) -> Figures:
    """Processor time and right and wrong answers."""
    found, false = ([s.found for s in asked], [bool(s.judgement.false_works) for s in asked])
    return {
        "cpu_s": spread([s.latency_s for s in asked]),
        "found": Proportion(sum(found), len(found)).as_dict(),
        "false": Proportion(sum(false), len(false)).as_dict(),
    }
