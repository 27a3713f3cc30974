"""Work on many files on all nodes of a cluster, as `reelprint.pool` does it on one machine.

A task has the same deadline there. When a node is lost, or the process that Ray runs on it, Ray has
another do the task. Files are read on the nodes, under the paths that are given here.
"""

from __future__ import annotations

import faulthandler
import platform
import signal
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Protocol, TypeVar

from reelprint.cluster.connecting import ray
from reelprint.extraction import KILL_AFTER_S
from reelprint.pool import Job, Lost, in_order, too_long

RETRIES = 3  # of a task whose node was lost
AHEAD = 2  # tasks that are begun, to each processor


class OfFile(Protocol):
    """A task that reads a file."""

    @property
    def path(self) -> Path:
        """The file, under the same absolute path on all nodes."""
        ...


Task = TypeVar("Task", bound=OfFile)
Result = TypeVar("Result")


def run(
    job: Job[Task, Result], tasks: Iterable[Task]
) -> Generator[tuple[Task, Result | Lost], None, None]:
    """Results in the order of the tasks, which are drawn only a little ahead. This process is
    connected to the cluster that does them."""
    far = _Far(job)
    try:
        yield from in_order(far.begin, tasks, AHEAD * _processors())
    finally:
        far.stop()


class _Far:
    """The tasks of a job that are under way on nodes."""

    def __init__(self, job: Job[Task, Any]) -> None:
        self._do = ray().remote(_done).options(num_cpus=1, max_retries=RETRIES)
        self._job = ray().put(job)
        self._under_way: set[Any] = set()

    def begin(self, task: OfFile) -> Any:
        sent = self._do.remote(self._job, task)
        self._under_way.add(sent)
        return partial(self._result, sent)

    def stop(self) -> None:
        for sent in self._under_way:
            ray().cancel(sent, force=True)

    def _result(self, sent: Any) -> Any:
        try:
            return ray().get(sent)
        except ray().exceptions.RayTaskError as error:
            raise error.cause from error
        except ray().exceptions.RayError as error:
            kind = type(error).__name__
            return Lost(f"nodes that read it were lost {RETRIES + 1} times ({kind})")
        finally:
            self._under_way.discard(sent)


def _processors() -> int:
    return max(int(ray().cluster_resources().get("CPU", 0)), 1)


# What runs on the nodes.

_prepared: tuple[object, ...] | None = None


def _done(job: Job[Task, Result], task: Task) -> Result | Lost:
    if not task.path.exists():
        return Lost(
            f"the node {platform.node()} does not see it: media that several machines read lie on "
            "storage that all of them share, under the same path"
        )
    _prepare(job)
    seconds = job.seconds(task)
    try:
        with _deadline(seconds):
            return job.work(task)
    except _TooLong:
        return too_long(seconds)


def _prepare(job: Job[Any, Any]) -> None:
    """Once in a process that Ray keeps, for all tasks of one job."""
    global _prepared
    if _prepared != (job.prepare, *job.prepare_with):
        job.prepare(*job.prepare_with)
        _prepared = (job.prepare, *job.prepare_with)


class _TooLong(BaseException):
    """Not caught by what it ends."""


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """What takes longer is interrupted; if that does not help, its process is ended, and Ray has
    another try. Ray has no deadline of its own."""
    before = signal.signal(signal.SIGALRM, _raise)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(seconds + KILL_AFTER_S, exit=True)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)


def _raise(number: int, frame: FrameType | None) -> None:
    raise _TooLong
