"""Postings by the hundred million, made of real sound, and excerpts of real works to ask for.

Real works are read once, as references and, some of them, as suspects. Their postings come first;
then come those of `strangers`, in parts that do not depend on each other, so that a larger index is
a smaller one and more. Everything is kept between runs.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.audio import references
from benchmarks.datasets import Dataset, WorkFile
from benchmarks.growing import prints_of
from benchmarks.progress import track
from benchmarks.strangers import strangers
from fingerprint.extract import PLAIN
from fingerprint.scheme import Fingerprint
from index.columns import Column
from index.postings import PostingsSegment
from index.rows import Rows, concatenate
from media.clip import Span
from reelprint.extraction import extract_suspect

SCHEME = "audio-landmark-2"
PART = 2_500_000  # postings of strangers that are made and kept together
OF_A_PART = 2**16  # numbers, more than it has references
EXCERPT_S, MARGIN_S = 10.0, 5.0
QUERIES = 24


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Ten seconds of a registered work, as a suspect has them."""

    reference: int
    start_s: float  # in the reference
    peaks: Fingerprint


@dataclass(frozen=True, slots=True)
class Material:
    """A folder in which what was made of a corpus is kept."""

    folder: Path

    @classmethod
    def of(cls, data: Dataset, cache: Path) -> Material:
        """Read the works of a dataset, unless that was done before. Raises ValueError when none is
        long enough to be asked for."""
        works = references(data, "calibrate")
        if len(works) < QUERIES:  # of a small corpus all
            works = [work for work in data.files if work.carries("audio")]
        long = [k for k, w in enumerate(works) if w.facts.duration_s >= EXCERPT_S + 2 * MARGIN_S]
        if not long:
            raise ValueError("no work is long enough to take excerpts of")
        name = "".join([SCHEME, str(QUERIES), *(work.facts.sha256 for work in works)])
        made = cls(cache / "scale" / hashlib.sha256(name.encode()).hexdigest()[:16])
        made.folder.mkdir(parents=True, exist_ok=True)
        chosen = long[:: max(len(long) // QUERIES, 1)][:QUERIES]
        if not made._path("real").exists():
            save_prints(made._path("real"), range(len(works)), prints_of(works, [SCHEME])[0])
        if not made._path("asked").exists():
            save_prints(made._path("asked"), chosen, [_heard(works[k]) for k in _told(chosen)])
        return made

    def excerpts(self) -> list[Excerpt]:
        """From the middles of works spread over all that are long enough."""
        return [_excerpt(number, whole) for number, whole in _load(self._path("asked"))]

    def rows(self, postings: int) -> Rows:
        """What is stored of so many postings, by reference."""
        taken: list[Rows] = []
        for part in map(self._part, count()):
            taken.append(part.take(np.arange(min(postings, len(part)))))
            postings -= len(taken[-1])
            if not postings:
                break
        return concatenate(taken)

    def _part(self, number: int) -> Rows:
        """The postings of the real works, and after them those of strangers."""
        path = self._path(f"part-{number:03d}")
        if not path.exists():
            rows = concatenate(list(self._made(number)))
            columns = {"values": rows.values, "owners": rows.owners, "ticks": rows.ticks}
            write_arrays(path, columns)
        with np.load(path) as kept:
            return Rows(kept["values"], kept["owners"], kept["ticks"])

    def _made(self, part: int) -> Iterator[Rows]:
        real = [one for _, one in _load(self._path("real"))]
        every = strangers(real, part) if part else iter(real)
        stored = 0
        for number, one in enumerate(every, part * OF_A_PART):
            rows = PostingsSegment.rows_of(number, one)
            yield rows
            stored += len(rows)
            if part and stored >= PART:
                return

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npz"


def _told(chosen: Sequence[int]) -> Iterator[int]:
    return track(chosen, "reading suspects", len(chosen))


def _heard(work: WorkFile) -> Fingerprint:
    """A whole work, as a suspect has it."""
    return extract_suspect(work.path, [SCHEME]).fingerprints[PLAIN, SCHEME]


def _excerpt(number: int, whole: Fingerprint) -> Excerpt:
    start_s = (float(whole.times[-1]) - EXCERPT_S) / 2
    part = whole.within(Span(start_s, start_s + EXCERPT_S))
    return Excerpt(number, start_s, replace(part, times=part.times - start_s))


def save_prints(path: Path, numbers: Sequence[int], prints: Sequence[Fingerprint]) -> None:
    """Write fingerprints with the numbers of their works."""
    columns = {
        "numbers": np.array(numbers),
        "lengths": np.array([len(one) for one in prints]),
        "codes": np.concatenate([one.codes for one in prints]),
        "times": np.concatenate([one.times for one in prints]),
        "quality": np.concatenate([one.quality for one in prints]),
    }
    write_arrays(path, columns)


def _load(path: Path) -> list[tuple[int, Fingerprint]]:
    """Fingerprints with the numbers of their works."""
    with np.load(path) as kept:
        ends = np.cumsum(kept["lengths"])[:-1]
        columns = (np.split(kept[name], ends) for name in ("codes", "times", "quality"))
        numbers = kept["numbers"].tolist()
        return [(n, Fingerprint(SCHEME, *one)) for n, *one in zip(numbers, *columns, strict=True)]


def write_arrays(path: Path, columns: Mapping[str, Column]) -> None:
    """Write arrays by name to an `.npz` file, whole or not at all."""
    part = path.with_suffix(".part")
    with zipfile.ZipFile(part, "w") as packed:
        for name, column in columns.items():
            with packed.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.save(file, column, allow_pickle=False)
    part.replace(path)
