"""Finds in the training material what the development corpus holds too, by its bytes or its title.

The same bytes are the same work. So are sounds and films of one title, from a tag or the name of
the file, and of about one length: one track as two packages encode it. A title that many files of
the corpus have ("Track 1") says nothing. What is the same under another title and other bytes only
our own engine finds.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from media.clip import Unreadable
from media.container import Media
from training.digest import sha256_of
from training.manifest import Row

CLOSE = 0.02  # of the length: what encoders add at the ends of a track
CLOSE_S = 0.05
MANY = 3


@dataclass(frozen=True, slots=True)
class Known:
    """One file of the development corpus: its length in seconds, 0 where it is not known."""

    path: str
    sha256: str
    titles: frozenset[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Same:
    """A file of training material, and the file of the corpus that shows the same."""

    row: Row
    path: str
    why: str


def corpus(folder: Path, tick: Callable[[], object] = lambda: None) -> list[Known]:
    """All files of a corpus by its `manifest.csv`; `tick` is called once a file.

    Raises OSError when the folder has no such list, or a file of it is missing.
    """
    known = []
    for path in files(folder):
        tick()
        titles, seconds = told(path)
        name = path.relative_to(folder).as_posix()
        known.append(Known(name, sha256_of(path), titles, seconds))
    return known


def files(folder: Path) -> list[Path]:
    """All files of a corpus by its `manifest.csv`. Raises OSError when the folder has none."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return [folder / row["path"] for row in csv.DictReader(file)]


def same(rows: Sequence[Row], cache: Path, known: Iterable[Known]) -> list[Same]:
    """Each file of training material that the corpus holds too, with the reason."""
    by_bytes: dict[str, Known] = {}
    by_title: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        by_bytes[one.sha256] = one
        for title in one.titles:
            by_title[title].append(one)
    telling = {title: ones for title, ones in by_title.items() if len(ones) <= MANY}
    found = []
    for row in rows:
        if (twin := by_bytes.get(row.sha256)) is not None:
            found.append(Same(row, twin.path, "the same bytes"))
        elif row.seconds and (near := _near(row, cache, telling)) is not None:
            found.append(Same(row, near.path, "the same title and length"))
    return found


def told(path: Path) -> tuple[frozenset[str], float]:
    """The titles of a file, by its name and its tags, and its length in seconds."""
    try:
        media = Media(path)
    except Unreadable:
        return _titles([path.stem]), 0.0
    try:
        streams = [stream.metadata for stream in media.container.streams]
        tags = [media.container.metadata, *streams]
        said = [v for tag in tags for k, v in tag.items() if k.lower() == "title"]
        return _titles([path.stem, *said]), media.stated_s or 0.0
    finally:
        media.close()


def plain(title: str) -> str:
    """A title without case, blanks, signs and the number of its track.

    >>> plain("03 - Breaking_the Chains")
    'breakingthechains'
    """
    return re.sub(r"[\W_]+", "", re.sub(r"^\s*\d+[\s._-]+", "", title.casefold()))


def _titles(names: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(name) for name in names) - {""}


def _near(row: Row, cache: Path, by_title: dict[str, list[Known]]) -> Known | None:
    """A file of the corpus with a title of this one, and about as long."""
    titles, seconds = told(cache / row.path)
    for title in sorted(titles):
        for one in by_title.get(title, []):
            if abs(one.seconds - seconds) <= max(CLOSE_S, CLOSE * seconds):
                return one
    return None
