"""A database that is locked, full or gone says so, and nothing that was acknowledged is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jobs.errors import JobsUnavailable
from jobs.queue import Queue
from tests.jobs.conftest import ANN, ORG
from tests.postgresql import Server

ROOT = Path(__file__).parents[2]
# A file-size limit is what a full disk is like, for a process that may write where it likes.
FILL = """
import resource, signal, sys
from pathlib import Path
from jobs.errors import JobsUnavailable
from jobs.queue import Queue
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
queue = Queue.open(Path(sys.argv[1]))
lease = queue.take("w", ("dig",))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    for n in range(10_000):
        print(queue.submit("dig", "police", "ann", {"n": n, "pad": "x" * 5000}).id, flush=True)
except JobsUnavailable as error:
    print("full", error, file=sys.stderr)
try:
    lease.done({"pad": "x" * 50_000})
except JobsUnavailable as error:
    print("still full", error, file=sys.stderr)
print("reads", queue.get(lease.job.id).state)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "jobs.sqlite"


def test_a_locked_database_is_unavailable_until_it_is_not(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference_catalog.backend.BUSY_TIMEOUT_S", 0.1)
    with Queue.create(file) as queue, closing(sqlite3.connect(file)) as other:
        first = queue.submit("dig", ORG, ANN, {})
        lease = queue.take("w", ("dig",))
        assert lease is not None
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JobsUnavailable, match="locked"):
            queue.submit("dig", ORG, ANN, {})
        for act in (lease.renew, lease.put_back, lambda: lease.done({})):
            with pytest.raises(JobsUnavailable):
                act()
        assert queue.get(first.id).state == "running"  # who reads need not wait
        other.execute("ROLLBACK")
        assert lease.done({})
        assert queue.get(first.id).state == "done"


def test_a_full_disk_loses_nothing_that_was_acknowledged(file: Path) -> None:
    with Queue.create(file) as queue:
        running = queue.submit("dig", ORG, ANN, {})
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", FILL, str(file)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        *acknowledged, reads = run.stdout.splitlines()
        assert "full" in run.stderr
        assert "still full" in run.stderr
        assert reads == "reads running"
        assert acknowledged
        assert {queue.get(job).state for job in acknowledged} == {"queued"}
        assert queue.counts()[("dig", "queued")] == len(acknowledged)
        queue.gone("w")
        assert queue.get(running.id).state == "queued"


def test_a_server_that_is_gone_is_unavailable_and_comes_back_with_everything(
    tmp_path: Path, postgresql: Server, database_url: str
) -> None:
    with Queue.create(tmp_path, database_url) as queue:
        job = queue.submit("dig", ORG, ANN, {})
        lease = queue.take("w", ("dig",))
        assert lease is not None
        postgresql.kill()
        for act in (lease.renew, lambda: queue.get(job.id), lambda: queue.take("w", ("dig",))):
            with pytest.raises(JobsUnavailable):
                act()
        postgresql.start()
        assert lease.renew()
        assert lease.done({"n": 1})
        assert queue.get(job.id).result == {"n": 1}
