"""An index to start from, and one operation of each kind to be done to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.crash.operations import (
    Add,
    Merge,
    Operation,
    Place,
    Rebuild,
    Remove,
    Replace,
    Restore,
    Snapshot,
)
from benchmarks.crash.world import State, Version
from index.store import Index
from tests.index.builders import AUDIO, FEATURES, SMALL, VIDEO

# Codes of references 1, 2, …, added one by one: each keeps to its own segment, but the last, which
# is merged with the one before.
SIZES = (60, 22, 8, 8)


def prepare(place: Place, schemes: Sequence[str]) -> State:
    """Segments of all sizes; of one a reference was removed since the snapshot."""
    place.index.mkdir(parents=True)
    place.snapshots.mkdir()
    index, state = Index(place.index), State({})
    for operation in _steps(schemes):
        operation.run(index, place)
        state = operation.after(state)
    return state


def _steps(schemes: Sequence[str]) -> Iterator[Operation]:
    for scheme in schemes:
        for number, size in enumerate(SIZES, 1):
            yield Add(scheme, {number: Version(100 + number, size)})
    yield Snapshot("1")
    yield Remove(frozenset([3]))


def every_operation() -> Iterator[tuple[tuple[str, ...], Operation]]:
    """Each kind, with the schemes of the index that it is done to: an addition that merges, a
    replacement in two segments, and what writes segments once for each kind of these."""
    for scheme in (SMALL, AUDIO):
        yield (scheme,), Add(scheme, {5: Version(205, 6), 6: Version(206, 3)})
    for scheme in (VIDEO, FEATURES):
        yield (scheme,), Replace(scheme, {1: Version(201, 60), 4: Version(204, 8)})
    for scheme in (AUDIO, FEATURES):
        yield (scheme,), Merge(everything=True)
    held = {SMALL: {1: Version(101, 60), 2: Version(202, 8)}}
    for operation in (Remove(frozenset([1, 4])), Merge(True), Snapshot("2"), Restore("1")):
        yield (SMALL, VIDEO), operation
    yield (SMALL,), Rebuild(held)
