"""The index: segments on disk, derived from the catalogue and rebuilt from it when lost.

Adding writes a new segment and leaves the others alone, but for small neighbours that it is merged
with, so that there are never more than a logarithmic number of segments. Removing writes one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.registry import scheme_named
from fingerprint.scheme import Fingerprint
from index.atomic import exclusive
from index.candidates import Candidates
from index.manifest import Manifest, SegmentEntry
from index.rows import Rows, concatenate
from index.segment import KINDS, Segment, live


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
        self._segments: dict[str, Segment] = {}
        self._manifest = Manifest()
        self._refresh()

    @property
    def identity(self) -> str:
        """What a result names: the number of references and of rows searched."""
        held = self._manifest.segments
        numbers = {n for s in held for n in s.numbers} - set(self._manifest.removed)
        return f"{len(numbers)} references, {sum(s.rows for s in held)} rows"

    def numbers(self, scheme: str) -> frozenset[int]:
        """The references that can be found under a scheme."""
        return self._manifest.numbers(scheme)

    def extent_s(self, scheme: str) -> float:
        """Seconds of reference that a search under a scheme runs through."""
        return sum(self._manifest.extents[n] for n in self.numbers(scheme))

    def rows(self, scheme: str) -> int:
        """Codes or keys that a search under a scheme runs through."""
        return sum(s.rows for s in self._manifest.segments if s.scheme == scheme)

    def add(self, scheme: str, fingerprints: Mapping[int, Fingerprint]) -> None:
        """Index the fingerprints of new references by number, in one new segment."""
        kind = KINDS[scheme_named(scheme).metric]
        with exclusive(self._folder / "lock"):
            self._refresh()
            new = {n: f for n, f in fingerprints.items() if n not in self.numbers(scheme)}
            if not new:
                return
            rows = concatenate([kind.rows_of(n, f) for n, f in sorted(new.items())])
            extents = {n: float(f.times[-1]) if len(f) else 0.0 for n, f in new.items()}
            known = self._manifest.extents
            longest = {n: max(e, known.get(n, 0.0)) for n, e in extents.items()}
            self._manifest = replace(self._manifest, extents={**known, **longest})
            self._append(scheme, rows, tuple(sorted(new)))
        self._refresh()

    def remove(self, numbers: Iterable[int]) -> None:
        """Let references be found no more, from the next search on."""
        with exclusive(self._folder / "lock"):
            self._refresh()
            removed = tuple(sorted({*self._manifest.removed, *numbers}))
            self._manifest = replace(self._manifest, removed=removed)
            self._manifest.save(self._folder)

    def search(self, fingerprint: Fingerprint) -> Candidates:
        """Every hit of a suspect's codes in the live references, in a fixed order."""
        entries = [s for s in self._manifest.segments if s.scheme == fingerprint.scheme]
        if not len(fingerprint) or not entries:
            return Candidates.join([])
        found = Candidates.join([self._segments[s.stem].search(fingerprint) for s in entries])
        return found.take(~np.isin(found.references, self._removed()))

    def _removed(self) -> NDArray[np.int64]:
        return np.array(self._manifest.removed, np.int64)

    def _refresh(self) -> None:
        """Read the manifest again and open what is new in it."""
        manifest = Manifest.load(self._folder)
        whole, damaged = [], []
        for entry in manifest.segments:
            if entry.stem in self._segments or entry.is_whole(self._folder):
                whole.append(entry)
            else:
                damaged.append(entry.stem)
        self.damaged = (*self.damaged, *damaged)
        self._manifest = manifest.with_segments(tuple(whole))
        self._segments = {s.stem: self._segments.get(s.stem) or self._open(s) for s in whole}

    def _open(self, entry: SegmentEntry) -> Segment:
        return KINDS[scheme_named(entry.scheme).metric].open(self._folder / entry.stem)

    def _append(self, scheme: str, rows: Rows, numbers: tuple[int, ...]) -> None:
        """Write a segment, taking in the last ones as long as they are not much larger."""
        kept = list(self._manifest.segments)
        for entry in [s for s in reversed(kept) if s.scheme == scheme]:
            if entry.rows > 2 * len(rows):
                break
            old = live(self._segments[entry.stem].rows, self._removed())
            rows = concatenate([old, rows])
            numbers = tuple(sorted({*numbers, *entry.numbers} - set(self._manifest.removed)))
            kept.remove(entry)
        serial = self._manifest.next_serial
        stem = f"{scheme}.{serial:06d}"
        files = KINDS[scheme_named(scheme).metric].write(self._folder / stem, rows)
        entry = SegmentEntry(scheme, stem, len(rows), numbers, dict(files))
        merged = {s.stem for s in self._manifest.segments} - {s.stem for s in kept}
        self._manifest = replace(
            self._manifest.with_segments((*kept, entry)), next_serial=serial + 1
        )
        self._manifest.save(self._folder)
        self._delete(merged)

    def _delete(self, stems: Iterable[str]) -> None:
        for stem in stems:
            for path in self._folder.glob(f"{stem}.*"):
                path.unlink(missing_ok=True)
