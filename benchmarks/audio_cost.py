"""What a query of ten seconds costs against a catalogue of many hours, and what an hour takes.

No corpus has a thousand hours: the works of the test half are registered, then `strangers` up to
each size, through the catalogue and the index as any reference. Real queries are asked of the whole
engine in this process: reading the file, every speed and pitch, verification. Processor time
counts, not the wait.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.audio import references
from benchmarks.audio_plan import orders
from benchmarks.audio_rows import AUDIO_ROWS, AudioRow
from benchmarks.datasets import Dataset, WorkFile
from benchmarks.make import Made, make
from benchmarks.metrics import Answer, Proportion
from benchmarks.plan import Plan
from benchmarks.progress import track
from benchmarks.scoring import Scored, score, spread
from benchmarks.speed import size
from benchmarks.strangers import REFERENCE_S, strangers
from fingerprint.audio.relief import OUTLINE_EVERY, Outline
from fingerprint.audio.spectrum import HOP, RATE, WINDOW
from fingerprint.extract import PLAIN
from fingerprint.registry import scheme_named
from fingerprint.scheme import Fingerprint
from reelprint.extraction import Extraction, extract_reference
from reelprint.identification import Identifier
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.work import NewReference, WorkDetails

SEED = 1
ROWS = (
    *(row for row in AUDIO_ROWS if row.name in ("clean_10s", "hostile_10s")),
    AudioRow("unregistered_10s", "audio", 10, "lossless", negative=True),
)
Figures = dict[str, object]


def measure(
    data: Dataset, home: Path, cache: Path, hours: Sequence[float], queries: int
) -> Figures:
    """Register the test half, then strangers up to each of the sizes, and ask at each."""
    workspace, scheme = _workspace(home)
    made = _queries(data, cache, queries)
    with workspace.catalog() as catalog:
        extraction = _register(references(data, "test"), catalog, scheme)
        more = strangers(_prints(references(data, "calibrate"), scheme), SEED)
        steps = [_step(workspace, catalog, more, made, size_h) for size_h in (0.0, *hours)]
    return {"extraction": extraction, "steps": steps}


def _workspace(home: Path) -> tuple[Workspace, str]:
    """A workspace as shipped, but of sound alone, and the name of its scheme."""
    workspace = Workspace.create(home)
    names = [n for n in workspace.settings.schemes if scheme_named(n).modality == "audio"]
    return replace(workspace, settings=replace(workspace.settings, schemes=tuple(names))), names[0]


def _queries(data: Dataset, cache: Path, count: int) -> list[Made]:
    """The same number of queries of each row."""
    plan = Plan(count, count, SEED)
    planned = orders(ROWS, references(data, "test"), data.references("test", "unregistered"), plan)
    flat = [order for row in planned.values() for order in row]
    made = (make(order, cache / "queries") for order in flat)
    return list(track(made, "making queries", len(flat)))


def _register(works: Sequence[WorkFile], catalog: Catalog, scheme: str) -> Figures:
    """Register real works one after another; what reading and fingerprinting them cost."""
    seconds = cpu_s = 0.0
    for work in track(works, "registering", len(works)):
        started = time.process_time()
        read = extract_reference(work.path, (scheme,))
        cpu_s += time.process_time() - started
        seconds += read.duration_s
        catalog.add(WorkDetails(work.work_id, work.work_id), _reference(read))
    return {"hours": seconds / 3600, "cpu_s": cpu_s, "times_real_time": seconds / cpu_s}


def _reference(read: Extraction) -> NewReference:
    prints = tuple(read.fingerprints.values())
    return NewReference(read.sha256, read.path.name, read.duration_s, read.losses, prints)


def _prints(works: Sequence[WorkFile], scheme: str) -> list[Fingerprint]:
    read = (extract_reference(work.path, (scheme,)) for work in works)
    return [one.fingerprints[PLAIN, scheme] for one in track(read, "reading", len(works))]


def _step(
    workspace: Workspace,
    catalog: Catalog,
    more: Iterator[Fingerprint],
    made: Sequence[Made],
    hours: float,
) -> Figures:
    """Grow to a size and ask every query."""
    _grow(catalog, more, hours)
    started = time.process_time()
    workspace.index(catalog)
    index_s = time.process_time() - started
    return {
        "hours": catalog.duration_s() / 3600,
        "references": sum(1 for work in catalog.works() for _ in work.references),
        "index_cpu_s": index_s,
        "fingerprint_bytes": catalog.fingerprint_bytes(),
        "catalogue_bytes": size(workspace.home / "catalog"),
        "index_bytes": size(workspace.home / "index"),
        "queries": _asked(workspace, made),
    }


def _grow(catalog: Catalog, more: Iterator[Fingerprint], hours: float) -> None:
    missing = max(round((hours * 3600 - catalog.duration_s()) / REFERENCE_S), 0)
    for _ in track(range(missing), f"growing to {hours:g} h", missing):
        made = next(more)
        sha256 = hashlib.sha256(made.codes.tobytes() + made.times.tobytes()).hexdigest()
        prints = (made, _any_outline(sha256))
        reference = NewReference(sha256, "made", REFERENCE_S, (), prints)
        catalog.add(WorkDetails(f"made-{sha256[:16]}", "made"), reference)


def _any_outline(sha256: str) -> Fingerprint:
    """The outline of a made reference: bits at random, which take the most room."""
    rng = np.random.default_rng(int(sha256[:16], 16))
    times = (np.arange(0, REFERENCE_S * RATE - WINDOW, OUTLINE_EVERY * HOP) + WINDOW / 2) / RATE
    codes = rng.integers(0, 256, (len(times), Outline().width), dtype=np.uint8)
    return Fingerprint(Outline().name, codes, times, np.full(len(times), 100, np.uint8))


def _asked(workspace: Workspace, made: Sequence[Made]) -> dict[str, Figures]:
    """Processor time and right answers of each row, the engine open and warm."""
    identifier = Identifier(workspace)
    try:
        identifier.identify(made[0].path)
        asked = [_ask(identifier, one) for one in track(made, "asking", len(made))]
    finally:
        identifier.close()
    return {
        row.name: _figures([s for s in asked if s.made.order.query_id.startswith(f"{row.name}/")])
        for row in ROWS
    }


def _ask(identifier: Identifier, made: Made) -> Scored:
    started = time.process_time()
    answer = identifier.identify(made.path).as_dict()
    return score(made, cast(Answer, answer), time.process_time() - started)


def _figures(asked: Sequence[Scored]) -> Figures:
    found, false = ([s.found for s in asked], [bool(s.judgement.false_works) for s in asked])
    return {
        "cpu_s": spread([s.latency_s for s in asked]),
        "found": Proportion(sum(found), len(found)).as_dict(),
        "false": Proportion(sum(false), len(false)).as_dict(),
    }
