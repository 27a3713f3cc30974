"""Plans that a service carries out: ordered, stopped, and why moments went by."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from capture.clock import iso
from casework.errors import NotAllowed, SiteBusy
from casework.missing import BUSY, MISSED, STOPPED
from casework.record import Plan
from casework.store import CaseStore
from tests.capture.server import QuickClock
from tests.casework.conftest import CASE, SITE, SOURCE, opened

LIVE, OTHER = "C-live", "http://site.example/b.m3u8"
ANN, BOB = "ann", "bob"


@pytest.fixture
def live(store: CaseStore) -> CaseStore:
    opened(store, "live-4x60s-per-hour", LIVE)
    return store


@pytest.fixture
def plan(live: CaseStore) -> Plan:
    return live.plan(LIVE, ANN, SITE, SOURCE)


def go_to(clock: QuickClock, moment: str, later: float = 0.0) -> None:
    left = datetime.fromisoformat(moment) - clock.wall()
    clock.now += left.total_seconds() + later


def reasons(live: CaseStore, source: str = SOURCE) -> dict[str | None, str | None]:
    samples = live.dossier(LIVE, ANN).samples
    return {one.planned_at: one.reason for one in samples if one.source == source}


def test_what_is_ordered_is_on_record(live: CaseStore, plan: Plan) -> None:
    assert live.order(LIVE, plan.plan_id) is None
    started = live.start(LIVE, ANN, plan.plan_id)
    assert (started.does, started.by, started.together) == ("start", ANN, False)
    stopped = live.stop(LIVE, BOB, plan.plan_id, "the site is gone")
    assert live.order(LIVE, plan.plan_id) == stopped
    said = [json.loads(line) for line in live.custody(LIVE)]
    assert [(one["event"], one["by"]) for one in said[2:]] == [("started", ANN), ("stopped", BOB)]
    assert said[3]["reason"] == "the site is gone"
    assert live.verify(LIVE) == []
    assert live.start(LIVE, BOB, plan.plan_id, together=True).together


def test_what_cannot_be_ordered(live: CaseStore, plan: Plan) -> None:
    with pytest.raises(NotAllowed, match="not being carried out"):
        live.stop(LIVE, ANN, plan.plan_id, "no reason")
    live.start(LIVE, ANN, plan.plan_id)
    with pytest.raises(ValueError, match="a reason"):
        live.stop(LIVE, ANN, plan.plan_id, " ")
    live.stop(LIVE, ANN, plan.plan_id, "enough")
    with pytest.raises(NotAllowed):
        live.stop(LIVE, ANN, plan.plan_id, "again")
    with pytest.raises(LookupError, match="no plan"):
        live.start(CASE, ANN, plan.plan_id)
    assert live.order(CASE, plan.plan_id) is None


def test_a_plan_can_begin_later_and_not_before(live: CaseStore, clock: QuickClock) -> None:
    later = clock.wall() + timedelta(hours=8)
    plan = live.plan(LIVE, ANN, SITE, SOURCE, later)
    assert plan.begin == iso(later)
    assert min(plan.moments) >= plan.begin
    before = live.plan(LIVE, ANN, SITE, OTHER, clock.wall() - timedelta(hours=8))
    assert before.begin == iso(clock.wall())


def test_moments_after_a_stop_say_so(live: CaseStore, plan: Plan, clock: QuickClock) -> None:
    live.start(LIVE, ANN, plan.plan_id)
    go_to(clock, plan.moments[1], 10)  # nobody came
    live.stop(LIVE, ANN, plan.plan_id, "enough")
    go_to(clock, plan.moments[2], 10)
    live.start(LIVE, ANN, plan.plan_id)
    go_to(clock, plan.moments[3], 10)
    told = reasons(live)
    assert told == dict(zip(plan.moments, (MISSED, MISSED, STOPPED, MISSED), strict=True))
    said = [json.loads(line) for line in live.custody(LIVE)]
    assert [one["why"] for one in said if one["event"] == "missed"] == list(told.values())


def test_one_sample_of_a_site_at_a_time(live: CaseStore, plan: Plan, clock: QuickClock) -> None:
    live.start(LIVE, ANN, plan.plan_id)
    go_to(clock, plan.moments[0])
    other = live.begin(LIVE, BOB, SITE, OTHER)
    with pytest.raises(SiteBusy):
        live.begin(LIVE, ANN, SITE, SOURCE, plan.moments[0], alone=True)
    assert live.due(LIVE, ANN, SOURCE) == list(plan.moments)
    live.begin(LIVE, ANN, "elsewhere.example", OTHER, alone=True)
    clock.now += 6
    assert live.due(LIVE, ANN, SOURCE) == list(plan.moments[1:])
    assert reasons(live) == {plan.moments[0]: BUSY}
    clock.now += 20
    ended = replace(other, ended_at=iso(clock.wall()), reason="gone")
    live.sampled(LIVE, BOB, ended)
    go_to(clock, plan.moments[1])
    assert live.begin(LIVE, ANN, SITE, SOURCE, plan.moments[1], alone=True).planned_at


def test_a_moment_that_is_looked_at_afterwards_was_busy_as_well(
    live: CaseStore, plan: Plan, clock: QuickClock
) -> None:
    live.start(LIVE, ANN, plan.plan_id)
    go_to(clock, plan.moments[0], -1)
    other = live.begin(LIVE, BOB, SITE, OTHER)
    clock.now += 30
    live.sampled(LIVE, BOB, replace(other, ended_at=iso(clock.wall()), reason="gone"))
    go_to(clock, plan.moments[1], 10)
    assert reasons(live) == {plan.moments[0]: BUSY, plan.moments[1]: MISSED}


def test_plans_that_go_together_wait_for_nobody(
    live: CaseStore, plan: Plan, clock: QuickClock
) -> None:
    live.start(LIVE, ANN, plan.plan_id, together=True)
    go_to(clock, plan.moments[0])
    live.begin(LIVE, BOB, SITE, OTHER)
    clock.now += 6
    assert reasons(live) == {plan.moments[0]: MISSED}


def test_who_died_with_a_sample_holds_the_site_up_for_a_while(
    live: CaseStore, plan: Plan, clock: QuickClock
) -> None:
    go_to(clock, plan.moments[0])
    live.begin(LIVE, BOB, SITE, OTHER)
    assert [one.source for one in live.under_way(LIVE)] == [OTHER]
    clock.now += 180
    assert live.under_way(LIVE) == []


def test_what_a_job_left_is_found(live: CaseStore, plan: Plan, clock: QuickClock) -> None:
    go_to(clock, plan.moments[0])
    begun = live.begin(LIVE, ANN, SITE, SOURCE, plan.moments[0], "j_1")
    live.begin(LIVE, BOB, SITE, OTHER, None, "j_2")
    assert live.left_by(LIVE, "j_1") == [begun]
    live.lost(LIVE, ANN, begun)
    assert live.left_by(LIVE, "j_1") == []
