"""Frame codes by the million, in an index of Reelprint and in those of FAISS, asked the same.

What is stored are the codes of real works and, up to the size wanted, of `frame_strangers` made of
them: as skewed, and as crowded about the same scenes. What is asked for are frames of excerpts of
those works that were coded anew, blurred or drawn on, so that bits change as they do in copies.
Every index is built, and opened and asked, in processes of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import isqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np

from benchmarks.cut import cut
from benchmarks.datasets import Dataset, WorkFile
from benchmarks.growing import prints_of
from benchmarks.presets import PRESETS
from benchmarks.progress import track
from benchmarks.scale.child import Figures, apart, memory
from benchmarks.video_strangers import frame_strangers
from fingerprint.extract import PLAIN
from fingerprint.scheme import MIN_QUALITY, Fingerprint
from index.hamming import HammingSegment
from index.rows import Rows
from media.clip import U8, Span
from reelprint.extraction import extract_suspect

SCHEME = "video-dct256-1"
RADIUS = 31
SEED = 1
EXCERPT_S = 5.0
LEAST_WORKS, MOST_WORKS = 2, 8  # that excerpts are taken of
WAYS = ("clean", "crf35_240p", "blur", "grey", "logo_subtitle", "fps15")
QUERIES = 320  # codes: about what a window of a suspect has
ROUNDS, LONGEST_S = 3, 4.0  # of timing; where one round would take longer, of fewer codes
FLAT = "FAISS Flat"
LARGEST = {
    "FAISS IVF": 5_000_000
}  # codes: more would take minutes to be told which list is nearest
WIDE_TABLES = 3_000_000  # codes from which fewer and wider tables are faster
CENTRES_TRAINED_ON, PROBED = 40, 64
I64 = np.ndarray[Any, np.dtype[np.int64]]
Found = tuple[I64, I64]  # hits of each code; rows of one code after the other


@dataclass(frozen=True, slots=True)
class Given:
    """What indexes of all sizes are made of, and asked for."""

    real: Sequence[Fingerprint]  # of whole films
    asked: U8  # (QUERIES, 32)

    @classmethod
    def of(cls, data: Dataset, scratch: Path) -> Given:
        """Of the films of a dataset. Raises ValueError when none is long enough."""
        films = [work for work in data.files if work.carries("video")]
        with TemporaryDirectory(dir=scratch, prefix="excerpts") as name:
            return cls(prints_of(films, [SCHEME])[0], asked(films, Path(name)))


def measure_codes(count: int, given: Given, scratch: Path) -> Iterator[Figures]:
    """What is measured of so many codes, whenever there is more of it; indexes are built below
    `scratch`. Those that would take too long to build at this size have a name alone."""
    with TemporaryDirectory(dir=scratch, prefix="codes") as name:
        home = Path(name)
        np.save(home / "stored.npy", stored(count, given.real))
        np.save(home / "asked.npy", given.asked)
        figures: Figures = {
            "codes": count, "radius": RADIUS, "queries": len(given.asked), "indexes": [],
            "floor_bytes": 32 * count,
        }  # fmt: skip
        for kind in KINDS:
            figures["indexes"].append({"name": kind, **_measured(kind, count, name)})
            if kind == FLAT:
                figures |= _hits(home)
            yield figures


def _measured(kind: str, count: int, home: str) -> Figures:
    if count > LARGEST.get(kind, count):
        return {}
    return apart("codes", "build", kind=kind, home=home) | apart(
        "codes", "ask", kind=kind, home=home
    )


def stored(count: int, real: Sequence[Fingerprint]) -> U8:
    """So many codes that prove anything, those of real works first, shape (n, 32)."""
    parts, missing = [], count
    for one in chain(real, frame_strangers(real, SEED)):
        used = one.codes[one.quality >= MIN_QUALITY][:missing]
        parts.append(used)
        missing -= len(used)
        if not missing:
            break
    return np.concatenate(parts)


def asked(films: Sequence[WorkFile], folder: Path) -> U8:
    """Codes of distorted excerpts of some films, evenly chosen, shape (QUERIES, 32)."""
    long = sorted(films, key=lambda film: -film.facts.duration_s)[:MOST_WORKS]
    long = [film for film in long if film.facts.duration_s >= EXCERPT_S + LEAST_WORKS]
    if not long:
        raise ValueError("no film is long enough to take excerpts of")
    made = [(film, way) for film in long for way in WAYS]
    codes = [_distorted(film, way, folder) for film, way in track(made, "distorting", len(made))]
    every = np.concatenate(codes)
    chosen: U8 = every[np.linspace(0, len(every) - 1, QUERIES).astype(np.int64)]
    return chosen


def _distorted(film: WorkFile, way: str, folder: Path) -> U8:
    how = replace(PRESETS[way], sound=None)
    to = folder / f"excerpt{how.suffix}"
    start_s = (film.facts.duration_s - EXCERPT_S) / 2
    if cut(film.path, Span(start_s, start_s + EXCERPT_S), how, SEED, to) is None:
        return np.empty((0, 32), np.uint8)
    read = extract_suspect(to, [SCHEME]).fingerprints[PLAIN, SCHEME]
    used: U8 = read.codes[read.quality >= MIN_QUALITY]
    return used


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of index: how it is written into a folder, and how it is opened and asked."""

    write: Callable[[U8, Path], None]
    open: Callable[[Path], Callable[[U8], Found]]


def _write_ours(codes: U8, home: Path) -> None:
    owners = (np.arange(len(codes)) // 1200).astype(np.uint32)  # ten minutes each
    HammingSegment.write(home / "ours", Rows(codes, owners, np.arange(len(codes), dtype=np.uint32)))


def _open_ours(home: Path) -> Callable[[U8], Found]:
    segment = HammingSegment.open(home / "ours")

    def ask(codes: U8) -> Found:
        quality = np.full(len(codes), 100, np.uint8)
        suspect = Fingerprint(SCHEME, codes, np.arange(len(codes), dtype=np.float64), quality)
        found = segment.search(suspect, (), RADIUS)
        counts = np.bincount(found.query_times.astype(np.int64), minlength=len(codes))
        return counts, np.rint(found.reference_times * 4000).astype(np.int64)

    return ask


def _faiss_kind(make: Callable[[U8], Any], probed: int = 0) -> Kind:
    def write(codes: U8, home: Path) -> None:
        index = make(codes)
        index.add(codes)
        faiss.write_index_binary(index, str(home / "index"))

    def opened(home: Path) -> Callable[[U8], Found]:
        index: Any = faiss.read_index_binary(str(home / "index"), faiss.IO_FLAG_MMAP_IFC)
        if probed:
            index.nprobe = probed

        def ask(codes: U8) -> Found:
            limits, _, rows = index.range_search(codes, RADIUS + 1)
            counts = np.diff(limits.astype(np.int64))
            order = np.lexsort((rows, np.repeat(np.arange(len(codes)), counts)))
            return counts, rows[order]

        return ask

    return Kind(write, opened)


def _multihash(codes: U8) -> Any:
    """As complete as tables of our own: as many flips in as many hashes."""
    tables, bits, flips = (12, 21, 2) if len(codes) >= WIDE_TABLES else (16, 16, 1)
    index: Any = faiss.IndexBinaryMultiHash(256, tables, bits)
    index.nflip = flips
    return index


def _inverted(codes: U8) -> Any:
    lists = 4 * isqrt(len(codes) // 16)
    index: Any = faiss.IndexBinaryIVF(faiss.IndexBinaryFlat(256), 256, lists)
    chosen = np.linspace(0, len(codes) - 1, min(len(codes), CENTRES_TRAINED_ON * lists))
    index.train(np.ascontiguousarray(codes[chosen.astype(np.int64)]))
    index.own_fields = False
    return index


KINDS: Mapping[str, Kind] = {
    FLAT: _faiss_kind(lambda codes: faiss.IndexBinaryFlat(256)),
    "Reelprint": Kind(_write_ours, _open_ours),
    "FAISS MultiHash": _faiss_kind(_multihash),
    "FAISS IVF": _faiss_kind(_inverted, PROBED),
}


def build(kind: str, home: str) -> Figures:
    """Write an index into a folder of its own."""
    faiss.omp_set_num_threads(1)
    codes, folder = np.load(Path(home) / "stored.npy"), _folder(home, kind)
    folder.mkdir()
    _warm(kind, codes[:1000], folder)
    started = time.process_time()
    KINDS[kind].write(codes, folder)
    spent = time.process_time() - started
    return {"build_s": spent, "bytes": sum(file.stat().st_size for file in folder.iterdir())}


def _warm(kind: str, codes: U8, folder: Path) -> None:
    """Have loops compiled, which is no part of building."""
    if kind == "Reelprint":
        from index.multihash import write_tables

        write_tables(folder / "warm", codes)
        for file in folder.iterdir():
            file.unlink()


def ask(kind: str, home: str) -> Figures:
    """Open an index and ask it code by code, then for all at once."""
    faiss.omp_set_num_threads(1)
    codes = np.load(Path(home) / "asked.npy")
    if kind == "Reelprint":  # so that numba is imported, which is no part of an index
        KINDS[kind].open(_folder(home, kind))(codes[:1])
    before, started = memory(), time.process_time()
    search = KINDS[kind].open(_folder(home, kind))
    opened_s, opened = time.process_time() - started, memory()
    began = time.process_time()
    found = search(codes)
    after, took_s = memory(), time.process_time() - began
    few = codes[:: max(1, round(took_s / LONGEST_S))]
    every = search(codes)
    spent = [_spent(search, few[i : i + 1]) for _ in range(ROUNDS) for i in range(len(few))]
    whole = min(_spent(search, few) for _ in range(ROUNDS)) / len(few)
    np.savez(_found(home, kind), counts=found[0], rows=found[1])
    return {
        "open_s": opened_s,
        "opened_bytes": opened[0] - before[0],
        "resident_bytes": after[0] - before[0],
        "own_bytes": after[1] - before[1],
        "milliseconds_median": float(np.median(spent)),
        "milliseconds_p95": float(np.percentile(spent, 95)),
        "milliseconds_in_batch": whole,
        "timed": len(few),
        "same_again": all(np.array_equal(a, b) for a, b in zip(found, every, strict=True)),
        "completeness": _complete(home, found),
    }


def _spent(search: Callable[[U8], Found], codes: U8) -> float:
    started = time.process_time()
    search(codes)
    return (time.process_time() - started) * 1e3


def _complete(home: str, found: Found) -> float:
    """The share of the hits of `FAISS Flat` that are found."""
    with np.load(_found(home, FLAT)) as kept:
        right = _pairs((kept["counts"], kept["rows"]))
    return len(right & _pairs(found)) / max(len(right), 1)


def _pairs(found: Found) -> set[tuple[int, int]]:
    asked_for = np.repeat(np.arange(len(found[0])), found[0])
    return set(zip(asked_for.tolist(), found[1].tolist(), strict=True))


def _hits(home: Path) -> Figures:
    with np.load(_found(str(home), FLAT)) as kept:
        counts = kept["counts"]
    return {"hits_median": float(np.median(counts)), "hits_p95": float(np.percentile(counts, 95))}


def _folder(home: str, kind: str) -> Path:
    return Path(home) / kind.replace(" ", "-")


def _found(home: str, kind: str) -> Path:
    return Path(home) / f"{kind.replace(' ', '-')}.npz"
