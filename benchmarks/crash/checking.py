"""What is found of an index after a fault, by a process that opens it anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from benchmarks.crash.apart import Say, done
from benchmarks.crash.operations import Place
from benchmarks.crash.world import (
    SUSPECTS,
    Contents,
    State,
    Version,
    answer,
    digest,
    seen,
    wrong,
)
from index.files import SEEN
from index.folder import LOCK, OPENING_LOCK, UPKEEP_LOCK
from index.manifest import NAME, Manifest
from index.store import Index
from tests.index.builders import SCHEMES, SMALL

KEPT = {NAME, SEEN, LOCK, OPENING_LOCK, UPKEEP_LOCK}
PROBE = 99  # a reference that only the check adds, and removes again
PATIENCE_S = 30.0  # a sweep is left to the next writer while somebody opens files
PAUSE_S = 0.005


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found."""

    which: int | None  # of the contents that are allowed; None when it is another
    held: Contents
    faults: tuple[str, ...]
    writes: int  # until nothing was left behind
    changes: tuple[tuple[str, int, int], ...] = ()  # by the check: contents, begun, settled


def check(place: Place, allowed: Sequence[State], damaged: frozenset[str] = frozenset()) -> Found:
    """Open an index, hold it against the states it may be in and the segments that it should call
    damaged, and write to it."""
    for state in allowed:
        _warm(state.held)
    said, code = done(_checking(place, allowed, damaged))
    facts: dict[str, Any] = {}
    for one in said:
        facts |= one
    held = {
        s: {int(n): Version.named(r) for n, r in own.items()}
        for s, own in facts.get("held", {}).items()
    }
    faults = [*facts.get("faults", ()), *facts.get("left", ())]
    if code:
        faults.append(f"ended with {code}: {facts.get('error', 'no words')}")
    changes = tuple(
        (contents, begun, settled) for contents, begun, settled in facts.get("changes", ())
    )
    return Found(facts.get("which"), held, tuple(faults), facts.get("writes", 0), changes)


def _warm(held: Contents) -> None:
    """Know the answers before forking, once for all processes."""
    for scheme in SCHEMES:
        for seed in SUSPECTS:
            answer(scheme, seed, held.get(scheme, {}))


def _checking(
    place: Place, allowed: Sequence[State], damaged: frozenset[str]
) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        index = Index(place.index)
        held = seen(index)
        plain = {s: {n: v.revision for n, v in own.items()} for s, own in held.items()}
        say({"held": plain})
        which = next((i for i, one in enumerate(allowed) if _is(one, held, place)), None)
        faults = [f"{name} is said to be damaged" for name in {*index.damaged} - damaged]
        faults += [f"{name} is not said to be damaged" for name in damaged - {*index.damaged}]
        if which is None:
            faults.append(f"holds what it should not: {_difference(held, allowed)}")
        faults += [*wrong(index, held), *_snapshots(place, allowed, which)]
        say({"which": which, "faults": faults})
        _write(place, index, held, say)

    return work


def _is(state: State, held: Contents, place: Place) -> bool:
    """Whether this may be the state: a snapshot that is said to be there must be."""
    there = state.kept is None or (place.snapshots / state.kept[0]).exists()
    return there and state.held == held


def _snapshots(place: Place, allowed: Sequence[State], which: int | None) -> Iterator[str]:
    """What is wrong with snapshots: each that is there is whole, and nothing lies beside it."""
    known = dict(state.kept for state in allowed if state.kept is not None)
    for path in sorted(place.snapshots.iterdir()):
        if path.name in known:
            copy = Index(path)
            held = known[path.name]
            yield from (f"{name} of a snapshot is said to be damaged" for name in copy.damaged)
            yield from (f"snapshot: {fault}" for fault in wrong(copy, held))
    kept = allowed[which].kept if which is not None else None
    beside = place.snapshots.glob(f".{kept[0]}.*") if kept else ()
    yield from (f"{path.name} is left behind beside a snapshot" for path in beside)


def _difference(held: Contents, allowed: Sequence[State]) -> str:
    """Between what is held and the first contents that are allowed."""
    expected = {(s, n, v) for s, own in allowed[0].held.items() for n, v in own.items()}
    there = {(s, n, v) for s, own in held.items() for n, v in own.items()}
    return f"{len(expected - there)} are missing, {len(there - expected)} more are there"


def _write(place: Place, index: Index, held: Contents, say: Say) -> None:
    """Add and remove one more reference, until nothing is left that the manifest does not name."""
    version = Version(PROBE, 5)
    more = State(held).with_held({**held, SMALL: {**held.get(SMALL, {}), PROBE: version}}).held
    given = {PROBE: version.of(SMALL)}
    changes = []
    until = time.monotonic() + PATIENCE_S
    for tried in count(1):
        begun = time.monotonic_ns()
        if tried % 2:
            index.add(SMALL, given, {PROBE: version.revision})
        else:
            index.remove([PROBE])
        changes.append((digest(more if tried % 2 else held), begun, time.monotonic_ns()))
        left = left_behind(place)
        if not left or time.monotonic() > until:
            break
        time.sleep(PAUSE_S)
    if tried % 2:
        begun = time.monotonic_ns()
        index.remove([PROBE])
        changes.append((digest(held), begun, time.monotonic_ns()))
    say({"writes": tried, "changes": changes, "left": [f"{name} is left behind" for name in left]})


def left_behind(place: Place) -> list[str]:
    """Files in the folder that the manifest does not name."""
    named = {*Manifest.load(place.index).files(), *KEPT}
    return sorted(p.name for p in place.index.iterdir() if p.name not in named)
