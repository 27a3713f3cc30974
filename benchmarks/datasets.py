"""A folder of media as works, groups and cells of a split.

A folder may hold `manifest.csv` (path, kind, work, source, split_hint), as the corpus does; without
one, each file is one work. Files of one work show the same; works that share real material under
different names are one *group* (`shared_material.csv`, found by joining the corpus with itself and
by eye). A group falls into one cell of the split by the hash of its name, so that it stays there
when the corpus grows, and nothing that a threshold was fixed on is ever tested.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.cache import FactCache
from benchmarks.probe import Facts, probe

Half = Literal["calibrate", "test"]
Role = Literal["registered", "unregistered"]
VIDEO_SUFFIXES = (".mp4", ".webm", ".ogv", ".mkv", ".avi", ".mov", ".mpg", ".mpeg", ".wmv", ".m4v")
AUDIO_SUFFIXES = (".ogg", ".oga", ".mp3", ".opus", ".flac", ".wav", ".m4a")
SHARED_MATERIAL = Path(__file__).with_name("shared_material.csv")


@dataclass(frozen=True, slots=True)
class WorkFile:
    """One file of one group; `work_id` is what a system is told to answer."""

    path: Path
    name: str  # path within the dataset, for result files
    work_id: str
    kind: str
    facts: Facts

    def carries(self, modality: str) -> bool:
        """True when the file has that stream; "both" asks for picture and sound."""
        video, audio = self.facts.has_video, self.facts.has_audio
        return {"video": video, "audio": audio, "both": video and audio}[modality]


@dataclass(frozen=True, slots=True)
class Dataset:
    """All readable files of a folder."""

    files: tuple[WorkFile, ...]
    sha256: str

    def references(self, half: Half, role: Role) -> list[WorkFile]:
        """One file for each group of a cell: the longest, then the first by name."""
        groups: dict[str, list[WorkFile]] = defaultdict(list)
        for file in self.files:
            if cell(file.work_id) == (half, role):
                groups[file.work_id].append(file)
        return [max(g, key=lambda f: f.facts.duration_s) for _, g in sorted(groups.items())]


def cell(group: str) -> tuple[Half, Role]:
    """The cell of a group, from two bits of the SHA-256 of its name.

    >>> cell("big-buck-bunny") == cell("big-buck-bunny")
    True
    """
    bits = hashlib.sha256(group.encode()).digest()[0]
    return ("test" if bits & 1 else "calibrate", "registered" if bits & 2 else "unregistered")


def load(folder: Path, cache: FactCache, tick: Callable[[], object] = lambda: None) -> Dataset:
    """Read a folder; `tick` is called once a file.

    Raises FileNotFoundError when a file that the manifest names is missing.
    """
    groups = _shared_groups()
    files = []
    for name, kind, work in _rows(folder):
        path = folder / name
        files.append(WorkFile(path, name, groups.get(work, work), kind, probe(path, cache)))
        tick()
    cache.save()
    readable = tuple(f for f in files if f.facts.duration_s > 0)
    return Dataset(readable, _digest(files))


def _rows(folder: Path) -> list[tuple[str, str, str]]:
    """(path within the folder, kind, work), sorted by path."""
    manifest = folder / "manifest.csv"
    if manifest.exists():
        with manifest.open(newline="") as file:
            return sorted((r["path"], r["kind"], r["work"]) for r in csv.DictReader(file))
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(
        (n, "any", n) for n in names if n.lower().endswith(VIDEO_SUFFIXES + AUDIO_SUFFIXES)
    )


def _shared_groups() -> dict[str, str]:
    with SHARED_MATERIAL.open(newline="") as file:
        return {row["work"]: row["group"] for row in csv.DictReader(file)}


def _digest(files: Sequence[WorkFile]) -> str:
    """The SHA-256 over each path and the SHA-256 of its bytes, in order of path."""
    lines = "".join(f"{f.facts.sha256}  {f.name}\n" for f in files)
    return hashlib.sha256(lines.encode()).hexdigest()
