"""What pictures cost: reading a reference, keeping it, and a query of a minute in many hours.

No corpus has a thousand hours: the films of the test half are registered, then `picture_strangers`
up to each size, through the catalogue and the index as any reference. Real queries are asked of the
whole engine in this process, and their processor time is told apart: reading the file, searching
the index, and the rest, which is looking closer at what was found. Nothing here has sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.clock import processor_s
from benchmarks.datasets import Dataset, Half, WorkFile
from benchmarks.decode import bare, copy_streams
from benchmarks.growing import (
    Figures,
    ask,
    ask_all,
    figures,
    grown,
    of_one_sense,
    of_row,
    prints_of,
    registering,
)
from benchmarks.longfile import build
from benchmarks.make import Made, make
from benchmarks.plan import Plan
from benchmarks.progress import track
from benchmarks.scoring import Scored, spread
from benchmarks.video_plan import orders, turns
from benchmarks.video_rows import VideoRow
from benchmarks.video_strangers import Pair, picture_strangers
from fingerprint.extract import PLAIN
from reelprint import identification, viewing, watching
from reelprint.extraction import extract_reference
from reelprint.identification import Identifier
from reelprint.searching import Searcher
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.codec import encode

SEED = 1
SECONDS = 60
ROWS = (
    VideoRow("clip_60s", "video", SECONDS, "plain", series="length"),
    VideoRow("crop25_60s", "video", SECONDS, "crop25_middle", series="crop"),
    VideoRow("unregistered_60s", "video", SECONDS, "plain", negative=True),
)
LINES, FILM_S, ROUNDS = 480, 120.0, 3
# Where time goes. All else that follows the reading is verification.
CLOCKED: dict[str, tuple[tuple[object, str], ...]] = {
    "reading": ((identification, "extract_suspect"),),
    "searching": (
        (Searcher, "hits"),
        (Searcher, "counts"),
        (Searcher, "sightings"),
        (viewing, "nearness"),
        (viewing, "vote"),
        (watching, "words"),
        (watching, "beside"),
        (watching, "rare"),
        (watching, "signatures"),
        (watching, "supported"),
    ),
}
Parts = dict[str, float]


def measure(
    data: Dataset,
    home: Path,
    cache: Path,
    hours: Sequence[float],
    queries: int,
    preset: str = "full",
) -> Figures:
    """Register the films of the test half, then strangers up to each of the sizes, and ask."""
    workspace = of_one_sense(home, "video", preset)
    names = workspace.settings.schemes
    made = _queries(data, cache, queries)
    with workspace.catalog() as catalog:
        stored = _register(_films(data, "test")[0], catalog, names)
        workspace.index(catalog)
        stored |= {"index_bytes_per_s": _indexed(workspace, catalog)}
        others = [work for turn in _films(data, "calibrate") for work in turn]
        frames, features = prints_of(others, names)
        more = picture_strangers(frames, features, SEED)
        steps = [_step(workspace, catalog, more, made, size_h) for size_h in (0.0, *hours)]
    return {"extraction": _extraction(data, cache, names), "stored": stored, "steps": steps}


def _films(data: Dataset, half: Half) -> list[Sequence[WorkFile]]:
    """The films of a half by the turn in which they are registered."""
    return [turn.registered for turn in turns(data, half)]


def _queries(data: Dataset, cache: Path, count: int) -> list[Made]:
    """The same number of queries of each row."""
    planned = orders(ROWS, turns(data, "test")[0], Plan(count, count, SEED))
    flat = [order for row in planned.values() for order in row]
    made = (make(order, cache / "queries") for order in flat)
    return list(track(made, "making queries", len(flat)))


def _extraction(data: Dataset, cache: Path, names: Sequence[str]) -> Figures:
    """Processor time of reading the picture of a film as a reference, beside decoding alone."""
    film = build(data.references("calibrate", "unregistered"), LINES, FILM_S, FILM_S / 2, cache)
    silent = copy_streams(film, film.with_suffix(".silent.mp4"), sound=False)
    ways: dict[str, Callable[[], object]] = {
        "decode": lambda: bare(silent, sound=False),
        "extract": lambda: extract_reference(silent, names),
    }
    spent = {name: min(_timed(way) for _ in range(ROUNDS)) for name, way in ways.items()}
    return {
        "lines": LINES,
        "seconds": FILM_S,
        "cpu_s": spent,
        "ratio": spent["extract"] / spent["decode"],
    }


def _timed(way: Callable[[], object]) -> float:
    started = processor_s()
    way()
    return processor_s() - started


def _register(works: Sequence[WorkFile], catalog: Catalog, names: Sequence[str]) -> Figures:
    """Register real films one after another; bytes a second by scheme, and what reading cost."""
    kept, seconds, cpu_s = dict.fromkeys(names, 0), 0.0, 0.0
    for read, took_s in registering(works, catalog, names):
        cpu_s += took_s
        seconds += read.duration_s
        for name in names:
            kept[name] += len(encode(read.fingerprints[PLAIN, name]))
    bytes_per_s = {name: count / seconds for name, count in kept.items()}
    return {"hours": seconds / 3600, "cpu_s": cpu_s, "bytes_per_s": bytes_per_s}


def _indexed(workspace: Workspace, catalog: Catalog) -> dict[str, float]:
    """Bytes of the index a second, by scheme."""
    files = [file for file in (workspace.home / "index").iterdir() if file.is_file()]
    return {
        name: sum(f.stat().st_size for f in files if f.name.startswith(name)) / catalog.duration_s()
        for name in workspace.settings.schemes
    }


def _step(
    workspace: Workspace,
    catalog: Catalog,
    more: Iterator[Pair],
    made: Sequence[Made],
    hours: float,
) -> Figures:
    """Grow to a size and ask every query."""
    return {**grown(workspace, catalog, more, hours), "queries": asked_of(workspace, made)}


def asked_of(workspace: Workspace, made: Sequence[Made]) -> dict[str, Figures]:
    """Processor time in parts and right answers of each row, the engine open and warm."""
    asked = ask_all(workspace, made, _ask)
    return {row.name: _of_row(asked, row.name) for row in ROWS}


def _ask(identifier: Identifier, made: Made) -> tuple[Scored, Parts]:
    """The answer to a query, and where its processor time went."""
    spent = dict.fromkeys(CLOCKED, 0.0)
    with ExitStack() as stack:
        for part, places in CLOCKED.items():
            for owner, name in places:
                clocked = _clocked(getattr(owner, name), spent, part)
                stack.enter_context(patch.object(owner, name, clocked))
        scored = ask(identifier, made)
    return scored, {**spent, "verifying": (scored.latency_s or 0.0) - sum(spent.values())}


def _clocked(called: Callable[..., Any], spent: Parts, part: str) -> Callable[..., Any]:
    @wraps(called)
    def timed(*given: Any, **named: Any) -> Any:
        started = processor_s()
        try:
            return called(*given, **named)
        finally:
            spent[part] += processor_s() - started

    return timed


def _of_row(asked: Sequence[tuple[Scored, Parts]], row: str) -> Figures:
    chosen = of_row([scored for scored, _ in asked], row)
    parts = [spent for scored, spent in asked if any(scored is one for one in chosen)]
    told = {part: spread([p[part] for p in parts]) for part in (*CLOCKED, "verifying")}
    return {**figures(chosen), "parts_cpu_s": told}
