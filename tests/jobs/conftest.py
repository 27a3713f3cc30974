"""A queue on each database, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.lease import Lease
from jobs.queue import Queue
from tests.capture.server import QuickClock

ORG, ANN = "police", "ann@police.example"
FILE = "jobs.sqlite"
KINDS = ("dig", "fill")


@dataclass(frozen=True)
class Where:
    """Where a queue is kept."""

    file: Path
    url: str | None

    def create(self, clock: QuickClock | None = None) -> Queue:
        return Queue.create(self.file, self.url, clock)

    def open(self, clock: QuickClock | None = None) -> Queue:
        return Queue.open(self.file, self.url, clock)


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    url = request.getfixturevalue("database_url") if request.param == "postgresql" else None
    return Where(tmp_path / "service" / FILE, url)


@pytest.fixture
def queue(where: Where, clock: QuickClock) -> Iterator[Queue]:
    with where.create(clock) as made:
        yield made


Submit = Callable[..., str]


@pytest.fixture
def submit(queue: Queue, clock: QuickClock) -> Submit:
    """Submits a job a moment after the last; its id."""

    def submitted(kind: str = "dig", organisation: str = ORG, **more: object) -> str:
        clock.now += 0.001
        return queue.submit(kind, organisation, ANN, dict(more)).id

    return submitted


def taken(queue: Queue, worker: str = "w1", kinds: tuple[str, ...] = KINDS) -> Lease:
    """The job that is due, in the hands of a worker."""
    lease = queue.take(worker, kinds)
    assert lease is not None
    return lease
