"""Segments as they come to be: written, merged, told what was removed of them, given a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from fingerprint.scheme import Fingerprint
from index.atomic import sync_folder
from index.columns import write_columns
from index.files import File
from index.holding import Holding
from index.manifest import Files, Removed, SegmentEntry
from index.part import Part
from index.rows import Rows, concatenate
from index.segment import kind_of, live


def rows_of(scheme: str, fingerprints: Mapping[int, Fingerprint]) -> Rows:
    """What is stored of some references, by number."""
    kind = kind_of(scheme)
    return concatenate([kind.rows_of(n, f) for n, f in sorted(fingerprints.items())])


def stem_of(scheme: str, serial: int) -> str:
    """The name of a segment."""
    return f"{scheme}.{serial:06d}"


def written(folder: Path, stem: str, scheme: str, rows: Rows, holding: Holding) -> SegmentEntry:
    """A segment of rows, on the disk."""
    digests = kind_of(scheme).write(folder / stem, by_reference(rows))
    return _entry(folder, stem, scheme, holding, digests)


def merged(
    folder: Path,
    target: Path,
    parts: Sequence[Part],
    tell: Callable[[int], None] = lambda rows: None,
) -> SegmentEntry:
    """A segment at a stem of what counts of others, of one scheme, of a folder. `tell` is told of
    rows as they are done."""
    scheme = parts[0].entry.scheme
    digests = kind_of(scheme).merge(target, [part.source(folder) for part in parts], tell)
    holding = Holding.joined([part.live for part in parts])
    return _entry(target.parent, target.name, scheme, holding, digests)


def rewritten(parts: Sequence[Part], rows: Rows, holding: Holding) -> tuple[Rows, Holding]:
    """What counts of some small segments, and more rows, together."""
    every = concatenate([*(live(part.segment.rows, part.removed) for part in parts), rows])
    return every, Holding.joined([*(part.live for part in parts), holding])


def tombstoned(folder: Path, part: Part, version: int) -> SegmentEntry:
    """The entry of a part; what was removed of it since it was opened is written first."""
    known = part.entry.removed.references if part.entry.removed else 0
    if len(part.removed) == known:
        return part.entry
    name = f"removed-{version}"
    ((file, digest),) = write_columns(folder / part.entry.stem, **{name: part.removed}).items()
    whole = File.written(folder / file, digest)
    gone = Removed(len(part.removed), part.entry.rows - part.rows, whole)
    return replace(part.entry, removed=gone)


def renamed(entry: SegmentEntry, beside: Path, folder: Path, stem: str) -> SegmentEntry:
    """A segment that was written elsewhere, moved to a folder of the same file system under another
    name."""

    def move(file: File) -> File:
        name = stem + file.name.removeprefix(entry.stem)
        (beside / file.name).replace(folder / name)
        return replace(file, name=name)

    gone = entry.removed and replace(entry.removed, file=move(entry.removed.file))
    files = tuple(move(file) for file in entry.files)
    return replace(entry, stem=stem, files=files, removed=gone)


def moved(
    entries: Sequence[SegmentEntry], beside: Path, folder: Path, serial: int
) -> list[SegmentEntry]:
    """Segments that were written elsewhere, under names from a serial on, on the disk."""
    new = [
        renamed(entry, beside, folder, stem_of(entry.scheme, at))
        for at, entry in enumerate(entries, serial)
    ]
    sync_folder(folder)
    return new


def by_reference(rows: Rows) -> Rows:
    """The same in order of reference, those of each in the order that they are in."""
    owners = rows.owners
    if (owners[1:] >= owners[:-1]).all():
        return rows
    return rows.take(np.argsort(owners, kind="stable"))


def _entry(
    folder: Path, stem: str, scheme: str, holding: Holding, digests: Mapping[str, str]
) -> SegmentEntry:
    every = {**digests, **holding.write(folder / stem)}
    files: Files = tuple(File.written(folder / name, sha256) for name, sha256 in every.items())
    return SegmentEntry(scheme, stem, int(holding.rows.sum()), len(holding), files)
