"""What a query of ten seconds costs against a catalogue of many hours, and what an hour takes.

No corpus has a thousand hours: the works of the test half are registered, then `strangers` up to
each size, through the catalogue and the index as any reference. Real queries are asked of the whole
engine in this process: reading the file, every speed and pitch, verification. Processor time
counts, not the wait.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.audio import references
from benchmarks.audio_plan import orders
from benchmarks.audio_rows import AUDIO_ROWS, AudioRow
from benchmarks.clock import processor_s
from benchmarks.datasets import Dataset, WorkFile
from benchmarks.growing import (
    Figures,
    ask,
    ask_all,
    digest,
    figures,
    grown,
    of_one_sense,
    of_row,
    prints_of,
    registering,
)
from benchmarks.make import Made, make
from benchmarks.plan import Plan
from benchmarks.progress import track
from benchmarks.strangers import REFERENCE_S, strangers
from fingerprint.audio.learned import Learned
from fingerprint.audio.relief import OUTLINE_EVERY, Outline
from fingerprint.audio.spectrum import HOP, RATE, WINDOW
from fingerprint.scheme import Fingerprint, Scheme
from reelprint.extraction import extract_reference
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog

SEED = 1
ROWS = (
    *(row for row in AUDIO_ROWS if row.name in ("clean_10s", "hostile_10s")),
    AudioRow("unregistered_10s", "audio", 10, "lossless", negative=True),
)


def measure(
    data: Dataset, home: Path, cache: Path, hours: Sequence[float], queries: int
) -> Figures:
    """Register the test half, then strangers up to each of the sizes, and ask at each."""
    workspace = of_one_sense(home, "audio")
    (scheme,) = workspace.settings.schemes
    made = _queries(data, cache, queries)
    unlearned = _read_unlearned(references(data, "test"), scheme)
    with workspace.catalog() as catalog:
        extraction = _register(references(data, "test"), catalog, scheme)
        (real,) = prints_of(references(data, "calibrate"), [scheme])
        more = map(outlined, strangers(real, SEED))
        steps = [_step(workspace, catalog, more, made, size_h) for size_h in (0.0, *hours)]
    return {"extraction": extraction, "unlearned_extraction": unlearned, "steps": steps}


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
    for read, took_s in registering(works, catalog, (scheme,)):
        cpu_s += took_s
        seconds += read.duration_s
    return _pace(seconds, cpu_s)


def _read_unlearned(works: Sequence[WorkFile], scheme: str) -> Figures:
    """What reading them costs where nothing that a network has learned is kept."""
    seconds = 0.0
    started = processor_s()
    for work in track(works, "reading", len(works)):
        seconds += extract_reference(work.path, (scheme,), learned=False).duration_s
    return _pace(seconds, processor_s() - started)


def _pace(seconds: float, cpu_s: float) -> Figures:
    return {"hours": seconds / 3600, "cpu_s": cpu_s, "times_real_time": seconds / cpu_s}


def _step(
    workspace: Workspace,
    catalog: Catalog,
    more: Iterator[tuple[Fingerprint, ...]],
    made: Sequence[Made],
    hours: float,
) -> Figures:
    """Grow to a size and ask every query."""
    return {**grown(workspace, catalog, more, hours), "queries": _asked(workspace, made)}


def outlined(made: Fingerprint) -> tuple[Fingerprint, ...]:
    """With the outline of a made reference, and what would be learned of it: bits at random, which
    take the most room."""
    rng = np.random.default_rng(int(digest(made)[:16], 16))
    times = (np.arange(0, REFERENCE_S * RATE - WINDOW, OUTLINE_EVERY * HOP) + WINDOW / 2) / RATE
    return made, *(_random(scheme, times, rng) for scheme in (Outline(), Learned()))


def _random(scheme: Scheme, times: NDArray[np.float64], rng: np.random.Generator) -> Fingerprint:
    codes = rng.integers(0, 256, (len(times), scheme.width), dtype=np.uint8)
    return Fingerprint(scheme.name, codes, times, np.full(len(times), 100, np.uint8))


def _asked(workspace: Workspace, made: Sequence[Made]) -> dict[str, Figures]:
    """Processor time and right answers of each row, the engine open and warm."""
    asked = ask_all(workspace, made, ask)
    return {row.name: figures(of_row(asked, row.name)) for row in ROWS}
