"""The same function over many values, in other processes, results in the order of the values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

from benchmarks.progress import track

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Mapper:
    """A `map` with a progress bar; 1 job stays in this process."""

    jobs: int

    def __call__(self, work: Callable[[A], B], values: Sequence[A], title: str) -> Iterator[B]:
        """Results one by one; what `work` raises is raised here."""
        if self.jobs == 1:
            yield from track(map(work, values), title, len(values))
            return
        with ProcessPoolExecutor(self.jobs, mp_context=get_context("spawn")) as pool:
            yield from track(pool.map(work, values), title, len(values))
