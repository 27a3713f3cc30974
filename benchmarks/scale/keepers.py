"""Ways to keep postings: Reelprint's segments, LMDB, and two sorted columns. All give the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import lmdb
import numpy as np
from numpy.typing import NDArray

from index.candidates import Postings
from index.joined import JoinedPostings
from index.part import NONE_REMOVED
from index.postings import PostingsSegment
from index.rows import Rows
from index.store import MOST_ROWS
from index.timeline import Timeline

I64 = NDArray[np.int64]
PLACE_BITS = 40
SIZE = 4  # bytes of a key and of a place


class Opened(Protocol):
    """Postings on disk, open."""

    def look_up(self, keys: I64) -> Postings:
        """Where keys are stored, in order of the keys."""
        ...


class Keeper(Protocol):
    """A way to keep postings."""

    name: str

    def build(self, rows: Rows, folder: Path) -> None:
        """Write them into an empty folder."""
        ...

    def open(self, folder: Path) -> Opened:
        """Open what was built."""
        ...


class Segments:
    """As Reelprint keeps them, in segments no larger than it makes them."""

    name = "Reelprint"

    def __init__(self, kind: type[PostingsSegment] = PostingsSegment) -> None:
        self._kind = kind

    def build(self, rows: Rows, folder: Path) -> None:
        """One segment after the other."""
        for serial, part in enumerate(_cut(rows)):
            self._kind.write(folder / f"{serial:03d}", part)

    def open(self, folder: Path) -> JoinedPostings:
        """Map them."""
        stems = sorted({path.name.partition(".")[0] for path in folder.iterdir()})
        whole = ((self._kind.open(folder / s), NONE_REMOVED) for s in stems)
        return JoinedPostings.of(self._kind.keys, whole)


class Lmdb:
    """A blob of places under each key: integer keys in order, a read-only map without read-ahead
    or locks, one transaction a query, and blobs taken over without a copy."""

    name = "LMDB"

    def build(self, rows: Rows, folder: Path) -> None:
        """All in one transaction, in order of the keys, which packs pages full."""
        timeline, keys, places = _sorted(rows)
        np.save(folder / "references.npy", timeline.column())
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        ends = np.append(first[1:], len(keys)).tolist()
        raw = memoryview(places.astype(np.uint32).tobytes())
        names = memoryview(keys[first].astype(np.uint32).tobytes())
        with lmdb.open(str(folder), map_size=2**36, max_dbs=1, sync=False) as held:
            base = held.open_db(b"postings", integerkey=True)
            with held.begin(write=True, db=base) as writing, writing.cursor() as cursor:
                items = (
                    (names[SIZE * i : SIZE * (i + 1)], raw[SIZE * a : SIZE * b])
                    for i, (a, b) in enumerate(zip(first.tolist(), ends, strict=True))
                )
                cursor.putmulti(items, append=True)
            held.sync(True)

    def open(self, folder: Path) -> LmdbPostings:
        """Map it."""
        return LmdbPostings(folder)


class LmdbPostings:
    """What `Lmdb` built."""

    def __init__(self, folder: Path) -> None:
        self._timeline = Timeline.of_column(np.load(folder / "references.npy"))
        self._held = lmdb.open(str(folder), readonly=True, lock=False, readahead=False, max_dbs=1)
        self._base = self._held.open_db(b"postings", integerkey=True, create=False)

    def look_up(self, keys: I64) -> Postings:
        """The blobs of all keys, joined."""
        raw = keys.astype(np.uint32).tobytes()
        with self._held.begin(db=self._base, buffers=True) as reading:
            get = reading.get
            blobs = [get(raw[i : i + SIZE], b"") for i in range(0, len(raw), SIZE)]
            counts = np.fromiter(map(len, blobs), np.int64, len(blobs)) // SIZE
            places = np.frombuffer(b"".join(blobs), np.int32)
        return _found(self._timeline, counts, places)


class Sorted:
    """Keys in order and beside each its place, found by bisection."""

    name = "sorted, searchsorted"

    def build(self, rows: Rows, folder: Path) -> None:
        """Two columns."""
        timeline, keys, places = _sorted(rows)
        np.save(folder / "references.npy", timeline.column())
        np.save(folder / "keys.npy", keys.astype(np.uint32))
        np.save(folder / "places.npy", places.astype(np.int32))

    def open(self, folder: Path) -> SortedPostings:
        """Map them."""
        return SortedPostings(folder)


class SortedPostings:
    """What `Sorted` built."""

    def __init__(self, folder: Path) -> None:
        self._timeline = Timeline.of_column(np.load(folder / "references.npy"))
        mapped = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("keys", "places"))
        self._keys, self._places = map(np.asarray, mapped)

    def look_up(self, keys: I64) -> Postings:
        """Two bisections a key."""
        wanted = keys.astype(np.uint32)
        first = np.searchsorted(self._keys, wanted)
        counts = np.searchsorted(self._keys, wanted, side="right") - first
        hits = np.repeat(first - np.cumsum(counts) + counts, counts)
        return _found(self._timeline, counts, self._places[hits + np.arange(len(hits))])


def keepers(kind: type[PostingsSegment]) -> Mapping[str, Keeper]:
    """All of them by name, for the keys of one kind of segment."""
    return {keeper.name: keeper for keeper in (Segments(kind), Lmdb(), Sorted())}


def _found(timeline: Timeline, counts: I64, places: NDArray[np.int32]) -> Postings:
    return Postings(timeline, np.ones(len(timeline.numbers), bool), counts[None], places)


def _cut(rows: Rows) -> list[Rows]:
    """Parts of whole references, no longer than a segment becomes."""
    parts, first = [], 0
    while len(rows) - first > MOST_ROWS:
        last = int(np.searchsorted(rows.owners, rows.owners[first + MOST_ROWS]))
        parts.append(rows.take(np.arange(first, last)))
        first = last
    return [*parts, rows.take(np.arange(first, len(rows)))]


def _sorted(rows: Rows) -> tuple[Timeline, I64, I64]:
    """The timeline, and keys and places in order of both."""
    timeline = Timeline.of(rows)
    both = (rows.values.astype(np.int64) << PLACE_BITS) | timeline.places(rows)
    both.sort()
    return timeline, both >> PLACE_BITS, both & (2**PLACE_BITS - 1)
