"""Processes that search all the while, and whether what they saw ever was.

A view says which state of each reference it holds, so a reader knows what its answers should be.
That such contents were there, while it was opened, is checked when all is over.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Set
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.crash.apart import Apart, Say, start
from benchmarks.crash.board import Board
from benchmarks.crash.world import digest, seen, wrong
from index.store import Index
from tests.index.builders import SCHEMES

OLD_VIEWS = 3  # of each reader, asked again and again
REST = 3  # as long as it looks: the cores are shared with what is killed
FOREVER = 2**63


@dataclass
class History:
    """What the index held, and from when to when."""

    _since: list[tuple[str, int]] = field(default_factory=list)
    _settled: list[int] = field(default_factory=list)

    def became(self, contents: str, begun: int, settled: int) -> None:
        """Contents may be seen from when a change is begun; those before, until it is settled."""
        self._since.append((contents, begun))
        self._settled.append(settled)

    def windows(self) -> dict[str, list[tuple[int, int]]]:
        """The times at which contents may be seen."""
        until = [*self._settled[1:], FOREVER]
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for (contents, begun), end in zip(self._since, until, strict=True):
            found[contents].append((begun, end))
        return found


@dataclass(frozen=True, slots=True)
class Readers:
    """Some readers at work; each keeps a diary."""

    processes: tuple[Apart, ...]
    diaries: tuple[Path, ...]
    board: Board

    def figures(self, history: History, harmed: Set[str]) -> dict[str, object]:
        """End them and hold what they saw against what was, and what was harmed."""
        self.board.stop()
        said = [list(one.lines()) for one in self.processes]
        codes = [one.wait() for one in self.processes]
        looks = [
            json.loads(line) for diary in self.diaries for line in diary.read_text().splitlines()
        ]
        windows = history.windows()
        ended = [f"ended with {c}: {words}" for c, words in zip(codes, said, strict=True) if c]
        wrong_answers = [fault for one in looks for fault in one["wrong"]]
        never = sum(not _was(one, windows) for one in looks)
        damaged = {name for one in looks for name in one["damaged"]} - harmed
        return {
            "readers": len(codes),
            "looks": len(looks),
            "old views asked again": sum(one["old"] for one in looks),
            "wrong answers": len(wrong_answers),
            "views of what never was": never,
            "ended by themselves": len(ended),
            "faults": [
                *ended,
                *wrong_answers,
                *(["a view of what never was"] * never),
                *(f"{name} was said to be damaged, and was not" for name in sorted(damaged)),
            ],
        }


def reading(folder: Path, diaries: Path, count: int) -> Readers:
    """Start some readers of the index in a folder."""
    board = Board()
    paths = tuple(diaries / f"reader-{i}.jsonl" for i in range(count))
    return Readers(
        tuple(start(_reader(folder, p, i, board)) for i, p in enumerate(paths)), paths, board
    )


def _reader(folder: Path, diary: Path, seed: int, board: Board) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        random, old = np.random.default_rng(seed), list[Index]()
        lasting = Index(folder)
        with diary.open("a") as f:
            while not board.stopped:
                look = _look(folder, lasting, old)
                print(json.dumps(look), file=f, flush=True)
                if len(old) > OLD_VIEWS:
                    old.pop(int(random.integers(len(old))))
                time.sleep(float(random.uniform(0, 2 * REST)) * look["took_s"])

    return work


def _look(folder: Path, lasting: Index, old: list[Index]) -> dict[str, Any]:
    """A new view, opened or refreshed, which is kept among the old ones, of which the first is
    asked again; and each segment alone."""
    begun = time.monotonic_ns()
    if begun % 2:
        index = Index(folder)
    else:
        lasting.refresh()
        index = copy(lasting)
    opened = time.monotonic_ns()
    alone = [index.part([entry.stem]) for entry in index.segments]
    views = [index, *old[:1], *alone[begun % 7 :: 7]]
    faults = [fault for view in views for fault in wrong(view, seen(view))]
    if sum(len(view.numbers(s)) for view in alone for s in SCHEMES) != sum(
        len(own) for own in seen(index).values()
    ):
        faults.append("the segments alone do not hold what the index holds")
    old.append(index)
    return {
        "begun": begun,
        "opened": opened,
        "held": digest(seen(index)),
        "damaged": index.damaged,
        "wrong": faults,
        "old": min(len(old) - 1, 1),
        "took_s": (time.monotonic_ns() - begun) / 1e9,
    }


def _was(look: dict[str, int | str], windows: dict[str, list[tuple[int, int]]]) -> bool:
    held, begun, opened = look["held"], int(look["begun"]), int(look["opened"])
    return any(since <= opened and begun <= until for since, until in windows.get(str(held), ()))
