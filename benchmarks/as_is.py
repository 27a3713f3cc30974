"""Queries that are whole files as they are: real copies, and films that carry nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.datasets import Dataset, Half, WorkFile, cell
from benchmarks.distort import Distortion
from benchmarks.empty_films import KINDS, SECONDS, make_film
from benchmarks.evidence import Evidence
from benchmarks.make import Made, Order
from benchmarks.metrics import Truth
from benchmarks.probe import Facts
from media.clip import Span

REAL_COPIES = Path(__file__).with_name("real_copies.csv")
# Evidence is asked for where an excerpt is chosen; a whole file has it.
ENOUGH = Evidence(99.0, 99.0, None)


@dataclass(frozen=True, slots=True)
class RealCopy:
    """A file that shows the same as another, looked at and held against it frame by frame."""

    copy: WorkFile
    reference: WorkFile  # under its own name: two of a group may both be registered
    query: Span
    start_s: float  # of the reference

    def made(self, query_id: str) -> Made:
        """As a query. Files of two encodes run at one speed."""
        source = Span(self.start_s, self.start_s + self.query.duration_s)
        truth = Truth(query_id, self.reference.work_id, self.query, source)
        return _whole(self.copy.path, truth, self.reference)


def real_copies(data: Dataset, half: Half) -> list[RealCopy]:
    """Those of a half whose files the dataset holds."""
    files = {file.name: file for file in data.files if cell(file.work_id)[0] == half}
    return list(_read(files))


def _read(files: dict[str, WorkFile]) -> Iterator[RealCopy]:
    with REAL_COPIES.open(newline="") as table:
        for row in csv.DictReader(table):
            copy, reference = files.get(row["copy"]), files.get(row["reference"])
            if copy is not None and reference is not None:
                query = Span(float(row["query_start_s"]), float(row["query_end_s"]))
                named = replace(reference, work_id=reference.name)
                yield RealCopy(copy, named, query, float(row["reference_start_s"]))


def empty_films(take: int, folder: Path) -> list[WorkFile]:
    """One take of each kind."""
    facts = Facts("", SECONDS, has_video=True, has_audio=False, height=0)
    paths = {kind: make_film(kind, take, folder) for kind in KINDS}
    return [
        WorkFile(path, path.name, f"empty {kind}", "empty", facts) for kind, path in paths.items()
    ]


def empty_queries(films: Sequence[WorkFile], row: str, turn: str) -> list[Made]:
    """Films that carry nothing, as queries."""
    return [
        _whole(film.path, Truth(query_id, None, whole, whole), film)
        for film in films
        for query_id in [f"{row}/{turn} {film.work_id}"]
        for whole in [Span(0.0, film.facts.duration_s)]
    ]


def _whole(path: Path, truth: Truth, source: WorkFile) -> Made:
    positive, seconds = truth.work is not None, truth.query.duration_s
    order = Order(truth.query_id, source, positive, seconds, Distortion(sound=None), "")
    return Made(order, path, truth, ENOUGH, 1)
