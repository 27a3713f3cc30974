"""The stages of a run, one after the other, and what each has to say."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.crash.checking import Found
from benchmarks.crash.damage import figures, harmed_manifests, harmed_segments, unseen
from benchmarks.crash.full import full
from benchmarks.crash.kills import Killing, at_every_point
from benchmarks.crash.operations import KINDS, Operation, Place
from benchmarks.crash.power import cut
from benchmarks.crash.prepared import prepare
from benchmarks.crash.readers import History, reading
from benchmarks.crash.rebuilding import rebuilt
from benchmarks.crash.world import State
from tests.index.builders import SCHEMES

Figures = dict[str, Any]
Chosen = Sequence[tuple[tuple[str, ...], Operation]]  # operations, with the schemes that are there
Fault = Callable[[Operation, State, Place, Path], Iterable[Found]]
READERS = 2
HARM_EVERY = 20  # kills
SEGMENTS_HARMED, MANIFESTS_HARMED, WORKSPACES_HARMED, UNSEEN_FLIPS = 60, 16, 20, 20


def random_kills(count: int, seed: int, scratch: Path, tick: Callable[[], object]) -> Figures:
    """Kills at random moments, and now and then a harmed file, with readers all the while."""
    place, history = Place(scratch / "place"), History()
    place.index.mkdir(parents=True)
    place.snapshots.mkdir()
    readers = reading(place.index, scratch, READERS)
    killing = Killing(place, seed, history)
    for i in range(count):
        killing.kill(KINDS[i % len(KINDS)])
        if i % HARM_EVERY == HARM_EVERY - 1:
            killing.harm()
        tick()
    return {**killing.tally.figures(), "reading": readers.figures(history, killing.harmed)}


def every_point(chosen: Chosen, scratch: Path) -> Figures:
    """Kills at each point of each operation at which the folder has changed."""
    return _each(at_every_point, chosen, scratch)


def power_cuts(chosen: Chosen, scratch: Path) -> Figures:
    """All that a power cut may leave of each operation."""
    return _each(cut, chosen, scratch)


def full_disk(chosen: Chosen, scratch: Path) -> Figures:
    """Each operation on a disk that is full sooner or later."""
    return full(chosen, scratch)


def damage(seed: int, scratch: Path) -> Figures:
    """Harmed segments and manifests, and workspaces that make their index whole again."""
    random, at = np.random.default_rng(seed), Place(scratch / "at")
    held = prepare(at, SCHEMES).held
    return {
        "segments": figures(harmed_segments(random, SEGMENTS_HARMED, held, at, scratch)),
        "segments without a trace": figures(unseen(random, UNSEEN_FLIPS, held, at, scratch)),
        "manifests": figures(harmed_manifests(random, MANIFESTS_HARMED, held, at, scratch)),
        "workspaces": figures(rebuilt(random, WORKSPACES_HARMED, scratch)),
    }


def _each(fault: Fault, chosen: Chosen, scratch: Path) -> Figures:
    counts: Counter[str] = Counter()
    faults: list[str] = []
    at = Place(scratch / "at")
    for schemes, operation in chosen:
        state = prepare(at, schemes)
        for found in fault(operation, state, at, scratch):
            counts[operation.kind] += 1
            faults += [f"{operation.kind}: {one}" for one in found.faults]
        shutil.rmtree(at.root)
    return {"states": dict(counts), "faults": faults}
