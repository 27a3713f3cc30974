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
    waiting: deque[tuple[Task, float, Future[Result]]] = deque()
    try:
        for task in tasks:
            seconds = job.seconds(task)
            waiting.append((task, seconds, pool.schedule(job.work, args=[task], timeout=seconds)))
            if len(waiting) >= 2 * processes:
                task, seconds, future = waiting.popleft()
                result = _result(future, seconds)
                yield task, result
        while waiting:
            task, seconds, future = waiting.popleft()
            result = _result(future, seconds)
            yield task, result
    except BaseException:  # Ctrl-C and a closed generator too: nothing is left running
        pool.stop()  # type: ignore[no-untyped-call]
        raise
    finally:
        pool.close()  # type: ignore[no-untyped-call]
        pool.join()


def _result(future: Future[Result], seconds: float) -> Result | Lost:
    try:
        return future.result()
    except TimeoutError:
        return Lost(f"reading it took longer than {seconds:.0f} s and was stopped")
    except ProcessExpired as error:
        return Lost(f"the process that read it ended with code {error.exitcode}")
