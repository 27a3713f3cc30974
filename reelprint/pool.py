"""Work on many files at once: one process a core, a deadline for each file, answers in order.

These processes are trusted: each gives its files to the cage (`reelprint.cage`) to be decoded, and
goes on with what comes out. The deadline here is for what follows, and holds should that fail.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, TimeoutError
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from reelprint.cage.caged import ONE_THREAD

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Lost:
    """The process that worked on a file did not come back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Job(Generic[Task, Result]):
    """What each process does: prepare once, then one task after another."""

    prepare: Callable[..., None]
    prepare_with: tuple[object, ...]
    work: Callable[[Task], Result]
    seconds: Callable[[Task], float]


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))


def run(
    job: Job[Task, Result], tasks: Iterable[Task], processes: int
) -> Iterator[tuple[Task, Result | Lost]]:
    """Results in the order of the tasks, which are drawn only a little ahead."""
    os.environ.update({k: v for k, v in ONE_THREAD.items() if k not in os.environ})
    pool = ProcessPool(
        max_workers=processes,
        context=multiprocessing.get_context("spawn"),
        initializer=job.prepare,
        initargs=list(job.prepare_with),
    )

    def begin(task: Task) -> Callable[[], Result | Lost]:
        seconds = job.seconds(task)
        future: Future[Result] = pool.schedule(job.work, args=[task], timeout=seconds)
        return partial(_result, future, seconds)

    try:
        yield from in_order(begin, tasks, 2 * processes)
    except BaseException:  # Ctrl-C and a closed generator too: nothing is left running
        pool.stop()  # type: ignore[no-untyped-call]
        raise
    finally:
        pool.close()  # type: ignore[no-untyped-call]
        pool.join()


def in_order(
    begin: Callable[[Task], Callable[[], Result | Lost]], tasks: Iterable[Task], ahead: int
) -> Iterator[tuple[Task, Result | Lost]]:
    """Results in the order of the tasks, of which so many are begun at once."""
    waiting: deque[tuple[Task, Callable[[], Result | Lost]]] = deque()
    for task in tasks:
        waiting.append((task, begin(task)))
        if len(waiting) >= ahead:
            first, result = waiting.popleft()
            yield first, result()
    while waiting:
        first, result = waiting.popleft()
        yield first, result()


def _result(future: Future[Result], seconds: float) -> Result | Lost:
    try:
        return future.result()
    except TimeoutError:
        return too_long(seconds)
    except ProcessExpired as error:
        return Lost(f"the process that read it ended with code {error.exitcode}")


def too_long(seconds: float) -> Lost:
    """What became of a file whose deadline passed."""
    return Lost(f"reading it took longer than {seconds:.0f} s and was stopped")
