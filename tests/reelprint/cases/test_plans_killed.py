"""Plans carried out by real processes, which are killed, and by a service that was down."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from casework.missing import MISSED
from casework.planned import LOST
from reelprint.working.crew import Crew
from tests.capture.conftest import listed, playlist, stock
from tests.capture.server import Site, serving
from tests.reelprint.cases.office import Office

pytestmark = pytest.mark.long

ANN, CAP, AUD = "ann@police", "cap@police", "aud@police"
CASE = "/cases/L-1"
PATIENCE_S = 240.0


@pytest.fixture
def live() -> Iterator[Site]:
    """A stream that goes on while it is looked at."""
    with serving() as running:
        running.put("/a.m3u8", playlist(*listed(range(40)), end=False))
        stock(running, range(40))
        yield running


def until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.3)


def draws(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.get(ANN, f"{CASE}/plans/P000001")["draws"]
    return found


def running(office: Office) -> list[str]:
    """The moments of which the samples are being taken."""
    return [one["at"] for one in draws(office) if one["state"] == "running"]


def killed_in_a_sample(office: Office, crew: Crew) -> bool:
    """Kill the workers while a sample is taken; whether it had not ended in that moment."""
    until(lambda: running(office) != [])
    (now,) = running(office) or [""]
    for pid in crew.pids:
        os.kill(pid, signal.SIGKILL)
    until(lambda: now not in running(office))
    return any((one["at"], one["reason"]) == (now, LOST) for one in draws(office))


def count(office: Office, state: str, reason: str | None = None) -> int:
    some = [one for one in draws(office) if one["state"] == state]
    return sum(reason is None or one["reason"] == reason for one in some)


def test_a_plan_outlives_kills_and_a_service_that_is_down(bureau: Office, live: Site) -> None:
    """Samples of 3 s, in half of an hour: about every six seconds."""
    said = {"case_id": "L-1", "authority": "complaint 8", "sampling": "live-600x3s-per-hour"}
    bureau.post(ANN, "/cases", said, 201)
    home = bureau.desk.workspace.home
    with Crew(home, 1, True, lease_s=6.0, samplers=1) as crew:
        bureau.post(CAP, f"{CASE}/plans", {"source": live.url("/a.m3u8")})
        until(lambda: count(bureau, "taken") >= 1)
        until(lambda: killed_in_a_sample(bureau, crew))
        taken = count(bureau, "taken")
        until(lambda: count(bureau, "taken") > taken)
        until(lambda: count(bureau, "running") == 0)
    past = len([one for one in draws(bureau) if one["state"] != "due"])
    missed = count(bureau, "missed")  # while workers were killed
    until(lambda: count(bureau, "missed") > missed)  # gone by, with nobody there
    with Crew(home, 1, True, lease_s=6.0, samplers=1):
        taken = count(bureau, "taken")
        until(lambda: count(bureau, "taken") > taken)
    bureau.post(CAP, f"{CASE}/plans/P000001/stop", {"reason": "enough was seen"}, 200)
    assert any(one["reason"] == MISSED for one in draws(bureau)[past:])
    is_whole(bureau)


def is_whole(office: Office) -> None:
    """Each moment has at most one sample, none was taken before it, and all that went by are on
    record."""
    states = [one["state"] for one in draws(office)]
    first = states.index("due")
    assert set(states[first:]) == {"due"}
    samples = office.get(ANN, CASE)["samples"]
    planned = [one["planned_at"] for one in samples]
    assert len(planned) == len(set(planned)) >= first
    assert all(one["planned_at"] <= one["taken_at"] for one in samples)
    assert office.get(AUD, f"{CASE}/custody/soundness?captured=true")["sound"]
