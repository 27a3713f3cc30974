"""What is found of an index after a fault, by a process that opens it anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
LAST_TRY = 40  # a sweep is left to the next writer while somebody opens files


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found."""

    which: int | None  # of the contents that are allowed; None when it is another
    held: Contents
    faults: tuple[str, ...]
    writes: int  # until nothing was left behind
    changes: tuple[tuple[str, int, int], ...] = ()  # by the check: contents, begun, settled


def check(
    place: Place, allowed: Sequence[Contents], damaged: frozenset[str] = frozenset()
) -> Found:
    """Open an index, hold it against the contents it may have and the segments that it should call
    damaged, and write to it."""
    for held in allowed:
        _warm(held)
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
    place: Place, allowed: Sequence[Contents], damaged: frozenset[str]
) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        index = Index(place.index)
        held = seen(index)
        plain = {s: {n: v.revision for n, v in own.items()} for s, own in held.items()}
        say({"held": plain})
        which = next((i for i, one in enumerate(allowed) if one == held), None)
        faults = [f"{name} is said to be damaged" for name in {*index.damaged} - damaged]
        faults += [f"{name} is not said to be damaged" for name in damaged - {*index.damaged}]
        if which is None:
            faults.append(f"holds what it should not: {_difference(held, allowed)}")
        say({"which": which, "faults": [*faults, *wrong(index, held)]})
        _write(place, index, held, say)

    return work


def _difference(held: Contents, allowed: Sequence[Contents]) -> str:
    """Between what is held and the first contents that are allowed."""
    expected = {(s, n, v) for s, own in allowed[0].items() for n, v in own.items()}
    there = {(s, n, v) for s, own in held.items() for n, v in own.items()}
    return f"{len(expected - there)} are missing, {len(there - expected)} more are there"


def _write(place: Place, index: Index, held: Contents, say: Say) -> None:
    """Add and remove one more reference, until nothing is left that the manifest does not name."""
    version = Version(PROBE, 5)
    more = State(held).with_held({**held, SMALL: {**held.get(SMALL, {}), PROBE: version}}).held
    given = {PROBE: version.of(SMALL)}
    changes = []
    for tried in range(1, LAST_TRY):
        begun = time.monotonic_ns()
        if tried % 2:
            index.add(SMALL, given, {PROBE: version.revision})
        else:
            index.remove([PROBE])
        changes.append((digest(more if tried % 2 else held), begun, time.monotonic_ns()))
        if not left_behind(place):
            break
    if tried % 2:
        begun = time.monotonic_ns()
        index.remove([PROBE])
        changes.append((digest(held), begun, time.monotonic_ns()))
    left = [f"{name} is left behind" for name in left_behind(place)] if tried > LAST_TRY - 2 else []
    say({"writes": tried, "changes": changes, "left": left})


def left_behind(place: Place) -> list[str]:
    """Files in the folder that the manifest does not name."""
    named = {*Manifest.load(place.index).files(), *KEPT}
    return sorted(p.name for p in place.index.iterdir() if p.name not in named)
