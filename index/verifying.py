"""Every byte of an index, compared with what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.atomic import shared
from index.files import Seen
from index.folder import OPENING_LOCK
from index.manifest import Manifest, SegmentEntry


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found of one segment."""

    stem: str
    scheme: str
    rows: int
    references: int  # that count
    damaged: tuple[str, ...]  # files that are missing or not what was written


def verify(folder: Path, tell: Callable[[int, int], None]) -> tuple[Verified, ...]:
    """Read all files of an index. What is damaged is left out when the index is opened next,
    however it looks. `tell` is told of bytes. Raises Incompatible."""
    with shared(folder / OPENING_LOCK):
        manifest, seen = Manifest.load(folder), Seen(folder)
        total, done = sum(f.size for s in manifest.segments for f in s.every_file), 0
        found = []
        for entry in manifest.segments:
            damaged = []
            for file in entry.every_file:
                if not file.is_whole(folder):
                    seen.distrust(file)
                    damaged.append(file.name)
                done += file.size
                tell(done, total)
            found.append(_verified(entry, damaged))
    seen.keep(manifest.files())
    return tuple(found)


def _verified(entry: SegmentEntry, damaged: list[str]) -> Verified:
    held = entry.rows, entry.live_references
    return Verified(entry.stem, entry.scheme, *held, tuple(damaged))
