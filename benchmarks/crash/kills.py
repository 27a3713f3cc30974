"""Kill -9, at random moments of random operations and at every point that can be told apart."""

from __future__ import annotations

import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.crash.apart import done, start
from benchmarks.crash.board import IDLE, PHASES, Board
from benchmarks.crash.checking import Found, check
from benchmarks.crash.damage import HARMS, harm, target
from benchmarks.crash.operations import KINDS, UNSEEN, Operation, Place, draw
from benchmarks.crash.readers import History
from benchmarks.crash.world import State, digest
from benchmarks.crash.writer import dying, writing

LEAD = 3  # up to two operations are acknowledged before the one that is meant
TRAIL = 2  # more follow it, for a kill may come late
LATE = 1.1  # of what an operation takes
LEARNT = 0.2  # of each cost, of what the next is taken to be
BETWEEN_S = 0.002  # two calls, at most
POLL_S = 0.0001
NONE = "between two"  # operations


@dataclass
class Tally:
    """What was acknowledged, found and lost."""

    kills: Counter[str] = field(default_factory=Counter)  # by the operation in flight
    phases: Counter[str] = field(default_factory=Counter)  # by how far it was
    acknowledged: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)  # of these
    there: Counter[str] = field(default_factory=Counter)  # in flight, and found wholly
    faults: list[str] = field(default_factory=list)
    writes: Counter[int] = field(default_factory=Counter)  # until nothing was left behind

    def took(
        self, acknowledged: Sequence[Operation], flying: Operation | None, found: Found
    ) -> None:
        """Count one kill."""
        kinds = Counter(one.kind for one in acknowledged)
        self.acknowledged += kinds
        self.kills[flying.kind if flying else NONE] += 1
        self.writes[found.writes] += 1
        self.faults += found.faults
        if found.which is not None:
            self.found += kinds
            self.there[flying.kind if flying else NONE] += found.which

    def figures(self) -> dict[str, Any]:
        """All that was counted."""
        return {
            "kills": sum(self.kills.values()),
            "operations": {kind: self._figures(kind) for kind in (*KINDS, NONE)},
            "phases": {phase: self.phases[phase] for phase in PHASES},
            "writes until nothing was left behind": {
                str(n): k for n, k in sorted(self.writes.items())
            },
            "faults": self.faults,
        }

    def _figures(self, kind: str) -> dict[str, int | None]:
        """Of a merge that was in flight, what is held does not say whether it is there."""
        there = None if kind in UNSEEN else self.there[kind]
        return {
            "acknowledged": self.acknowledged[kind],
            "found": self.found[kind],
            "lost": self.acknowledged[kind] - self.found[kind],
            "killed in flight": self.kills[kind],
            "there wholly": there,
            "not there": None if there is None else self.kills[kind] - there,
        }


@dataclass
class Cost:
    """What an operation of a kind takes, more or less."""

    seconds: float = 0.05
    calls: float = 40

    def learn(self, seconds: float, calls: int) -> None:
        """From one that ended."""
        self.seconds += LEARNT * (seconds - self.seconds)
        self.calls += LEARNT * (calls - self.calls)


class Killing:
    """Random kills at one index, one after the other."""

    def __init__(self, place: Place, seed: int, history: History) -> None:
        self.tally = Tally()
        self.state = State({})
        self.harmed: set[str] = set()  # segments that may be said to be damaged
        self._place, self._history, self._board = place, history, Board()
        self._random = np.random.default_rng(seed)
        self._costs: dict[str, Cost] = defaultdict(Cost)
        history.became(digest({}), 0, 0)

    def kill(self, kind: str) -> None:
        """Kill a process that is at an operation of a kind, and look at what it left."""
        target, planned = self._plan(kind)
        states = [self.state]
        for operation in planned:
            states.append(operation.after(states[-1]))
        words = self._killed(planned, target)
        self.tally.faults += [word["error"] for word in words if "error" in word]
        begun, ended = _times(words, "begun"), _times(words, "done")
        self._learn(planned, words)
        flying = planned[len(ended)] if len(begun) > len(ended) else None
        allowed = states[len(ended) : len(ended) + (2 if flying else 1)]
        self._happened(states, begun, ended)
        gone = time.monotonic_ns()
        found = check(self._place, allowed)
        self.tally.took(planned[: len(ended)], flying, found)
        if found.which == 1:
            self._history.became(digest(found.held), begun[-1], gone)
        self._changed(found)
        self.state = allowed[found.which or 0].with_held(found.held)
        self._tidy()

    def _tidy(self) -> None:
        """Have but the latest snapshot, and what a killed one left that the next should sweep."""
        name = self.state.kept[0] if self.state.kept else "0"
        for path in self._place.snapshots.iterdir():
            if path.name != name and not path.name.startswith(f".{int(name) + 1}."):
                shutil.rmtree(path)

    def harm(self) -> None:
        """Put a harmed file in the place of one that readers may have mapped."""
        hurt = target(self._random, self._place)
        if hurt is None:
            return
        how = HARMS[int(self._random.integers(len(HARMS)))]
        held, begun = hurt.lost(self.state.held), time.monotonic_ns()
        harm(self._random, self._place.index / hurt.name, how)
        self.harmed.add(hurt.stem)
        found = check(self._place, [self.state.with_held(held)], frozenset([hurt.stem]))
        # Whoever has the whole file open keeps it until the manifest no longer names it.
        written = found.changes[0][2] if found.changes else time.monotonic_ns()
        self._history.became(digest(held), begun, written)
        self._changed(found)
        self.tally.faults += [f"{how.__name__} {hurt.name}: {fault}" for fault in found.faults]
        self.state = self.state.with_held(found.held)

    def _plan(self, kind: str) -> tuple[int, list[Operation]]:
        """Operations, and which of them is meant."""
        lead = int(self._random.integers(LEAD))
        others = self._random.choice(KINDS, lead + TRAIL).tolist()
        planned: list[Operation] = []
        state = self.state
        for each in (*others[:lead], kind, *others[lead:]):
            planned.append(draw(self._random, each, state))
            state = planned[-1].after(state)
        return lead, planned

    def _killed(self, planned: list[Operation], target: int) -> list[dict[str, Any]]:
        """What it said before it was killed, somewhere in the operation that is meant."""
        wait = self._moment(planned[target].kind)
        process = start(writing(self._place, planned, self._board))
        words, lines = [], process.lines()
        for word in lines:
            words.append(word)
            if word.get("begun") == target:
                break
        wait()
        process.kill()
        words += lines
        process.wait()
        self.tally.phases[PHASES[self._board.phase]] += 1
        return words

    def _moment(self, kind: str) -> Callable[[], None]:
        """Waits for a moment of an operation: one by its time, the next by the calls that it makes,
        for most of the time goes by before the first."""
        cost, share = self._costs[kind], float(self._random.uniform(0, LATE))
        later_s = float(self._random.uniform(0, BETWEEN_S))
        if self._random.random() < 0.5:
            return lambda: time.sleep(share * cost.seconds)
        return lambda: self._called(round(share * cost.calls), later_s)

    def _called(self, calls: int, later_s: float) -> None:
        while self._board.phase != IDLE and self._board.calls < calls:
            time.sleep(POLL_S)
        time.sleep(later_s)

    def _learn(self, planned: list[Operation], words: list[dict[str, Any]]) -> None:
        begun = _times(words, "begun")
        for word in words:
            if "done" in word:
                cost = self._costs[planned[word["done"]].kind]
                cost.learn((word["at"] - begun[word["done"]]) / 1e9, word["calls"])

    def _changed(self, found: Found) -> None:
        for change in found.changes:
            self._history.became(*change)

    def _happened(self, states: list[State], begun: list[int], ended: list[int]) -> None:
        for state, a, b in zip(states[1:], begun, ended, strict=False):
            self._history.became(digest(state.held), a, b)


def _times(words: list[dict[str, Any]], what: str) -> list[int]:
    return [word["at"] for word in words if what in word]


def at_every_point(
    operation: Operation, before: State, at: Place, scratch: Path
) -> Iterator[Found]:
    """Kill an operation at each point at which the folder has changed; the last is its end."""
    states = [before, operation.after(before)]
    ended, point = False, 0
    while not ended:
        point += 1
        place = Place(scratch / "point")
        shutil.rmtree(place.root, ignore_errors=True)
        shutil.copytree(at.root, place.root)
        said, _ = done(dying(place, operation, point))
        ended = any("done" in word for word in said)
        yield check(place, states[1:] if ended else states)
        for word in said:
            if "error" in word:
                raise RuntimeError(word["error"])
