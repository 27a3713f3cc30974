"""Work on many files at once: one process a core, a deadline for each file, answers in order.

Each file is decoded in another process than the caller's, so that a decoder that crashes or hangs
on hostile media costs that one file.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, TimeoutError
from dataclasses import dataclass
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

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
    pool = ProcessPool(
        max_workers=processes,
        context=multiprocessing.get_context("spawn"),
        initializer=job.prepare,
        initargs=list(job.prepare_with),
    )
    waiting: deque[tuple[Task, float, Future[Result]]] = deque()
    try:
        for task in tasks:
            seconds = job.seconds(task)
            waiting.append((task, seconds, pool.schedule(job.work, args=[task], timeout=seconds)))
            if len(waiting) >= 2 * processes:
                yield _next(waiting)
        while waiting:
            yield _next(waiting)
    except BaseException:  # Ctrl-C and a closed generator too: nothing is left running
        pool.stop()
        raise
    finally:
        pool.close()
        pool.join()


def _next(
    waiting: deque[tuple[Task, float, Future[Result]]],
) -> tuple[Task, Result | Lost]:
    task, seconds, future = waiting.popleft()
    try:
        return task, future.result()
    except TimeoutError:
        return task, Lost(f"reading it took longer than {seconds:.0f} s and was stopped")
    except ProcessExpired as error:
        return task, Lost(f"the process that read it ended with code {error.exitcode}")
