"""Files of an index that are harmed: what it says it lost, and what it still answers."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.crash.checking import Found, check
from benchmarks.crash.operations import Place
from benchmarks.crash.world import Contents, State
from index.manifest import NAME, Manifest, SegmentEntry

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


HARMS: tuple[Harm, ...] = (flipped, truncated, missing, emptied)


def harm(random: np.random.Generator, path: Path, how: Harm) -> None:
    """Put a harmed file in a file's place: whoever has mapped the old one keeps it."""
    left = how(random, path.read_bytes())
    if left is None:
        path.unlink()
        return
    beside = path.with_name(f"{path.name}.harmed")
    beside.write_bytes(left)
    os.replace(beside, path)


def less(held: Contents, entry: SegmentEntry) -> Contents:
    """What an index holds without a segment."""
    own = {n: v for n, v in held[entry.scheme].items() if n not in entry.numbers}
    return State(held).with_held({**held, entry.scheme: own}).held


def segments(place: Place) -> tuple[SegmentEntry, ...]:
    """All that the manifest names."""
    return Manifest.load(place.index).segments


def harmed_segments(
    random: np.random.Generator, count: int, held: Contents, at: Place, scratch: Path
) -> Iterator[tuple[str, Found]]:
    """Harm one file of a copy of an index, time after time."""
    for i in range(count):
        place = Place(scratch / "harmed")
        shutil.copytree(at.root, place.root)
        entry = segments(place)[int(random.integers(len(segments(place))))]
        name = str(random.choice([name for name, *_ in entry.files]))
        how = HARMS[i % len(HARMS)]
        harm(random, place.index / name, how)
        found = check(place, [less(held, entry)], frozenset([entry.stem]))
        shutil.rmtree(place.root)
        yield f"{how.__name__} {'.'.join(name.split('.')[2:])}", found


def harmed_manifests(
    random: np.random.Generator, count: int, held: Contents, at: Place, scratch: Path
) -> Iterator[tuple[str, Found]]:
    """The same of the manifest: the index is empty then, or whole if only a blank was harmed."""
    for i in range(count):
        place = Place(scratch / "harmed")
        shutil.copytree(at.root, place.root)
        how = HARMS[i % len(HARMS)]
        harm(random, place.index / NAME, how)
        yield f"{how.__name__} manifest", check(place, [{}, held])
        shutil.rmtree(place.root)


def figures(found: Iterator[tuple[str, Found]]) -> dict[str, Any]:
    """How often what was harmed, and what was wrong afterwards."""
    kinds: Counter[str] = Counter()
    faults: list[str] = []
    for kind, one in found:
        kinds[kind] += 1
        faults += [f"{kind}: {fault}" for fault in one.faults]
    return {"harmed": dict(sorted(kinds.items())), "faults": faults}
