"""Postings of real-like sound in an index of Reelprint and in others, asked the same queries.

Every index is built in a process of its own, and opened and asked in another, for its memory. Then
one process opens all of them and puts every query to each in turn, so that they are timed side by
side, with the same vote over what each of them finds.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.scale.child import Figures, apart, memory
from benchmarks.scale.finer import FineSegment, asked_finely, refined
from benchmarks.scale.keepers import Keeper, Opened, Segments, keepers
from benchmarks.scale.material import Excerpt, Material, write_arrays
from benchmarks.scale.queries import asked, search, vote
from fingerprint.audio.pairs import KEYS
from index import compiled
from index.columns import Column
from index.postings import PostingsSegment
from matchers.alignment import Line
from matchers.asking import Asked, Prices

ROUNDS = 5
NEAR_S = 0.5
NUMPY = "Reelprint, NumPy alone"
# Of segments that a catalogue is added to in: what one song, and an evening of film, makes.
SMALL = (1_000, 20_000, 400_000)
SEARCHES = 4


def measure_postings(
    count: int, material: Material, scratch: Path, fine: bool = False
) -> Iterator[Figures]:
    """What is measured of so many postings, ever more of it until all is; under the scheme's keys,
    with a whole search, or under finer ones."""
    with TemporaryDirectory(dir=scratch, prefix="postings") as name:
        kept = {"material": str(material.folder), "count": count, "home": name}
        figures: Figures = {"postings": count, "keys": _kind(fine).keys, "indexes": []}
        for keeper in _keepers(fine):
            built = apart("postings", "build", **kept, keeper=keeper, fine=fine)
            if keeper == Segments.name:
                figures |= apart("postings", "write_queries", **kept, fine=fine)
            opened = apart("postings", "open_alone", keeper=keeper, home=name, fine=fine)
            figures["indexes"].append({"name": keeper, **built, **opened})
            yield figures
        compared = apart("postings", "compare", **kept, fine=fine)
        figures["indexes"].append({"name": NUMPY})
        for index in figures["indexes"]:
            index |= compared[index["name"]]
        yield figures
        if not fine:
            yield figures | apart("postings", "time_search", **kept)


def small_segments(material: Material, scratch: Path) -> list[Figures]:
    """Bytes of segments in which most keys have no postings."""
    told = []
    for count in SMALL:
        with TemporaryDirectory(dir=scratch) as name:
            rows = material.rows(count)
            Segments().build(rows, Path(name))
            told.append({"postings": count, "bytes": _size(Path(name))})
    return told


def build(material: str, count: int, keeper: str, home: str, fine: bool) -> Figures:
    """Write an index; of the processor time, what sorting and writing take."""
    rows = Material(Path(material)).rows(count)
    if fine:
        rows = refined(rows)
    folder = _folder(home, keeper)
    folder.mkdir()
    started = time.process_time()
    _keepers(fine)[keeper].build(rows, folder)
    return {"build_s": time.process_time() - started, "bytes": _size(folder)}


def write_queries(material: str, count: int, home: str, fine: bool) -> Figures:
    """The queries of this size: what is worth asking for depends on how crowded keys are."""
    made = Material(Path(material))
    excerpts, rows = made.excerpts(), made.rows(count)
    prices = Prices.of(np.bincount(rows.values, minlength=KEYS))
    every = [asked(one, prices) for one in excerpts]
    if fine:
        both = zip(every, excerpts, strict=True)
        every = [asked_finely(query, excerpt, rows) for query, excerpt in both]
    columns = {f"{k}.{name}": c for k, q in enumerate(every) for name, c in _columns(q).items()}
    write_arrays(_queries_path(home), columns)
    return {"queries": len(every), "keys_a_query": float(np.mean([len(q.keys) for q in every]))}


def open_alone(keeper: str, home: str, fine: bool) -> Figures:
    """Open one index and ask every query once; how much of it is in memory then."""
    queries = _queries(home)
    compiled.prefer(True)
    _warm(home, queries, fine)
    before = memory()
    started = time.process_time()
    opened = _keepers(fine)[keeper].open(_folder(home, keeper))
    opened_at = time.process_time()
    after_opening = memory()
    opened.look_up(queries[0].keys)
    first_s = time.process_time() - opened_at
    for query in queries:
        opened.look_up(query.keys)
    after = memory()
    return {
        "open_s": opened_at - started,
        "first_query_ms": first_s * 1e3,
        "opened_bytes": after_opening[0] - before[0],
        "resident_bytes": after[0] - before[0],
        "own_bytes": after[1] - before[1],
    }


def compare(material: str, count: int, home: str, fine: bool) -> Figures:
    """Every query of each index in turn; whether all say the same, and whether that is right."""
    queries, excerpts = _queries(home), Material(Path(material)).excerpts()
    opened: dict[str, Opened] = {n: k.open(_folder(home, n)) for n, k in _keepers(fine).items()}
    ways = {NUMPY: opened[Segments.name], **opened}
    right = _lines(opened["sorted, searchsorted"], queries, is_compiled=False)
    figures: Figures = {}
    spent = {name: _Spent() for name in ways}
    gc.disable()  # which would go through all that was imported, now and then, in some index's time
    for _ in range(ROUNDS):
        for query in queries:
            for name, index in ways.items():
                compiled.prefer(name != NUMPY)
                spent[name].ask(index, query)
    for name, index in ways.items():
        lines = _lines(index, queries, name != NUMPY)
        found = sum(_is_found(one, own) for one, own in zip(excerpts, lines, strict=True))
        same = sum(a == b for a, b in zip(lines, right, strict=True)) / len(right)
        figures[name] = {**spent[name].told(), "completeness": same, "found": found}
    return figures


def time_search(material: str, count: int, home: str) -> Figures:
    """Seconds of a whole search for an excerpt, under every speed and pitch, by what takes them."""
    segments, told = Segments().open(_folder(home, Segments.name)), []
    started = time.process_time()
    prices = Prices.of(segments.counts)
    priced_s = time.process_time() - started
    excerpts = Material(Path(material)).excerpts()[:SEARCHES]
    gc.disable()
    for is_compiled in (False, True):
        compiled.prefer(is_compiled)
        search(excerpts[0], prices, segments.look_up)
        spent = [asdict(search(one, prices, segments.look_up)) for one in excerpts]
        mean = {name: float(np.mean([one[name] for one in spent])) for name in spent[0]}
        told.append({"compiled": is_compiled, **mean})
    return {"prices_s": priced_s, "searches": told}


class _Spent:
    """Processor time of queries of one index, in milliseconds."""

    def __init__(self) -> None:
        self.whole: list[float] = []
        self.looking_up: list[float] = []
        self.postings: list[int] = []

    def ask(self, index: Opened, query: Asked) -> None:
        started = time.process_time()
        found = index.look_up(query.keys)
        looked_up = time.process_time()
        vote(found, query)
        voted = time.process_time()
        self.whole.append((voted - started) * 1e3)
        self.looking_up.append((looked_up - started) * 1e3)
        self.postings.append(len(found.places))

    def told(self) -> Figures:
        """The first round, in which loops are compiled and files mapped, is left out."""
        later = slice(len(self.whole) // ROUNDS, None)
        return {
            "milliseconds_median": float(np.median(self.whole[later])),
            "milliseconds_p95": float(np.percentile(self.whole[later], 95)),
            "look_up_milliseconds_median": float(np.median(self.looking_up[later])),
            "postings_a_query": float(np.mean(self.postings)),
        }


def _lines(index: Opened, queries: Sequence[Asked], is_compiled: bool) -> list[list[Line]]:
    compiled.prefer(is_compiled)
    return [vote(index.look_up(query.keys), query) for query in queries]


def _is_found(excerpt: Excerpt, lines: Sequence[Line]) -> bool:
    return any(
        line.reference == excerpt.reference and abs(line.offset_s - excerpt.start_s) <= NEAR_S
        for line in lines
    )


def _warm(home: str, queries: Sequence[Asked], fine: bool) -> None:
    """Have numba imported and loops compiled, which are no part of an index."""
    segments = _keepers(fine)[Segments.name].open(_folder(home, Segments.name))
    vote(segments.look_up(queries[0].keys), queries[0])


def _kind(fine: bool) -> type[PostingsSegment]:
    return FineSegment if fine else PostingsSegment


def _keepers(fine: bool) -> Mapping[str, Keeper]:
    return keepers(_kind(fine))


def _folder(home: str, keeper: str) -> Path:
    return Path(home) / keeper


def _size(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.iterdir())


def _queries_path(home: str) -> Path:
    return Path(home) / "queries.npz"


def _queries(home: str) -> list[Asked]:
    with np.load(_queries_path(home)) as kept:
        count = 1 + max(int(name.partition(".")[0]) for name in kept.files)
        return [Asked(*(kept[f"{k}.{name}"] for name in COLUMNS)) for k in range(count)]


COLUMNS = ("keys", "times", "weights")


def _columns(query: Asked) -> dict[str, Column]:
    return {name: getattr(query, name) for name in COLUMNS}
