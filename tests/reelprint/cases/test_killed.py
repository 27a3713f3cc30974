"""Jobs on cases whose worker is killed: nothing is lost, and nothing is done twice unseen."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from casework.planned import LOST
from jobs.job import Job
from reelprint.working.context import Stopped
from tests.capture.server import Asked, Site
from tests.reelprint.cases.doomed import WORKER
from tests.reelprint.cases.office import Office

ROOT = Path(__file__).parents[3]
ANN, CAP, EXP, AUD = "ann@police", "cap@police", "exp@police", "aud@police"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits before a job is tried again."""
    monkeypatch.setattr("jobs.ending.BACK_OFF_S", 0.0)


class Killed(BaseException):
    """What a worker comes to that is not there any more."""


def lines(led: Office) -> list[dict[str, Any]]:
    said = led.ask(AUD, "GET", "/cases/C-1/custody.jsonl").text
    return [json.loads(line) for line in said.splitlines()]


def events(led: Office) -> Counter[str]:
    return Counter(one["event"] for one in lines(led))


def again(led: Office, worker: str) -> Job:
    """The job whose worker died, done by another."""
    assert led.desk.queue.gone(worker) == 1
    (job,) = led.work()
    assert job.state == "done", job.problem
    return job


def dies(led: Office, phase: str, done: int) -> None:
    """Have a worker die as soon as its job says this."""

    def tell(now: int, total: int, what: str) -> None:
        if (what, now) == (phase, done):
            raise Killed

    led.tell = tell
    with pytest.raises(Killed):
        led.work()
    led.tell = lambda done, total, phase: None


def is_killed(led: Office, phase: str, done: int) -> None:
    """The same with a real process, killed without a word."""
    words = [str(led.desk.workspace.home), phase, str(done)]
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.reelprint.cases.doomed", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(f"at {phase}")
    process.kill()
    process.wait()
    process.stdout.close()


def source(site: Site) -> dict[str, str]:
    return {"source": site.url("/a.m3u8"), "site": "pirate.example"}


def test_a_sample_that_was_lost_is_on_record_and_not_taken_again(led: Office, site: Site) -> None:
    taken = led.post(CAP, "/cases/C-1/samples", source(site))
    # The capture itself is broken into: its brake is where it waits for the site.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("reelprint.working.sampling.JobBrake.free", broken_after(3))
        with pytest.raises(Killed):
            led.work()
    asked = settled(site)
    done = again(led, "tester")
    assert done.id == taken["id"]
    assert done.result is not None
    sample = done.result["sample"]
    assert (sample["outcome"], sample["reason"], sample["capture"]) == ("empty", LOST, None)
    assert len(site.asked) == asked  # nobody asked the site again
    counted = events(led)
    assert (counted["begun"], counted["sampled"]) == (2, 2)
    assert led.get(ANN, "/cases/C-1")["samples"][-1]["reason"] == LOST
    assert led.get(AUD, "/cases/C-1/custody/soundness?captured=true")["sound"]


def settled(site: Site) -> int:
    """How much the site was asked for, once no question is on its way any more."""
    known = -1
    while len(site.asked) != known:
        known = len(site.asked)
        time.sleep(0.3)
    return known


def broken_after(waits: int) -> Any:
    """In place of a brake's `free`: what is there up to so many waits, and then nobody."""
    from reelprint.working.sampling import JobBrake

    left, free = [waits], JobBrake.free

    def broken(brake: JobBrake) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return free(brake)

    return broken


def test_a_sample_that_is_cancelled_ends_and_is_on_record(
    led: Office, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(now: int, total: int, what: str) -> None:
        if led.desk.queue.get(asked["id"]).cancelling:
            raise Stopped

    def answer(one: Asked) -> None:
        led.desk.queue.cancel(asked["id"])
        segment(one)

    monkeypatch.setattr("reelprint.working.sampling._LOOK_S", 0.0)
    segment, site.answers["/a0.ts"] = site.answers["/a0.ts"], answer
    asked = led.post(CAP, "/cases/C-1/samples", source(site))
    led.tell = unwanted
    (job,) = led.work()
    assert job.state == "cancelled"
    last = led.get(ANN, "/cases/C-1/captures")[-1]
    assert (last["state"], last["outcome"]) == ("finished", "interrupted"), last["why"]
    assert events(led)["sampled"] == 2


def with_three_samples(led: Office, site: Site) -> None:
    for _ in range(2):
        led.did(CAP, "/cases/C-1/samples", source(site))
    led.post(ANN, "/cases/C-1/examine")


def examined_once(led: Office) -> None:
    done = again(led, "tester")
    assert done.result is not None
    assert done.result["samples"] == ["S000003"]  # the other was done by who died
    found = led.get(ANN, "/cases/C-1/findings")
    samples = Counter(one["finding"]["sample_id"] for one in found)
    assert samples == {"S000001": 1, "S000002": 1, "S000003": 1}
    assert events(led)["examined"] == 3


def test_what_was_examined_stays_and_is_not_examined_again(led: Office, site: Site) -> None:
    with_three_samples(led, site)
    dies(led, "examining", 1)
    examined_once(led)
    # Asked for once more there is nothing left to look at.
    job = led.did(ANN, "/cases/C-1/examine")
    assert job.result is not None
    assert (job.result["samples"], job.result["findings"]) == ([], [])


def exported_once(led: Office, job: Job) -> None:
    (listed,) = led.get(EXP, "/evidence")["items"]
    assert (listed["job_id"], listed["holds"]) == (job.id, True)
    exported = [one for one in lines(led) if one["event"] == "exported"]
    assert [one["job"] for one in exported] == [job.id, job.id]  # it was tried twice
    results = led.desk.files.result_folder(job.id)
    assert sorted(one.name for one in results.iterdir()) == ["package.json", "package.zip"]
    assert [one.name for one in results.parent.iterdir()] == [job.id]


def test_an_export_that_died_is_made_by_the_next(led: Office) -> None:
    led.post(EXP, "/cases/C-1/evidence")
    dies(led, "sealing", 1)
    job = again(led, "tester")
    exported_once(led, job)


def test_a_package_that_was_whole_is_taken_as_it_is(
    led: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    led.post(EXP, "/cases/C-1/evidence")
    with monkeypatch.context() as patched:
        patched.setattr("jobs.lease.Lease.done", lambda *_: False)  # it dies before it
        led.work()
    assert led.get(EXP, "/evidence")["items"][0]["state"] == "running"
    before = len(lines(led))
    job = again(led, "tester")
    assert len(lines(led)) == before + 1  # which is this look
    assert job.result is not None
    assert job.result["holds"]


@pytest.mark.long
def test_real_kills(led: Office, site: Site) -> None:
    with_three_samples(led, site)
    is_killed(led, "examining", 1)
    assert led.desk.queue.gone(WORKER) == 1
    led.work()
    found = led.get(ANN, "/cases/C-1/findings")
    samples = Counter(one["finding"]["sample_id"] for one in found)
    assert samples == {"S000001": 1, "S000002": 1, "S000003": 1}
    led.post(EXP, "/cases/C-1/evidence")
    is_killed(led, "sealing", 1)
    exported_once(led, again(led, WORKER))
    led.post(CAP, "/cases/C-1/samples", source(site))
    is_killed(led, "capturing", 0)
    done = again(led, WORKER)
    assert done.result is not None  # it was killed before it was begun, so it is taken now
    assert done.result["sample"]["outcome"] == "unexamined"
    assert led.get(AUD, "/cases/C-1/custody/soundness?captured=true")["sound"]
