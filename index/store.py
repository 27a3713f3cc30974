"""The index: segments on disk, derived from the catalogue and rebuilt from it when lost.

Adding writes a new segment and leaves the others alone, but for small neighbours that it is merged
with, so that segments stay few, and for the memory of one process. Removing writes one line.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.registry import scheme_named
from fingerprint.scheme import Fingerprint
from index.atomic import TEMPORARY, exclusive, exclusive_if_free, shared
from index.candidates import Candidates, Postings
from index.hamming import HammingSegment
from index.joined import JoinedPostings
from index.manifest import Files, Held, Manifest, SegmentEntry
from index.postings import PostingsSegment
from index.rows import Rows, concatenate
from index.segment import KINDS, Segment, live

WRITER_LOCK = "lock"  # held while something is added or removed
OPENING_LOCK = "opening.lock"  # shared by those who open files, so that none is deleted meanwhile
MOST_ROWS = 2**26  # of a merged segment, 300 hours of sound: merging holds some 50 bytes a row
SWEPT = (".faiss", ".npy", TEMPORARY)


class Index:
    """Every registered fingerprint, searchable. Knows reference numbers and nothing else."""

    def __init__(self, folder: Path) -> None:
        """Open the index of a folder, which is made when it is not there.

        Segments that are missing a file or a byte are left out and named in `damaged`; their
        references are then absent from `numbers`, so the caller adds them again.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.damaged: tuple[str, ...] = ()
        self._open: dict[Files, Segment] = {}
        self._joined: dict[str, JoinedPostings] = {}
        self._stated: Mapping[str, tuple[int, float]] = {}
        self._manifest = Manifest()
        self._refresh()

    @property
    def identity(self) -> str:
        """What a result names: the number of references and of rows searched."""
        held = self._manifest.segments
        numbers = {n for s in held for n in s.numbers}
        return f"{len(numbers)} references, {sum(s.rows for s in held)} rows"

    def numbers(self, scheme: str) -> frozenset[int]:
        """The references that can be found under a scheme."""
        return self._manifest.numbers(scheme)

    def extent_s(self, scheme: str) -> float:
        """Seconds of reference that a search under a scheme runs through."""
        if scheme in self._stated:
            return self._stated[scheme][1]
        extents = self._manifest.extents()
        return math.fsum(extents[n] for n in self.numbers(scheme))

    def rows(self, scheme: str) -> int:
        """Codes or keys that a search under a scheme runs through."""
        if scheme in self._stated:
            return self._stated[scheme][0]
        return sum(s.rows for s in self._manifest.of(scheme))

    def revisions(self, scheme: str) -> dict[int, str]:
        """Which state of each reference can be found under a scheme, as said when it was added."""
        held = (one for entry in self._manifest.of(scheme) for one in entry.held)
        return {one.number: one.revision for one in held}

    @property
    def version(self) -> str:
        """Names what is found now: two that are the same give the same answers."""
        return self._manifest.checksum

    def stems(self, scheme: str) -> dict[str, int]:
        """How many rows each segment of a scheme holds, by name, in the order they are searched."""
        return {s.stem: s.rows for s in self._manifest.of(scheme)}

    def part(self, stems: Iterable[str]) -> Index:
        """The same index to be searched as if these segments were all. Nothing may be added through
        it. Raises LookupError for a segment that is not there."""
        wanted = set(stems)
        held = [s for s in self._manifest.segments if s.stem in wanted]
        if lacking := wanted.difference(s.stem for s in held):
            raise LookupError(f"the index has no segment {min(lacking)}")
        view = copy.copy(self)
        view._manifest = self._manifest.with_segments(held)
        view._joined = {}
        return view

    def leaving_out(self, numbers: Iterable[int]) -> Index:
        """The same index to be searched as if some references had been removed. Nothing may be
        added through it."""
        view = copy.copy(self)
        view._manifest = self._manifest.without(numbers)
        view._joined = {}
        return view

    def as_large_as(self, sizes: Mapping[str, tuple[int, float]]) -> Index:
        """The same index, to be searched as if it were part of one of other sizes: rows and seconds
        of reference by scheme. Nothing may be added through it."""
        view = copy.copy(self)
        view._stated = dict(sizes)
        return view

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
            new = {n: f for n, f in fingerprints.items() if n not in self.numbers(scheme)}
            if new:
                self._append(scheme, _rows(scheme, new), _held(new, revisions or {}))

    def replace(
        self, scheme: str, fingerprints: Mapping[int, Fingerprint], revisions: Mapping[int, str]
    ) -> None:
        """Index other fingerprints of references that are held, as if these had been added to begin
        with: at every moment either all old ones are found or all new ones. Those that are not held
        stay so, and those that are held in that state already."""
        if not fingerprints:
            return
        with self._writing():
            changed = self._manifest
            for entry in self._manifest.of(scheme):
                states = {one.number: one.revision for one in entry.held}
                own = {
                    n: f
                    for n, f in fingerprints.items()
                    if n in states and states[n] != revisions.get(n, "")
                }
                if own:
                    changed = self._rewritten(changed, entry, own, revisions)
            if changed != self._manifest:
                changed.save(self._folder)

    def remove(self, numbers: Iterable[int]) -> None:
        """Let references be found no more, from the next search on."""
        gone = frozenset(numbers)
        if not gone:
            return
        with self._writing():
            later = self._manifest.without(gone)
            if later != self._manifest:
                later.save(self._folder)

    def search(self, fingerprint: Fingerprint) -> Candidates:
        """Every hit of a suspect's frame codes in the live references, in a fixed order."""
        entries = self._manifest.of(fingerprint.scheme) if len(fingerprint) else ()
        opened = ((self._open[entry.files], entry.removed) for entry in entries)
        return Candidates.join(
            [s.search(fingerprint, gone) for s, gone in opened if isinstance(s, HammingSegment)]
        )

    def look_up(self, scheme: str, keys: NDArray[np.int64]) -> Postings:
        """Where a suspect's hash keys are stored."""
        return self._postings(scheme).look_up(keys)

    def near(
        self, scheme: str, words: NDArray[np.int64], signatures: NDArray[np.uint32]
    ) -> Postings:
        """Where features of a suspect may be stored, by word and signature, both of shape (n,)."""
        return self._postings(scheme).near(words, signatures)

    def counts(self, scheme: str) -> NDArray[np.int64]:
        """How many postings a look-up of each key would give, shape (keys,): what it would cost.
        The same array as long as nothing is added."""
        return self._postings(scheme).counts

    def _postings(self, scheme: str) -> JoinedPostings:
        if scheme not in self._joined:
            opened = ((self._open[e.files], e.removed) for e in self._manifest.of(scheme))
            postings = ((s, gone) for s, gone in opened if isinstance(s, PostingsSegment))
            self._joined[scheme] = JoinedPostings.of(_keys(scheme), postings)
        return self._joined[scheme]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The latest state, for the only writer; what is saved counts at the end."""
        with exclusive(self._folder / WRITER_LOCK):
            self._refresh()
            yield
            self._refresh()
            self._sweep()

    def _refresh(self) -> None:
        """Read the manifest again and open what is new in it."""
        with shared(self._folder / OPENING_LOCK):
            manifest = Manifest.load(self._folder)
            whole = [
                entry
                for entry in manifest.segments
                if entry.files in self._open or entry.is_whole(self._folder)
            ]
            segments = {s.files: self._open.get(s.files) or self._segment(s) for s in whole}
        damaged = [s.stem for s in manifest.segments if s not in whole]
        self.damaged = tuple(dict.fromkeys((*self.damaged, *damaged)))
        self._manifest = manifest.with_segments(whole)
        self._open = segments
        self._joined = {}

    def _segment(self, entry: SegmentEntry) -> Segment:
        return KINDS[scheme_named(entry.scheme).metric].open(self._folder / entry.stem)

    def _append(self, scheme: str, rows: Rows, held: frozenset[Held]) -> None:
        """Write a segment, taking in the last ones as long as they are not much larger."""
        kept = list(self._manifest.segments)
        for entry in reversed(self._manifest.of(scheme)):
            if entry.rows > min(2 * len(rows), MOST_ROWS - len(rows)):
                break
            rows = concatenate([live(self._open[entry.files].rows, entry.removed), rows])
            held = held.union(entry.held)
            kept.remove(entry)
        serial = self._manifest.next_serial
        added = self._written(scheme, serial, rows, held)
        larger = replace(self._manifest, next_serial=serial + 1)
        larger.with_segments((*kept, added)).save(self._folder)

    def _rewritten(
        self,
        manifest: Manifest,
        entry: SegmentEntry,
        own: Mapping[int, Fingerprint],
        revisions: Mapping[int, str],
    ) -> Manifest:
        """A manifest in which the segment of an entry is another, with other rows of some
        references; the files of both are there."""
        kept = live(self._open[entry.files].rows, (*entry.removed, *own))
        rows = concatenate([kept, _rows(entry.scheme, own)])
        rows = rows.take(np.argsort(rows.owners, kind="stable"))
        held = (one for one in entry.held if one.number not in own)
        serial = manifest.next_serial
        new = self._written(entry.scheme, serial, rows, _held(own, revisions).union(held))
        return replace(
            manifest,
            segments=tuple(new if s == entry else s for s in manifest.segments),
            next_serial=serial + 1,
        )

    def _written(self, scheme: str, serial: int, rows: Rows, held: frozenset[Held]) -> SegmentEntry:
        """A segment of its own name, on the disk."""
        stem = f"{scheme}.{serial:06d}"
        files = KINDS[scheme_named(scheme).metric].write(self._folder / stem, rows)
        return SegmentEntry(scheme, stem, len(rows), tuple(sorted(held)), (), tuple(files.items()))

    def _sweep(self) -> None:
        """Delete files that the manifest does not name: merged, damaged, or left by a killed
        writer. While somebody opens files, that is left to the next writer."""
        with exclusive_if_free(self._folder / OPENING_LOCK) as free:
            used = self._manifest.files()
            for path in self._folder.iterdir() if free else ():
                if path.name.endswith(SWEPT) and path.name not in used:
                    path.unlink(missing_ok=True)


def _rows(scheme: str, fingerprints: Mapping[int, Fingerprint]) -> Rows:
    """What is stored of some references, by number."""
    kind = KINDS[scheme_named(scheme).metric]
    return concatenate([kind.rows_of(n, f) for n, f in sorted(fingerprints.items())])


def _held(fingerprints: Mapping[int, Fingerprint], revisions: Mapping[int, str]) -> frozenset[Held]:
    ends = {n: float(f.times[-1]) if len(f) else 0.0 for n, f in fingerprints.items()}
    return frozenset(Held(n, end, revisions.get(n, "")) for n, end in ends.items())


def _keys(scheme: str) -> int:
    kind = KINDS[scheme_named(scheme).metric]
    return kind.keys if issubclass(kind, PostingsSegment) else 0
