"""Plans of live streams that the service carries out, while nobody looks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from capture.clock import SystemClock, iso
from casework.missing import BUSY, MISSED, STOPPED
from casework.planned import LOST
from reelprint.working.caserecord import record_of
from reelprint.working.context import NotYet, Stopped
from reelprint.working.handlers import HANDLERS
from reelprint.working.planning import FULL, SERVICE, WITHDRAWN
from reelprint.working.planning import HANDLERS as PLANS
from tests.capture.conftest import listed, playlist, stock
from tests.capture.server import Asked, QuickClock, Site, serving
from tests.reelprint.cases.office import Office
from tests.reelprint.cases.test_killed import Killed, broken_after

ANN, CAP, REV, AUD, ADM, EVE, EXP = (
    f"{one}@police" for one in ("ann", "cap", "rev", "aud", "adm", "eve", "exp")
)
CASE = "/cases/L-1"
BOTH = {**HANDLERS, **PLANS}


@pytest.fixture
def live() -> Iterator[Site]:
    """A site with a stream that does not end."""
    with serving() as running:
        for name in ("a", "b"):
            running.put(f"/{name}.m3u8", playlist(*listed(range(3)), end=False))
        stock(running, range(3))
        yield running


@pytest.fixture
def office(bureau: Office) -> Office:
    """With a case of three samples of 8 s in one hour, and a clock that waits for nobody."""
    said = {"case_id": "L-1", "authority": "complaint 8", "sampling": "live-3x8s-per-hour"}
    bureau.post(ANN, "/cases", said, 201)
    bureau.clock = QuickClock(start=SystemClock().wall())
    return bureau


def source(site: Site, name: str = "a") -> dict[str, Any]:
    return {"source": site.url(f"/{name}.m3u8"), "site": "pirate.example"}


def started(office: Office, site: Site, by: str = CAP, **more: Any) -> Any:
    return office.post(by, f"{CASE}/plans", {**source(site), **more})


def clock_of(office: Office) -> QuickClock:
    assert isinstance(office.clock, QuickClock)
    return office.clock


def go_to(office: Office, moment: datetime | str, later: float = 0.0) -> None:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    clock = clock_of(office)
    clock.now += max(0.0, (at - clock.wall()).total_seconds()) + later


def turn(office: Office, job_id: str) -> dict[str, Any] | datetime:
    """What a job comes to now: its result, or until when it waits."""
    job = office.desk.queue.get(job_id)
    try:
        return dict(BOTH[job.kind](office.context(), job))
    except NotYet as later:
        return later.until


def to_the_end(office: Office, job_id: str) -> dict[str, Any]:
    """Its result, once it waited for all that it waits for."""
    while isinstance(said := turn(office, job_id), datetime):
        go_to(office, said)
    return said


def moments(office: Office, plan: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.get(ANN, f"{CASE}/plans/{plan['plan_id']}")["draws"]
    return found


def reasons(office: Office, plan: Any) -> list[tuple[str, str | None]]:
    return [(one["state"], one["reason"]) for one in moments(office, plan)]


def lines(office: Office) -> list[dict[str, Any]]:
    said = office.ask(AUD, "GET", f"{CASE}/custody.jsonl").text
    return [json.loads(line) for line in said.splitlines()]


@pytest.mark.long
def test_over_night_a_plan_comes_to_findings(office: Office, site: Site) -> None:
    plan = started(office, site)
    assert (plan["state"], plan["draws"]["due"], plan["started_by"]) == ("going", 3, CAP)
    assert plan["next_at"] == moments(office, plan)[0]["at"]
    watch = office.post(ANN, f"{CASE}/watch")
    assert office.post(ANN, f"{CASE}/watch")["id"] == watch["id"]
    over = to_the_end(office, plan["job_id"])
    assert (over["ended"], over["left"]) == ("over", 0)
    assert to_the_end(office, watch["id"]) == {"case": "L-1"}
    assert reasons(office, plan) == [("taken", None)] * 3
    samples = {one["planned_at"]: one for one in office.get(ANN, CASE)["samples"]}
    for one in moments(office, plan):
        taken = samples[one["at"]]
        assert one["at"] <= taken["taken_at"] < iso_later(one["at"], 1)
        assert taken["outcome"] == "readable"
    findings = office.get(ANN, f"{CASE}/findings")
    assert {one["analyst"] for one in findings} == {ANN}
    assert len({one["finding"]["sample_id"] for one in findings}) == 3
    events = Counter(one["event"] for one in lines(office))
    assert (events["planned"], events["started"], events["begun"], events["sampled"]) == (
        1,
        1,
        3,
        3,
    )
    told_blindly(office, plan)
    sealed = office.did(EXP, f"{CASE}/evidence")
    given = office.ask(EXP, "GET", f"/evidence/{sealed.id}").content
    assert office.ask(None, "POST", "/verify", content=given).json()["verify"] == "ok"
    assert office.get(AUD, f"{CASE}/custody/soundness?captured=true")["sound"]


def told_blindly(office: Office, plan: Any) -> None:
    """Who has to review what was found is not told who started it, or why it was stopped."""
    office.desk.accounts.set_roles(EVE, ("capturer", "analyst"))
    secret = "because of what ann saw"
    office.post(EVE, f"{CASE}/plans/{plan['plan_id']}/stop", {"reason": secret}, 200)
    for path in ("/plans", f"/plans/{plan['plan_id']}", "/custody"):
        said = office.ask(REV, "GET", CASE + path)
        assert said.status_code == 200
        assert not [one for one in (CAP, EVE, ANN, secret) if one in said.text], path
    (shown,) = office.get(ANN, f"{CASE}/plans")
    assert (shown["started_by"], shown["stopped_by"], shown["why"]) == (CAP, EVE, secret)
    (shown,) = office.get(CAP, f"{CASE}/plans")  # it may say what was found
    assert (shown["stopped_by"], shown["why"]) == (EVE, None)


def iso_later(moment: str, seconds: float) -> str:
    return iso(datetime.fromisoformat(moment) + timedelta(seconds=seconds))


def test_a_moment_that_the_service_slept_through_is_missed(office: Office, live: Site) -> None:
    plan = started(office, live)
    first, second, _ = (one["at"] for one in moments(office, plan))
    go_to(office, first, 10)
    assert turn(office, plan["job_id"]) == datetime.fromisoformat(second)
    assert reasons(office, plan)[0] == ("missed", MISSED)
    assert to_the_end(office, plan["job_id"])["ended"] == "over"
    assert [state for state, _ in reasons(office, plan)] == ["missed", "taken", "taken"]
    missed = [one for one in lines(office) if one["event"] == "missed"]
    assert [(one["planned_at"], one["why"]) for one in missed] == [(first, MISSED)]


@pytest.mark.long
def test_no_sample_is_taken_before_its_moment(office: Office, live: Site) -> None:
    plan = started(office, live)
    first = moments(office, plan)[0]["at"]
    go_to(office, first, -1)
    assert turn(office, plan["job_id"]) == datetime.fromisoformat(first)
    clock_of(office).now -= 3600  # somebody sets the clock back
    assert turn(office, plan["job_id"]) == datetime.fromisoformat(first)
    assert live.asked == []


@pytest.mark.long
def test_a_sample_that_was_lost_is_on_record_and_the_plan_goes_on(
    office: Office, live: Site
) -> None:
    plan = started(office, live)
    first, second, _ = (one["at"] for one in moments(office, plan))
    go_to(office, first)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("reelprint.working.sampling.JobBrake.free", broken_after(3))
        with pytest.raises(Killed):
            turn(office, plan["job_id"])
    assert [one for one, _ in reasons(office, plan)] == ["running", "due", "due"]
    assert turn(office, plan["job_id"]) == datetime.fromisoformat(second)
    assert reasons(office, plan)[0] == ("failed", LOST)
    assert to_the_end(office, plan["job_id"])["ended"] == "over"
    assert [one for one, _ in reasons(office, plan)] == ["failed", "taken", "taken"]


@pytest.mark.long
def test_a_site_that_is_gone_is_a_sample_that_failed(office: Office, live: Site) -> None:
    plan = started(office, live)
    live.answers.clear()
    assert to_the_end(office, plan["job_id"])["ended"] == "over"
    for state, reason in reasons(office, plan):
        assert state == "failed"
        assert "404" in str(reason)


@pytest.mark.long
def test_a_private_address_is_refused_when_it_is_asked(office: Office, live: Site) -> None:
    office.allow_private = False
    plan = started(office, live)
    assert to_the_end(office, plan["job_id"])["ended"] == "over"
    assert {state for state, _ in reasons(office, plan)} == {"failed"}
    assert live.asked == []


@pytest.mark.long
def test_stopped_it_takes_no_more_and_says_why(office: Office, live: Site) -> None:
    plan = started(office, live)
    until = turn(office, plan["job_id"])
    assert isinstance(until, datetime)
    go_to(office, until)
    turn(office, plan["job_id"])
    office.post(CAP, f"{CASE}/plans/{plan['plan_id']}/stop", {"reason": " "}, 422)
    stop = f"{CASE}/plans/{plan['plan_id']}/stop"
    stopped = office.post(CAP, stop, {"reason": "called off"}, 200)
    assert (stopped["state"], stopped["why"]) == ("stopped", "called off")
    assert office.desk.queue.get(plan["job_id"]).state == "cancelled"
    office.post(CAP, stop, {"reason": "again"}, 422)
    assert turn(office, plan["job_id"])["ended"] == "stopped"  # type: ignore[index]
    (line,) = [one for one in lines(office) if one["event"] == "stopped"]
    assert (line["by"], line["reason"]) == (CAP, "called off")


@pytest.mark.long
def test_stopped_in_a_sample_it_ends_it(office: Office, live: Site) -> None:
    plan = started(office, live)
    stop = f"{CASE}/plans/{plan['plan_id']}/stop"
    segment = live.answers["/s1.ts"]  # the one before it has come

    def answer(asked: Asked) -> None:
        office.post(CAP, stop, {"reason": "called off"}, 200)
        segment(asked)

    def unwanted(done: int, total: int, phase: str) -> None:
        if office.desk.queue.get(plan["job_id"]).has_ended:
            raise Stopped

    live.answers["/s1.ts"], office.tell = answer, unwanted
    go_to(office, moments(office, plan)[0]["at"])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("reelprint.working.sampling._LOOK_S", 0.0)
        with pytest.raises(Stopped):
            turn(office, plan["job_id"])
    (capture,) = office.get(ANN, f"{CASE}/captures")
    assert (capture["state"], capture["outcome"]) == ("finished", "interrupted")
    assert [one["state"] for one in moments(office, plan)] == ["taken", "due", "due"]


@pytest.mark.long
def test_what_was_stopped_can_go_on(office: Office, live: Site) -> None:
    plan = started(office, live)
    assert started(office, live, by=EVE, examine=False)["job_id"] == plan["job_id"]
    stop = f"{CASE}/plans/{plan['plan_id']}/stop"
    office.post(CAP, stop, {"reason": "called off"}, 200)
    again = started(office, live, by=EVE, examine=False)
    assert (again["plan_id"], again["started_by"]) == (plan["plan_id"], EVE)
    assert again["job_id"] != plan["job_id"]
    assert turn(office, plan["job_id"])["ended"] == "stopped"  # type: ignore[index]
    assert to_the_end(office, again["job_id"])["ended"] == "over"
    assert reasons(office, plan) == [("taken", None)] * 3


@pytest.mark.long
def test_moments_after_the_stop_are_on_record_as_such(office: Office, live: Site) -> None:
    plan = started(office, live)
    office.post(CAP, f"{CASE}/plans/{plan['plan_id']}/stop", {"reason": "called off"}, 200)
    go_to(office, moments(office, plan)[-1]["at"], 10)
    turn(office, plan["job_id"])
    assert reasons(office, plan) == [("missed", STOPPED)] * 3


@pytest.mark.long
def test_where_nothing_more_may_be_held_no_sample_is_taken(office: Office, live: Site) -> None:
    plan = started(office, live)
    with (office.desk.workspace.home / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[service]\nquota_bytes = 1\n")
    assert office.ask(EVE, "POST", "/uploads", content=b"x").status_code == 201
    said = to_the_end(office, plan["job_id"])
    assert (said["ended"], said["left"], live.asked) == ("stopped", 3, [])
    (shown,) = office.get(ANN, f"{CASE}/plans")
    assert (shown["stopped_by"], shown["why"]) == (SERVICE, FULL)


def test_whoever_may_no_longer_take_samples_takes_none(office: Office, live: Site) -> None:
    plan = started(office, live)
    office.desk.accounts.set_roles(CAP, ("exporter",))
    said = to_the_end(office, plan["job_id"])
    assert (said["ended"], live.asked) == ("stopped", [])
    (shown,) = office.get(ANN, f"{CASE}/plans")
    assert (shown["stopped_by"], shown["why"]) == (SERVICE, WITHDRAWN)
    audit = office.get(AUD, "/audit?limit=50")["items"]
    (line,) = [one for one in audit if one["facts"].get("stopped") == WITHDRAWN]
    assert (line["by"], line["via"], line["what"]) == (None, "service", "case L-1")
    again = started(office, live, by=EVE, examine=False)
    office.desk.accounts.disable(EVE)
    said = to_the_end(office, again["job_id"])
    assert said["ended"] == "stopped"


@pytest.mark.long
def test_one_sample_of_a_site_at_a_time(office: Office, live: Site) -> None:
    plan = started(office, live)
    first, second, _ = (one["at"] for one in moments(office, plan))
    go_to(office, first)
    with record_of(office.desk.workspace, office.clock) as store:
        store.begin("L-1", ANN, "pirate.example", live.url("/b.m3u8"))  # by hand, say
    assert turn(office, plan["job_id"]) == clock_of(office).wall() + timedelta(seconds=1)
    go_to(office, first, 6)
    assert turn(office, plan["job_id"]) == datetime.fromisoformat(second)
    assert reasons(office, plan)[0] == ("missed", BUSY)
    assert live.asked == []


@pytest.mark.long
def test_together_they_are_taken_at_once(office: Office, live: Site) -> None:
    plan = started(office, live, together=True)
    first = moments(office, plan)[0]["at"]
    go_to(office, first)
    with record_of(office.desk.workspace, office.clock) as store:
        store.begin("L-1", ANN, "pirate.example", live.url("/b.m3u8"))
    turn(office, plan["job_id"])
    assert reasons(office, plan)[0] == ("taken", None)


@pytest.mark.long
def test_plans_that_begin_later(office: Office, live: Site) -> None:
    tonight = datetime.now().astimezone() + timedelta(hours=8)
    plan = started(office, live, begin=tonight.isoformat())
    assert plan["begin"] == iso(tonight)
    assert office.desk.queue.take("w", PLANS) is None
    said = office.post(
        CAP, f"{CASE}/plans", {**source(live), "begin": iso(tonight + timedelta(hours=1))}, 422
    )
    assert "drawn before" in said["detail"]
    far = {**source(live, "b"), "begin": iso(tonight + timedelta(days=40))}
    assert "within 31 days" in office.post(CAP, f"{CASE}/plans", far, 422)["detail"]
    for beyond in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        office.post(CAP, f"{CASE}/plans", {**source(live, "b"), "begin": beyond}, 422)


def test_what_is_no_plan(office: Office, live: Site) -> None:
    said = {"case_id": "O-1", "authority": "complaint 9"}
    office.post(ANN, "/cases", said, 201)
    refused = office.post(CAP, "/cases/O-1/plans", source(live), 422)
    assert "each source once" in refused["detail"]
    many = {**said, "case_id": "M-1", "sampling": "live-60x1s-per-hour-for-100h"}
    office.post(ANN, "/cases", many, 201)
    assert "5000" in office.post(CAP, "/cases/M-1/plans", source(live), 422)["detail"]
    for path in ("/plans/P000009", "/plans/P000009/stop"):
        method = "POST" if path.endswith("stop") else "GET"
        asked = office.ask(CAP, method, CASE + path, json={"reason": "x"})
        assert asked.status_code == 404
    office.post(CAP, f"{CASE}/plans", {"source": "file:///etc/passwd"}, 422)
    # Who may not make findings has none made.
    office.post(CAP, f"{CASE}/plans", {**source(live), "examine": True}, 403)
    assert office.get(ANN, f"{CASE}/plans") == []


@pytest.mark.long
def test_a_plan_is_stopped_in_its_case_alone(office: Office, live: Site) -> None:
    plan = started(office, live)
    for actor in (CAP, ADM):
        assert office.ask(actor, "POST", f"/jobs/{plan['job_id']}/cancel").status_code == 403
    assert office.desk.queue.get(plan["job_id"]).state == "queued"


@pytest.mark.long
def test_who_may_make_findings_has_them_made(office: Office, live: Site) -> None:
    started(office, live, by=EVE)
    (job,) = office.desk.queue.list("police", "watch")[0]
    assert job.actor == EVE
    office.desk.accounts.set_roles(EVE, ("capturer",))
    with pytest.raises(ValueError, match="no longer"):
        turn(office, job.id)


@pytest.mark.long
def test_a_plan_whose_job_failed_is_seen_and_started_anew(office: Office, live: Site) -> None:
    plan = started(office, live)
    queue = office.desk.queue
    queue.cancel(plan["job_id"])  # as somebody with the database might
    (shown,) = office.get(ANN, f"{CASE}/plans")
    assert shown["state"] == "broken"
    again = started(office, live)
    assert (again["state"], again["job_id"] == plan["job_id"]) == ("going", False)
