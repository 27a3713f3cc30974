"""Several real processes at one queue, on each database, and some that are killed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.jobs.conftest import ANN, ORG, Where

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
FOREVER_S = 600.0


def digger(
    where: Where, name: str, each_s: float = 0.0, lease_s: float = 60.0
) -> subprocess.Popen[str]:
    words = [str(where.file), where.url or "", name, str(each_s), str(lease_s)]
    command = [sys.executable, "-W", "error", "-m", "tests.jobs.digger", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> list[list[str]]:
    lines = process.communicate(timeout=300)[0].splitlines()
    return [line.split() for line in lines]


def test_no_job_is_taken_by_two(where: Where) -> None:
    with where.create() as queue:
        jobs = [queue.submit("dig", f"org{n % 3}", ANN, {"n": n}).id for n in range(60)]
        running = [digger(where, f"w{n}") for n in range(3)]
        lines = [line for process in running for line in said(process)]
        assert [process.returncode for process in running] == [0, 0, 0]
        assert Counter(line[1] for line in lines if line[0] == "took") == Counter(jobs)
        assert queue.counts() == {("dig", "done"): 60}


def test_one_key_makes_one_job_whoever_submits_at_once(where: Where) -> None:
    def submit(_: int) -> str:
        with where.open() as one:
            return one.submit("dig", ORG, ANN, {"n": 1}, key="k").id

    with where.create() as queue, ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(submit, range(24)))) == 1
        assert queue.counts() == {("dig", "queued"): 1}


def killed_in_a_job(process: subprocess.Popen[str]) -> str:
    """The job that a process had taken, and was killed in: it lasts longer than the process."""
    assert process.stdout is not None
    took, job, _ = process.stdout.readline().split()
    assert took == "took"
    process.kill()
    assert said(process) == []
    return job


@pytest.mark.parametrize("seed", range(3))
def test_killed_processes_lose_nothing_and_record_nothing_twice(where: Where, seed: int) -> None:
    draw = random.Random(seed)
    with where.create() as queue:
        jobs = [queue.submit("dig", ORG, ANN, {"n": n}, most_attempts=50).id for n in range(60)]
        lost = killed_in_a_job(digger(where, "doomed", FOREVER_S, 1.0))
        running = [digger(where, f"w{n}", 0.05, 1.0) for n in range(3)]
        lines: list[list[str]] = []
        for n in range(8):
            time.sleep(draw.uniform(0.2, 0.9))
            victim = running.pop(0)
            victim.kill()
            lines += said(victim)
            running.append(digger(where, f"x{n}", 0.05, 1.0))
        lines += [line for process in running for line in said(process)]
        assert queue.counts() == {("dig", "done"): len(jobs)}
        done = Counter(line[1] for line in lines if line[0] == "done")
        assert set(done) <= set(jobs)
        assert max(done.values()) == 1
        assert queue.get(lost).attempts > 1
