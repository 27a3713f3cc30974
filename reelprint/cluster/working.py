"""Work on many files on all nodes of a cluster, as `reelprint.pool` does it on one machine.

A task is done by a process of its own on its node, as there, and has the same deadline there: Ray
has none. What a file makes of its process is said of that file and not tried again; when a node is
lost, or what Ray runs on it, Ray has another do the task. Files are read on the nodes, under the
paths that are given here.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from reelprint.cluster.connecting import connected, ray
from reelprint.pool import Job, Lost, Processes, in_order

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
    address: str, job: Job[Task, Result], tasks: Iterable[Task]
) -> Iterator[tuple[Task, Result | Lost]]:
    """Results in the order of the tasks, which are drawn only a little ahead. Raises OSError."""
    with connected(address):
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


# What runs on the nodes. A process that Ray keeps there keeps one of its own, for one job.

_own: tuple[Job[Any, Any], Processes[Any, Any]] | None = None


def _done(job: Job[Task, Result], task: Task) -> Result | Lost:
    if not task.path.exists():
        return Lost(
            f"the node {platform.node()} does not see it: media that several machines read lie on "
            "storage that all of them share, under the same path"
        )
    return _processes(job).begin(task)()


def _processes(job: Job[Task, Result]) -> Processes[Task, Result]:
    global _own
    if _own is None or _own[0] != job:
        if _own is not None:
            _own[1].close()
        _own = job, Processes(job, 1)
    return _own[1]
