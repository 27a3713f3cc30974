"""The same function over many values, a few at once.

Threads are enough: decoders, numpy, FAISS and OpenCV let go of Python's lock while they work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def in_threads(work: Callable[[A], B], values: Sequence[A], jobs: int) -> Iterator[B]:
    """Results in the order of the values. With 1 job each is begun when it is wanted."""
    if jobs == 1:
        yield from map(work, values)
        return
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(work, values)
