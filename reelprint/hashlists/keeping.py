"""The lists that a workspace has taken in: a folder with a file of lines of JSON for each.

They are not in the catalogue. A reference there has media, a length and times, and what is found of
it an E-value; a hash of a list has none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.atomic import write_atomically
from reelprint.hashlists.entry import Entry
from reelprint.hashlists.reading import read_list
from reelprint.hashlists.writing import as_lines

FOLDER = "hash-lists"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}", re.ASCII)


def keep(home: Path, name: str, entries: Sequence[Entry]) -> Path:
    """Take in a list, in place of one of the same name. Raises ValueError, OSError."""
    path = _file(home, name)
    path.parent.mkdir(exist_ok=True)

    def put(file: Path) -> None:
        file.write_text(as_lines(entries), encoding="utf-8")

    write_atomically(path, put)
    return path


def kept(home: Path) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """The lists by name. Raises ValueError, OSError."""
    for path in sorted((home / FOLDER).glob("*.jsonl")):
        yield path.stem, read_list(path).entries


def forget(home: Path, name: str) -> bool:
    """Remove a list; whether it was there."""
    path = _file(home, name)
    there = path.is_file()
    path.unlink(missing_ok=True)
    return there


def _file(home: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot name a list: letters, digits, dots, dashes")
    return home / FOLDER / f"{name}.jsonl"
