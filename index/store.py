"""The index: segments on disk, derived from the catalogue and rebuilt from it when lost.

Adding writes a new segment and leaves the others alone, but for small neighbours that it is merged
with, so that segments stay few. Removing writes a list of what was removed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from fingerprint.scheme import Fingerprint
from index.atomic import exclusive, shared
from index.contents import Contents, ascending
from index.files import Seen
from index.folder import LOCK, OPENING_LOCK, room, sweep, upkeep
from index.holding import Holding
from index.manifest import NAME, Manifest, SegmentEntry
from index.merging import (
    Merge,
    Merged,
    Progress,
    Tell,
    are_there,
    exchanged,
    groups,
    silently,
    unsound,
)
from index.part import Opened, Part
from index.searching import Searched
from index.snapshots import NotWhole, brought, snapshot, verified
from index.verifying import Verified, verify
from index.writing import merged, moved, rewritten, rows_of, stem_of, tombstoned, written

MOST_ROWS = 2**26  # of a segment that adding makes: beyond, only merging goes
# What a file may raise that was trusted and is not what was written.
UNREADABLE = (OSError, ValueError, RuntimeError, EOFError, zlib.error)
IN_MEMORY = 2**21  # rows that are put together in memory, at some 50 bytes each


class Index(Searched):
    """Every registered fingerprint, searchable. Knows reference numbers and nothing else."""

    def __init__(self, folder: Path) -> None:
        """Open the index of a folder, which is made when it is not there.

        Segments that are missing a file or a byte, as far as can be told without reading files that
        look as they did, are left out and named in `damaged`; their references are then absent from
        `numbers`, so the caller adds them again. Raises Incompatible.
        """
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.damaged: tuple[str, ...] = ()
        self._manifest = Manifest()
        self._read: tuple[int, ...] = ()  # what the manifest looked like when it was read
        self._reopen()

    @property
    def version(self) -> int:
        """Which state this is: it grows with each change."""
        return self._manifest.version

    def refresh(self) -> bool:
        """Take over what others have changed since; whether anything was."""
        if _look(self._folder) == self._read:
            return False
        before = self._manifest
        self._reopen()
        return self._manifest != before

    def add(
        self,
        scheme: str,
        fingerprints: Mapping[int, Fingerprint],
        revisions: Mapping[int, str] | None = None,
    ) -> None:
        """Index the fingerprints of new references by number, in one new segment. `revisions` says
        of which state they are, where that is not the first."""
        if not fingerprints:
            return
        with self._writing():
            held = np.intersect1d(self.held(scheme), ascending(fingerprints)).tolist()
            new = {n: f for n, f in fingerprints.items() if n not in held}
            if new:
                self._commit(self._append(self._contents.parts, scheme, new, revisions or {}))

    def replace(
        self, scheme: str, fingerprints: Mapping[int, Fingerprint], revisions: Mapping[int, str]
    ) -> None:
        """Index other fingerprints of references that are held, as if these had been added to begin
        with: at every moment either all old ones are found or all new ones. Those that are not held
        stay so, and those that are held in that state already."""
        if not fingerprints:
            return
        with self._writing():
            asked, own = ascending(fingerprints), dict[int, Fingerprint]()
            for part in self._contents.of(scheme):
                states = part.states(asked).items()
                own |= {n: fingerprints[n] for n, state in states if state != revisions.get(n, "")}
            if own:
                self._commit(self._exchanged(scheme, own, revisions))

    def remove(self, numbers: Iterable[int]) -> None:
        """Let references be found no more, from the next search on."""
        gone = ascending(numbers)
        if not len(gone):
            return
        with self._writing():
            later = [part.without(gone) for part in self._contents.parts]
            if any(new is not old for new, old in zip(later, self._contents.parts, strict=True)):
                self._commit(later)

    def merge(self, everything: bool = False, tell: Tell = silently) -> Merge:
        """Make few segments of many, without the rows of removed references, while others read, and
        while another process adds and removes. What is worth it is merged, or `everything`, to one
        segment a scheme. `tell` is told of rows that were read or written. Raises Busy.
        """
        with upkeep(self._folder) as beside:
            self.refresh()
            schemes = sorted({part.entry.scheme for part in self._contents.parts})
            owned = [g for s in schemes for g in groups(self._contents.of(s), everything)]
            progress = Progress(sum(p.entry.rows + p.rows for g in owned for p in g), tell)
            done = [self._merged(beside, parts, progress) for parts in owned]
        return Merge(
            tuple(one for one in done if isinstance(one, Merged)),
            tuple(one for one in done if isinstance(one, str)),
        )

    def snapshot(self, folder: Path, tell: Tell = silently) -> None:
        """Make a folder with the index as it is at this moment, complete or not at all. `tell` is
        told of bytes. Raises FileExistsError, NotWhole, Busy."""
        with room(self._folder):
            snapshot(self._folder, folder, tell)

    @classmethod
    def restore(cls, snapshot: Path, folder: Path, tell: Tell = silently) -> Index:
        """Put the index of a snapshot, once every byte of it was found to be right, in the place of
        that of a folder, in one moment. Raises NotWhole, Incompatible, Busy."""
        manifest = Manifest.stored(snapshot)
        if manifest is None:
            raise NotWhole(f"there is no snapshot of an index in {snapshot}")
        verified(snapshot, manifest, tell)
        return cls.replaced(folder, lambda beside: brought(snapshot, beside, manifest, silently))

    @classmethod
    def replaced(cls, folder: Path, make: Callable[[Path], Manifest]) -> Index:
        """Have another index made in a folder, while that which is there is searched, and put it in
        its place in one moment, whatever that was. Raises Busy."""
        folder.mkdir(parents=True, exist_ok=True)
        with upkeep(folder) as beside:
            made = make(beside)
            with exclusive(folder / LOCK):
                before = Manifest.latest(folder)
                entries = moved(made.segments, beside, folder, before.next_serial)
                later = before.next(entries, before.next_serial + len(entries))
                later.save(folder)
                sweep(folder, later.files())
        return cls(folder)

    @classmethod
    def emptied(cls, folder: Path) -> Index:
        """An index that holds nothing, in the place of one that this version does not read."""
        with exclusive(folder / LOCK):
            if Manifest.latest(folder) == Manifest():
                Manifest().save(folder)
        return cls(folder)

    def verify(self, tell: Tell = silently) -> tuple[Verified, ...]:
        """Read every byte; what was found of each segment. `tell` is told of bytes."""
        return verify(self._folder, tell)

    def _merged(self, beside: Path, parts: Sequence[Part], progress: Progress) -> Merged | str:
        """Make one segment of some, or say why not."""
        scheme = parts[0].entry.scheme
        meanwhile = f"segments of {scheme} were changed meanwhile and are left as they are"
        for part in parts:
            if hurt := unsound(self._folder, part):
                return hurt
            progress.advance(part.entry.rows)
        try:
            entry = merged(self._folder, beside / scheme, parts, progress.advance)
        except FileNotFoundError:  # a writer has merged them
            return meanwhile
        with self._writing():
            if not are_there(self._contents.of(scheme), parts):
                return meanwhile
            (new,) = moved([entry], beside, self._folder, self._serial)
            self._serial += 1
            self._commit(exchanged(self._contents.parts, parts, self._opened(new)))
        return Merged(scheme, len(parts), entry.rows, sum(p.entry.rows - p.rows for p in parts))

    def _opened(self, entry: SegmentEntry) -> Part:
        return Part(entry, Opened.at(self._folder, entry))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The latest state, for the only writer; what is committed counts at the end. A disk that
        is full leaves the index as it was."""
        with exclusive(self._folder / LOCK):
            self._reopen()
            try:
                with room(self._folder):
                    yield
            finally:
                self._reopen()
                sweep(self._folder, self._manifest.files())

    def _reopen(self) -> None:
        """Read the manifest again and open what is new in it."""
        with shared(self._folder / OPENING_LOCK):
            self._read = _look(self._folder)
            manifest, seen = Manifest.load(self._folder), Seen(self._folder)
            known = {part.entry: part for part in self._contents.parts}
            opened = {part.files: part.opened for part in self._contents.parts}
            parts, damaged = [], []
            for entry in manifest.segments:
                part = known.get(entry) or self._open(entry, seen, opened.get(entry.files))
                if part is None:
                    damaged.append(entry.stem)
                else:
                    parts.append(part)
        seen.keep(manifest.files())
        self.damaged = tuple(dict.fromkeys((*self.damaged, *damaged)))
        self._manifest, self._serial = manifest, manifest.next_serial
        self._contents = Contents(parts, self._contents)

    def _open(self, entry: SegmentEntry, seen: Seen, opened: Opened | None) -> Part | None:
        """A segment, if its files are whole; those that are open already are."""
        files = list(entry.every_file if opened is None else entry.lists)
        if not all(seen.trusts(file) for file in files):
            return None
        try:
            return Part.at(self._folder, entry, opened or Opened.at(self._folder, entry))
        except UNREADABLE:
            if all(file.is_whole(self._folder) for file in files):
                raise
        return None

    def _append(
        self,
        segments: Sequence[Part | SegmentEntry],
        scheme: str,
        new: Mapping[int, Fingerprint],
        revisions: Mapping[int, str],
    ) -> list[Part | SegmentEntry]:
        """Some segments and a new one, which takes in the last as long as they are not much
        larger."""
        rows = rows_of(scheme, new)
        holding = Holding.of(new, revisions, rows)
        taken = neighbours(segments, scheme, len(rows))
        if not taken or len(rows) + sum(part.entry.rows for part in taken) <= IN_MEMORY:
            added = written(
                self._folder, self._name(scheme), scheme, *rewritten(taken, rows, holding)
            )
        else:
            alone = written(self._folder, self._name(scheme), scheme, rows, holding)
            together = [*taken, self._opened(alone)]
            added = merged(self._folder, self._folder / self._name(scheme), together)
        return [*(one for one in segments if one not in taken), added]

    def _exchanged(
        self, scheme: str, own: Mapping[int, Fingerprint], revisions: Mapping[int, str]
    ) -> Sequence[Part | SegmentEntry]:
        """The segments with others in the place of references that are held. A small segment is
        written anew, as if it had had them; of a large one they are removed, and added again."""
        numbers, away = ascending(own), dict(own)
        segments: list[Part | SegmentEntry] = []
        for part in self._contents.parts:
            later = part.without(numbers) if part.entry.scheme == scheme else part
            if later is part or part.entry.rows > IN_MEMORY:
                segments.append(later)
                continue
            mine = {n: away.pop(n) for n in np.intersect1d(part.numbers, numbers).tolist()}
            rows = rows_of(scheme, mine)
            together = rewritten([later], rows, Holding.of(mine, revisions, rows))
            segments.append(written(self._folder, self._name(scheme), scheme, *together))
        return self._append(segments, scheme, away, revisions) if away else segments

    def _name(self, scheme: str) -> str:
        """The name of a new segment."""
        self._serial += 1
        return stem_of(scheme, self._serial - 1)

    def _commit(self, segments: Iterable[Part | SegmentEntry]) -> None:
        """Let these be the segments from now on."""
        version = self._manifest.version + 1
        entries = [
            tombstoned(self._folder, one, version) if isinstance(one, Part) else one
            for one in segments
        ]
        self._manifest.next(entries, self._serial).save(self._folder)


def neighbours(segments: Sequence[Part | SegmentEntry], scheme: str, rows: int) -> list[Part]:
    """The last segments of a scheme that so many new rows are put together with, oldest first."""
    own = [one for one in segments if isinstance(one, Part) and one.entry.scheme == scheme]
    taken: list[Part] = []
    for part in reversed(own):
        if part.entry.rows > min(2 * rows, MOST_ROWS - rows):
            break
        rows += part.rows
        taken.insert(0, part)
    return taken


def _look(folder: Path) -> tuple[int, ...]:
    """What tells one manifest from another without reading it."""
    try:
        seen = (folder / NAME).stat()
    except FileNotFoundError:
        return ()
    return seen.st_ino, seen.st_size, seen.st_mtime_ns
