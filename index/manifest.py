"""The index's own list of what is valid: written last, atomically, so that it never points at
half a file, and with its own checksum, so that it is believed whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.atomic import file_sha256, write_atomically

FORMAT = 6
NAME = "manifest.json"
CHECKSUM = "sha256"

Files = tuple[tuple[str, str], ...]


class Incompatible(ValueError):
    """The index on disk was written in a format that this version does not read."""


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """A reference that a segment holds."""

    number: int
    end_s: float  # the last moment that its scheme saw
    revision: str  # which state of the reference this is, in the words of whoever added it


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment: its scheme, whose codes it holds, and its files."""

    scheme: str
    stem: str
    rows: int
    held: tuple[Held, ...]  # references that count, by number
    removed: tuple[int, ...]  # references that are still in the files and no longer count
    files: Files  # names and sha256; no two segments ever have the same

    @property
    def numbers(self) -> tuple[int, ...]:
        """The references that count."""
        return tuple(one.number for one in self.held)

    def is_whole(self, folder: Path) -> bool:
        """Whether every file is there, to the byte."""
        return all(
            (folder / name).is_file() and file_sha256(folder / name) == digest
            for name, digest in self.files
        )

    def without(self, numbers: frozenset[int]) -> SegmentEntry:
        """The segment when some references no longer count."""
        kept = tuple(one for one in self.held if one.number not in numbers)
        gone = numbers.intersection(self.numbers)
        return replace(self, held=kept, removed=tuple(sorted(gone.union(self.removed))))


@dataclass(frozen=True, slots=True)
class Manifest:
    """All valid segments."""

    segments: tuple[SegmentEntry, ...] = ()
    next_serial: int = 1

    def of(self, scheme: str) -> tuple[SegmentEntry, ...]:
        """The segments of a scheme, oldest first."""
        return tuple(s for s in self.segments if s.scheme == scheme)

    def numbers(self, scheme: str) -> frozenset[int]:
        """References that have been indexed under a scheme and not removed."""
        return frozenset(n for s in self.of(scheme) for n in s.numbers)

    def extents(self) -> dict[int, float]:
        """Seconds of each reference: the most that a scheme saw."""
        seconds: dict[int, float] = {}
        for one in (one for s in self.segments for one in s.held):
            seconds[one.number] = max(one.end_s, seconds.get(one.number, 0.0))
        return seconds

    def with_segments(self, segments: Iterable[SegmentEntry]) -> Manifest:
        """The manifest with other segments, those left out in which nothing counts any more."""
        return replace(self, segments=tuple(s for s in segments if s.held))

    def without(self, numbers: Iterable[int]) -> Manifest:
        """The manifest when some references no longer count."""
        gone = frozenset(numbers)
        return self.with_segments(s.without(gone) for s in self.segments)

    @property
    def checksum(self) -> str:
        """Of all that it says, in hex."""
        return _checksum(asdict(self))

    def files(self) -> frozenset[str]:
        """The names of all files that are in use."""
        return frozenset(name for s in self.segments for name, _ in s.files)

    def save(self, folder: Path) -> None:
        """Put the manifest in place; the change counts from this moment on."""
        data = {"format": FORMAT, **asdict(self)}
        text = json.dumps({CHECKSUM: _checksum(data), **data}, indent=1)
        write_atomically(folder / NAME, lambda path: _write_text(path, text))

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """The manifest of a folder; an empty one if there is none, or if a byte has changed."""
        try:
            data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
            return cls()
        if not isinstance(data, dict) or data.pop(CHECKSUM, None) != _checksum(data):
            return cls()
        if data.pop("format") != FORMAT:
            raise Incompatible(f"the index was written in another format than {FORMAT}")
        return _from_plain(data)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _checksum(data: dict[str, Any]) -> str:
    """Of the values, however they are laid out."""
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _from_plain(data: dict[str, Any]) -> Manifest:
    """A manifest from JSON that its checksum has shown to be what `save` wrote."""
    return Manifest(
        segments=tuple(_entry(s) for s in data["segments"]),
        next_serial=data["next_serial"],
    )


def _entry(data: dict[str, Any]) -> SegmentEntry:
    return SegmentEntry(
        scheme=data["scheme"],
        stem=data["stem"],
        rows=data["rows"],
        held=tuple(Held(**one) for one in data["held"]),
        removed=tuple(data["removed"]),
        files=tuple((name, digest) for name, digest in data["files"]),
    )
