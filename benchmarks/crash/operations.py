"""What is done to an index, and what it should hold afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np

from benchmarks.crash.world import Contents, State, Version
from fingerprint.scheme import Fingerprint
from index.manifest import Manifest
from index.store import Index
from tests.index.builders import AUDIO, FEATURES, SCHEMES, SMALL, VIDEO

WEIGHTS = {VIDEO: 2, SMALL: 2, AUDIO: 1, FEATURES: 1}  # a segment of keys takes longer to write
NUMBERS = range(1, 8)  # of references; under each scheme, so that one removal is of many
SIZES = (0, 3, 8, 8, 20, 60)  # codes of a reference: some segments are merged on the way, some not


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index and its snapshots lie."""

    root: Path

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self.root / "index"

    @property
    def snapshots(self) -> Path:
        """Where its snapshots lie."""
        return self.root / "snapshots"


class Operation(Protocol):
    """A change that is there wholly or not at all."""

    kind: ClassVar[str]

    def run(self, index: Index, place: Place) -> None:
        """Do it; it is acknowledged when this returns."""
        ...

    def after(self, before: State) -> State:
        """What it should make of a state."""
        ...


@dataclass(frozen=True, slots=True)
class Add:
    """New references."""

    kind: ClassVar[str] = "add"
    scheme: str
    versions: Mapping[int, Version]

    def run(self, index: Index, place: Place) -> None:
        """One new segment, with which small neighbours may be merged."""
        index.add(self.scheme, *_given(self.scheme, self.versions))

    def after(self, before: State) -> State:
        """Those that are held already stay as they are."""
        own = {**self.versions, **before.held.get(self.scheme, {})}
        return before.with_held({**before.held, self.scheme: own})


@dataclass(frozen=True, slots=True)
class Replace:
    """Other states of references that are held."""

    kind: ClassVar[str] = "replace"
    scheme: str
    versions: Mapping[int, Version]

    def run(self, index: Index, place: Place) -> None:
        """Each segment that holds one of them is written anew."""
        index.replace(self.scheme, *_given(self.scheme, self.versions))

    def after(self, before: State) -> State:
        """Those that are not held stay so."""
        own = before.held.get(self.scheme, {})
        new = {n: self.versions.get(n, version) for n, version in own.items()}
        return before.with_held({**before.held, self.scheme: new})


@dataclass(frozen=True, slots=True)
class Remove:
    """References go, from every scheme at once."""

    kind: ClassVar[str] = "remove"
    numbers: frozenset[int]

    def run(self, index: Index, place: Place) -> None:
        """No segment is written."""
        index.remove(self.numbers)

    def after(self, before: State) -> State:
        """Nothing of them is left."""
        held = before.held.items()
        return before.with_held(
            {s: {n: v for n, v in own.items() if n not in self.numbers} for s, own in held}
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """Fewer segments that hold the same."""

    kind: ClassVar[str] = "merge"
    everything: bool

    def run(self, index: Index, place: Place) -> None:
        """Segments are made beside the others, and put in their place."""
        index.merge(self.everything)

    def after(self, before: State) -> State:
        """Nothing that is held changes."""
        return before


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the index at one moment."""

    kind: ClassVar[str] = "snapshot"
    name: str

    def run(self, index: Index, place: Place) -> None:
        """Its files get another name."""
        index.snapshot(place.snapshots / self.name)

    def after(self, before: State) -> State:
        """The copy holds what the index holds."""
        return State(before.held, (self.name, before.held))


@dataclass(frozen=True, slots=True)
class Restore:
    """The index of a snapshot in the place of that which is there."""

    kind: ClassVar[str] = "restore"
    name: str

    def run(self, index: Index, place: Place) -> None:
        """Every byte of the snapshot is read first."""
        Index.restore(place.snapshots / self.name, place.index)

    def after(self, before: State) -> State:
        """The index holds what the copy holds, if there is one."""
        return before if before.kept is None else before.with_held(before.kept[1])


@dataclass(frozen=True, slots=True)
class Rebuild:
    """An index made anew of what it holds, as a workspace does it from its catalogue."""

    kind: ClassVar[str] = "rebuild"
    held: Contents

    def run(self, index: Index, place: Place) -> None:
        """The other one is searched meanwhile."""
        Index.replaced(place.index, self._make)

    def after(self, before: State) -> State:
        """The same is held."""
        return before.with_held(self.held)

    def _make(self, beside: Path) -> Manifest:
        index = Index(beside)
        for scheme, versions in self.held.items():
            index.add(scheme, *_given(scheme, versions))
        index.merge(everything=True)
        return Manifest.load(beside)


KINDS = tuple(one.kind for one in (Add, Replace, Remove, Merge, Snapshot, Restore, Rebuild))
UNSEEN = (Merge.kind, Rebuild.kind)  # what changes nothing that is held


def draw(random: np.random.Generator, kind: str, state: State) -> Operation:
    """An operation of a kind that changes something, or, where none can, of another one."""
    if kind == Merge.kind:
        return Merge(bool(random.random() < 0.5))
    if kind == Rebuild.kind:
        return Rebuild(state.held)
    if kind == Restore.kind and state.kept is not None:
        return Restore(state.kept[0])
    if kind in (Snapshot.kind, Restore.kind):
        return Snapshot(str(1 + int(state.kept[0])) if state.kept else "1")
    return _change(random, kind, state)


def _change(random: np.random.Generator, kind: str, state: State) -> Operation:
    """An addition, a replacement or a removal."""
    held = sorted(state.held)
    free = {s: [n for n in NUMBERS if n not in state.held.get(s, {})] for s in SCHEMES}
    room = [scheme for scheme in SCHEMES for _ in range(WEIGHTS[scheme]) if free[scheme]]
    if kind == Replace.kind and held:
        scheme = str(random.choice(held))
        return Replace(scheme, _drawn(random, sorted(state.held[scheme])))
    if room and (kind == Add.kind or not held):
        scheme = str(random.choice(room))
        return Add(scheme, _drawn(random, free[scheme]))
    every = sorted({n for some in state.held.values() for n in some})
    return Remove(frozenset(_some(random, every, 2)))


def _drawn(random: np.random.Generator, numbers: list[int]) -> dict[int, Version]:
    seeds = random.integers(10, 2**31, len(numbers)).tolist()
    sizes = random.choice(SIZES, len(numbers)).tolist()
    made = dict(zip(numbers, map(Version, seeds, sizes), strict=True))
    return {n: made[n] for n in _some(random, numbers)}


def _some(random: np.random.Generator, numbers: list[int], most: int = 3) -> list[int]:
    count = int(random.integers(1, min(most, len(numbers)) + 1))
    return sorted(random.choice(numbers, count, replace=False).tolist())


def _given(
    scheme: str, versions: Mapping[int, Version]
) -> tuple[dict[int, Fingerprint], dict[int, str]]:
    return (
        {n: version.of(scheme) for n, version in versions.items()},
        {n: version.revision for n, version in versions.items()},
    )
