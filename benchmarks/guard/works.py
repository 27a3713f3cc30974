"""The shipped works as the benchmarks know works, and under which licence each is shipped."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from benchmarks.cache import FactCache
from benchmarks.datasets import AUDIO_SUFFIXES, VIDEO_SUFFIXES, WorkFile
from benchmarks.probe import probe

DEMO = Path(str(files("reelprint"))) / "demo"
LICENCES = DEMO / "works" / "LICENSES.md"


@dataclass(frozen=True, slots=True)
class Shipped:
    """What there is without any corpus."""

    registered: tuple[WorkFile, ...]
    others: tuple[WorkFile, ...]  # never registered

    @property
    def all(self) -> tuple[WorkFile, ...]:
        """Every file."""
        return self.registered + self.others


def shipped(scratch: Path) -> Shipped:
    """The works of the demo; `scratch` is a folder that may be written to."""
    facts = FactCache(scratch / "facts.json")
    with (DEMO / "works" / "works.csv").open(newline="", encoding="utf-8") as file:
        named = [(DEMO / "works" / row["path"], row["work_id"]) for row in csv.DictReader(file)]
    unnamed = sorted(
        path
        for path in (DEMO / "unregistered").iterdir()
        if path.suffix in VIDEO_SUFFIXES + AUDIO_SUFFIXES
    )
    return Shipped(_works(named, facts), _works([(path, path.stem) for path in unnamed], facts))


def licences() -> dict[str, tuple[str, str]]:
    """(title, licence) by name of file, as `LICENSES.md` says them."""
    rows = (line.split("|") for line in LICENCES.read_text(encoding="utf-8").splitlines())
    cells = ([cell.strip() for cell in row] for row in rows if len(row) > 5)
    return {row[1].strip("`"): (row[2], row[4]) for row in cells if row[1].startswith("`")}


def _works(named: Iterable[tuple[Path, str]], facts: FactCache) -> tuple[WorkFile, ...]:
    return tuple(_work(path, work_id, facts) for path, work_id in named)


def _work(path: Path, work_id: str, facts: FactCache) -> WorkFile:
    known = probe(path, facts)
    return WorkFile(path, path.name, work_id, "film" if known.has_video else "music", known)
