"""Real workers in real processes: what is cancelled, killed, poisoned or ended."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jobs.job import Job, State
from reelprint.working.crew import Crew, Event
from reelprint.working.files import FOLDER
from reelprint.working.worker import INTERNAL
from reelprint.workspace import Workspace
from tests.reelprint.working.conftest import Service, opened
from tests.reelprint.working.deeds import BEGUN, LANE

pytestmark = pytest.mark.long

PATIENCE_S = 120.0
CREW = """
import sys, time
from pathlib import Path
from reelprint.working.crew import Crew
with Crew(Path(sys.argv[1]), 1, lane=sys.argv[2], beside=()):
    time.sleep(300)
"""


class Ear:
    """Remembers what was heard."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            self.heard.append(event)

    def of(self, event: str, *jobs: Job) -> list[Event]:
        ids = {job.id for job in jobs}
        with self._lock:
            heard = [one for one in self.heard if one["event"] == event]
        return [one for one in heard if not ids or one.get("job") in ids]


@dataclass
class Running:
    """A crew at work."""

    service: Service
    crew: Crew
    ear: Ear
    jobs: list[Job] = field(default_factory=list)

    def submit(self, kind: str, most_attempts: int = 3, **payload: object) -> Job:
        return self.service.queue.submit(
            kind, "police", "ann", payload, most_attempts=most_attempts
        )

    def get(self, job: Job) -> Job:
        return self.service.queue.get(job.id)

    def wait_for(self, job: Job, state: State) -> Job:
        until(lambda: self.get(job).state == state)
        return self.get(job)

    def begun(self, job: Job) -> list[tuple[int, int]]:
        return begun(self.service, job)


@contextmanager
def at_work(service: Service, workers: int) -> Iterator[Running]:
    ear = Ear()
    with Crew(service.home, workers, hear=ear, lane=LANE, beside=()) as crew:
        yield Running(service, crew, ear)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Two workers, for several tests: to start one takes longer than to do its job."""
    home = tmp_path_factory.mktemp("crew") / "home"
    Workspace.create(home)
    service = opened(home)
    with at_work(service, 2) as made:
        yield made
        left = made.submit("sleep")
        until(lambda: made.begun(left))
        before = time.monotonic()
    assert time.monotonic() - before < 15
    again = made.get(left)  # a crew that ends puts its jobs back at once
    assert (again.state, again.attempts, again.problem) == ("queued", 0, None)
    service.queue.close()
    service.accounts.close()


def until(true: Callable[[], object]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def begun(service: Service, job: Job) -> list[tuple[int, int]]:
    """Attempt and process of each beginning of a job, and of what it does afterwards."""
    path = service.home / FOLDER / BEGUN
    lines = path.read_text().split("\n")[:-1] if path.exists() else []
    return [(int(n), int(pid)) for i, n, pid in map(str.split, lines) if i == job.id]


def test_jobs_end_as_they_should(running: Running) -> None:
    walk, refuse, hope = (
        running.submit("walk", seconds=0.1),
        running.submit("refuse"),
        running.submit("hope"),
    )
    assert running.wait_for(walk, "done").result == {"walked": 0.1}
    assert running.wait_for(refuse, "failed").problem == "this can never go"
    assert running.wait_for(hope, "done").problem is None
    until(lambda: [n for n, _ in running.begun(walk)] == [1, 1])  # and afterwards
    assert [n for n, _ in running.begun(hope)] == [1, 2]
    until(lambda: len(running.ear.of("ended", walk, refuse, hope)) == 4)
    ends = [(e["job"], e["how"], e["problem"]) for e in running.ear.of("ended", refuse, hope)]
    assert sorted(ends) == sorted(
        [
            (refuse.id, "failed", "this can never go"),
            (hope.id, "failed", "not yet"),
            (hope.id, "done", None),
        ]
    )


def test_a_cancelled_job_stops_whether_it_listens_or_not(running: Running) -> None:
    deaf, listening = running.submit("sleep"), running.submit("walk", seconds=100)
    until(lambda: running.begun(deaf) and running.get(listening).progress)
    for job in (deaf, listening):
        running.service.queue.cancel(job.id)
        running.wait_for(job, "cancelled")
    assert running.ear.of("died") == []
    running.wait_for(running.submit("walk", seconds=0), "done")


def killed_in(running: Running, job: Job) -> None:
    """Kill the worker of a job that lasts until then."""
    until(lambda: running.begun(job))
    os.kill(running.begun(job)[0][1], signal.SIGKILL)


def test_a_killed_worker_is_replaced_and_its_job_done_by_another(running: Running) -> None:
    job = running.submit("stay")
    killed_in(running, job)
    running.wait_for(job, "done")
    (first, killed), (second, other) = running.begun(job)
    assert (first, second) == (1, 2)
    assert killed != other


def test_poison_ends_as_failed_and_others_go_on(running: Running) -> None:
    poison, bug = running.submit("die", 2), running.submit("stumble", 2)
    good = running.submit("walk", seconds=0)
    failed = running.wait_for(poison, "failed")
    assert failed.attempts == 2
    assert failed.problem is not None
    assert "2 times" in failed.problem
    failed = running.wait_for(bug, "failed")
    assert (failed.attempts, failed.problem) == (2, INTERNAL)
    running.wait_for(good, "done")
    codes = Counter(e["code"] for e in running.ear.of("died"))
    assert codes[-signal.SIGKILL] >= 2
    until(lambda: Counter(e["code"] for e in running.ear.of("died"))[1] == 2)


@pytest.mark.long
def test_workers_leave_with_who_started_them(empty: Service) -> None:
    """A crew whose process is killed leaves nobody behind, and no job held."""
    job = empty.submit("sleep")
    parent = subprocess.Popen([sys.executable, "-c", CREW, str(empty.home), LANE])
    until(lambda: begun(empty, job))
    worker = begun(empty, job)[0][1]
    parent.kill()
    parent.wait()
    until(lambda: empty.queue.get(job.id).state == "queued")

    def is_gone() -> bool:
        with suppress(FileNotFoundError):
            return Path(f"/proc/{worker}/stat").read_text().split()[2] == "Z"
        return True

    until(is_gone)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_workers_killed_at_random_lose_nothing(empty: Service, seed: int) -> None:
    draw = random.Random(seed)
    jobs = [
        empty.queue.submit("walk", f"org{n % 3}", "ann", {"seconds": 0.3}, most_attempts=50)
        for n in range(30)
    ]
    with at_work(empty, 2) as made:
        stay = made.submit("stay")
        killed_in(made, stay)
        for _ in range(8):
            time.sleep(draw.uniform(0.0, 0.5))
            until(lambda: made.crew.pids)
            with suppress(ProcessLookupError):
                os.kill(draw.choice(made.crew.pids), signal.SIGKILL)
        for job in (stay, *jobs):
            made.wait_for(job, "done")
        recorded = Counter(e["job"] for e in made.ear.of("ended") if e["how"] == "done")
        assert max(recorded.values()) == 1
        assert made.ear.of("died")
    assert empty.queue.counts() == {("walk", "done"): 30, ("stay", "done"): 1}
    assert [empty.queue.get(job.id).result for job in jobs] == [{"walked": 0.3}] * 30
    assert [n for n, _ in begun(empty, stay)][:2] == [1, 2]
