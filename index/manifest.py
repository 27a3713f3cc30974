"""The index's own list of what is valid: written last, atomically, so that it never points at
half a file, and with its own checksum, so that it is believed whole or not at all. It lists
segments alone; what each holds is in columns beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.atomic import write_atomically
from index.files import File

FORMAT = 7
NAME = "manifest.json"
CHECKSUM = "sha256"

Files = tuple[File, ...]


class Incompatible(ValueError):
    """The index on disk was written in a format that this version does not read."""


@dataclass(frozen=True, slots=True)
class Removed:
    """References that are still in the files of a segment and no longer count."""

    references: int
    rows: int
    file: File  # their numbers, ascending


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment: its scheme, how much it holds, and its files."""

    scheme: str
    stem: str
    rows: int  # in its files
    references: int  # in its files
    files: Files  # no two segments ever have the same
    removed: Removed | None = None

    @property
    def every_file(self) -> Iterator[File]:
        """Its files and the list of what was removed."""
        yield from (*self.files, *self.lists)

    @property
    def lists(self) -> Files:
        """The list of what was removed."""
        return (self.removed.file,) if self.removed else ()

    @property
    def live_rows(self) -> int:
        """Rows of references that count."""
        return self.rows - (self.removed.rows if self.removed else 0)

    @property
    def live_references(self) -> int:
        """References that count."""
        return self.references - (self.removed.references if self.removed else 0)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All valid segments."""

    segments: tuple[SegmentEntry, ...] = ()
    next_serial: int = 1  # of the next segment's name
    version: int = 0  # grows with each commit

    def of(self, scheme: str) -> tuple[SegmentEntry, ...]:
        """The segments of a scheme, oldest first."""
        return tuple(s for s in self.segments if s.scheme == scheme)

    def next(self, segments: Iterable[SegmentEntry], next_serial: int) -> Manifest:
        """The manifest after this one, without the segments in which nothing counts any more."""
        kept = tuple(s for s in segments if s.live_references)
        return Manifest(kept, next_serial, self.version + 1)

    def files(self) -> frozenset[str]:
        """The names of all files that are in use."""
        return frozenset(file.name for s in self.segments for file in s.every_file)

    def save(self, folder: Path) -> None:
        """Put the manifest in place; the change counts from this moment on."""
        data = {"format": FORMAT, **asdict(self)}
        text = json.dumps({CHECKSUM: _checksum(data), **data}, indent=1)
        write_atomically(folder / NAME, lambda path: _write_text(path, text))

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """The manifest of a folder; an empty one if there is none, or if a byte has changed. Raises
        Incompatible."""
        return cls.stored(folder) or cls()

    @classmethod
    def latest(cls, folder: Path) -> Manifest:
        """The same, but for an index of another format an empty one, whose names are no others'."""
        try:
            return cls.load(folder)
        except Incompatible:
            return cls()

    @classmethod
    def stored(cls, folder: Path) -> Manifest | None:
        """The manifest of a folder, if one is there to the byte. Raises Incompatible."""
        try:
            data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
            return None
        if not isinstance(data, dict) or data.pop(CHECKSUM, None) != _checksum(data):
            return None
        if data.pop("format") != FORMAT:
            raise Incompatible(f"the index was written in another format than {FORMAT}")
        return _from_plain(data)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _checksum(data: dict[str, Any]) -> str:
    """Of the values, however they are laid out."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _from_plain(data: Mapping[str, Any]) -> Manifest:
    """A manifest from JSON that its checksum has shown to be what `save` wrote."""
    return Manifest(
        segments=tuple(_entry(s) for s in data["segments"]),
        next_serial=data["next_serial"],
        version=data["version"],
    )


def _entry(data: Mapping[str, Any]) -> SegmentEntry:
    gone = data["removed"]
    return SegmentEntry(
        scheme=data["scheme"],
        stem=data["stem"],
        rows=data["rows"],
        references=data["references"],
        files=tuple(File(**file) for file in data["files"]),
        removed=gone and Removed(gone["references"], gone["rows"], File(**gone["file"])),
    )
