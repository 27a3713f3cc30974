"""Files of an index that are harmed: what it says it lost, and what it still answers."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.crash.checking import Found, check
from benchmarks.crash.operations import Place
from benchmarks.crash.world import Contents, State
from index.manifest import NAME
from index.merging import silently
from index.store import Index
from index.verifying import verify

Harm = Callable[[np.random.Generator, bytes], bytes | None]  # what is left of a file; None: no file


def flipped(random: np.random.Generator, data: bytes) -> bytes:
    """One bit is another."""
    at = int(random.integers(len(data)))
    return data[:at] + bytes([data[at] ^ 1 << int(random.integers(8))]) + data[at + 1 :]


def truncated(random: np.random.Generator, data: bytes) -> bytes:
    """The file ends early, perhaps at once."""
    return data[: int(random.integers(len(data)))]


def missing(random: np.random.Generator, data: bytes) -> None:
    """There is no such file."""


def emptied(random: np.random.Generator, data: bytes) -> bytes:
    """Nothing is in it."""
    return b""


def of_another_format(random: np.random.Generator, data: bytes) -> bytes:
    """A manifest as another version would write it."""
    return json.dumps({**json.loads(data), "format": 10_000}).encode()


def flip_unseen(random: np.random.Generator, path: Path) -> None:
    """Change a bit in place and put the date back: what a worn disk does."""
    seen = path.stat()
    path.write_bytes(flipped(random, path.read_bytes()))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


HARMS: tuple[Harm, ...] = (flipped, truncated, missing, emptied)


def harm(random: np.random.Generator, path: Path, how: Harm) -> None:
    """Put a harmed file in a file's place: whoever has mapped the old one keeps it."""
    left = how(random, path.read_bytes())
    if left is None:
        path.unlink()
        return
    beside = path.with_name(f"{path.name}.harmed")
    beside.write_bytes(left)
    beside.replace(path)


@dataclass(frozen=True, slots=True)
class Target:
    """A file of a segment, which is lost with it."""

    stem: str
    scheme: str
    numbers: frozenset[int]  # that the segment holds
    name: str

    def lost(self, held: Contents) -> Contents:
        """What an index holds without the segment."""
        own = {n: v for n, v in held[self.scheme].items() if n not in self.numbers}
        return State(held).with_held({**held, self.scheme: own}).held


def target(random: np.random.Generator, place: Place) -> Target | None:
    """Any file of any segment, if there is one."""
    index = Index(place.index)
    if not index.segments:
        return None
    entry = index.segments[int(random.integers(len(index.segments)))]
    numbers = index.part([entry.stem]).numbers(entry.scheme)
    name = str(random.choice([file.name for file in entry.every_file]))
    return Target(entry.stem, entry.scheme, numbers, name)


def harmed_segments(
    random: np.random.Generator, count: int, held: Contents, at: Place, scratch: Path
) -> Iterator[tuple[str, Found]]:
    """Harm one file of a copy of an index, time after time."""
    for i in range(count):
        how = HARMS[i % len(HARMS)]
        with _copied(at, scratch) as place:
            hurt = _any(random, place)
            harm(random, place.index / hurt.name, how)
            found = check(place, [State(hurt.lost(held))], frozenset([hurt.stem]))
        yield f"{how.__name__} {hurt.name.removeprefix(hurt.stem + '.')}", found


def unseen(
    random: np.random.Generator, count: int, held: Contents, at: Place, scratch: Path
) -> Iterator[tuple[str, Found]]:
    """A bit that changes without a trace is found when all is read, and from then on known."""
    for _ in range(count):
        with _copied(at, scratch) as place:
            Index(place.index)  # has seen that the copies are whole
            hurt = _any(random, place)
            flip_unseen(random, place.index / hurt.name)
            found = {name for one in verify(place.index, silently) for name in one.damaged}
            said = check(place, [State(hurt.lost(held))], frozenset([hurt.stem]))
        if found != {hurt.name}:
            said = replace(said, faults=(*said.faults, f"verify found {sorted(found)}"))
        yield "flipped unseen", said


def _any(random: np.random.Generator, place: Place) -> Target:
    hurt = target(random, place)
    if hurt is None:
        raise ValueError("an index without segments cannot be harmed")
    return hurt


def harmed_manifests(
    random: np.random.Generator, count: int, held: Contents, at: Place, scratch: Path
) -> Iterator[tuple[str, Found]]:
    """The same of the manifest: the index is empty then, or whole if only a blank was harmed."""
    for i in range(count):
        how = HARMS[i % len(HARMS)]
        with _copied(at, scratch) as place:
            harm(random, place.index / NAME, how)
            found = check(place, [State({}), State(held)])
        yield f"{how.__name__} manifest", found


@contextmanager
def _copied(at: Place, scratch: Path) -> Iterator[Place]:
    """A copy to be harmed, gone at the end."""
    place = Place(scratch / "harmed")
    shutil.copytree(at.root, place.root)
    try:
        yield place
    finally:
        shutil.rmtree(place.root)


def figures(found: Iterator[tuple[str, Found]]) -> dict[str, Any]:
    """How often what was harmed, and what was wrong afterwards."""
    kinds: Counter[str] = Counter()
    faults: list[str] = []
    for kind, one in found:
        kinds[kind] += 1
        faults += [f"{kind}: {fault}" for fault in one.faults]
    return {"harmed": dict(sorted(kinds.items())), "faults": faults}
