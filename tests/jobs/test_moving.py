"""A queue moved to another database and back, and moves that are stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.errors import JobsInTheWay
from jobs.moving import move
from jobs.queue import Queue
from tests.jobs.conftest import ANN, ORG


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "service" / "jobs.sqlite"


def nothing() -> None:
    """Nothing is switched."""


def power_cut() -> None:
    raise RuntimeError("power cut")


def test_a_queue_is_moved_there_and_back(file: Path, database_url: str) -> None:
    with Queue.create(file) as queue:
        waiting = queue.submit("dig", ORG, ANN, {"n": 1}, key="k")
        done = queue.submit("fill", ORG, ANN, {})
        running, other = queue.take("w", ("dig",)), queue.take("w", ("fill",))
        assert running is not None
        assert other is not None
        other.done({"n": 2})
        hook = queue.hooks.add(ORG, ANN, "https://hooks.example/", ["*"])
    for count, (old, new) in enumerate([(None, database_url), (database_url, None)], start=2):
        assert move(file, old, new, nothing) == count
        with Queue.open(file, new) as queue, Queue.open(file, old) as left:
            assert (left.counts(), left.hooks.list(ORG)) == ({}, [])
            assert (queue.get(done.id).result, queue.hooks.get(hook.id)) == ({"n": 2}, hook)
            assert queue.submit("dig", ORG, ANN, {"n": 1}, key="k").id == waiting.id
            again = queue.take("w2", ("dig",))
            assert again is not None
            assert (again.job.id, again.job.attempts) == (waiting.id, 1)
            queue.submit("later", ORG, ANN, {})  # numbers go on


def test_a_move_that_was_stopped_is_done_again(file: Path, database_url: str) -> None:
    with Queue.create(file) as queue:
        job = queue.submit("dig", ORG, ANN, {})
    with pytest.raises(RuntimeError):
        move(file, None, database_url, power_cut)
    with Queue.open(file) as queue:
        assert queue.get(job.id).state == "queued"
        queue.submit("dig", ORG, ANN, {})
    assert move(file, None, database_url, nothing) == 2


def test_other_jobs_are_not_written_over(file: Path, database_url: str) -> None:
    with Queue.create(file) as queue, Queue.create(file, database_url) as other:
        job, theirs = queue.submit("dig", ORG, ANN, {}), other.submit("dig", ORG, ANN, {})
        with pytest.raises(JobsInTheWay, match="other jobs"):
            move(file, None, database_url, power_cut)
        assert (queue.get(job.id).state, other.get(theirs.id).state) == ("queued", "queued")
        with pytest.raises(JobsInTheWay, match="already"):
            move(file, None, None, power_cut)


def test_without_a_queue_there_is_nothing_to_move(file: Path, database_url: str) -> None:
    switched: list[int] = []
    assert move(file, None, database_url, lambda: switched.append(1)) == 0
    assert switched == [1]
    assert not file.exists()
