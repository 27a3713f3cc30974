"""A plan is carried out to its end: what is not taken is said to have been missed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest

from capture.brake import Brake
from capture.capturing import Wanted
from casework.carrying_out import Waiting, carry_out
from casework.errors import NotAllowed
from casework.missing import MISSED
from casework.record import Sample
from casework.store import CaseStore
from casework.taking import Sampler, Taken
from tests.capture.conftest import LAB, listed, playlist, stock
from tests.capture.server import QuickClock, Site
from tests.casework.conftest import SITE, opened

LIVE = "C-live"


@pytest.fixture
def stream(site: Site) -> str:
    site.put("/live.m3u8", playlist(*listed(range(3)), end=False))
    stock(site, range(3))
    return site.url("/live.m3u8")


@pytest.fixture
def live(store: CaseStore, sampler: Sampler) -> Sampler:
    opened(store, "live-2x5s-per-hour-for-2h", LIVE)
    return replace(sampler, case_id=LIVE)


def taken(sampler: Sampler, source: str) -> Iterator[Sample]:
    wanted = Wanted(source, Path("nowhere"), policy=LAB)
    steps = carry_out(sampler, SITE, wanted)
    return (step.sample for step in steps if isinstance(step, Taken))


def test_each_moment_is_taken_when_it_comes(live: Sampler, stream: str) -> None:
    samples = list(taken(live, stream))
    (plan,) = live.store.dossier(LIVE, "ann").plans
    assert [one.planned_at for one in samples] == list(plan.moments)
    for one in samples:
        late = datetime.fromisoformat(one.taken_at) - datetime.fromisoformat(str(one.planned_at))
        assert 0 <= late.total_seconds() < 1
        assert one.outcome == "unexamined"
    assert list(taken(live, stream)) == []  # there is no second round
    assert live.store.verify(LIVE) == []


def test_the_plan_is_on_record_before_the_first_sample(live: Sampler, stream: str) -> None:
    wanted = Wanted(stream, Path("nowhere"), policy=LAB)
    (first,) = islice(carry_out(live, SITE, wanted), 1)
    assert isinstance(first, Waiting)
    assert first.left == 4
    line = live.store.custody(LIVE)[-1].decode()
    assert '"planned"' in line
    (plan,) = live.store.dossier(LIVE, "ann").plans
    assert all(moment in line for moment in plan.moments)


def test_it_goes_on_where_it_was_left_and_says_what_was_missed(
    live: Sampler, stream: str, clock: QuickClock
) -> None:
    (first,) = islice(taken(live, stream), 1)
    clock.now += 3600
    rest = list(taken(live, stream))
    dossier = live.store.dossier(LIVE, "ann")
    assert {one.planned_at for one in dossier.samples} == set(dossier.plans[0].moments)
    missed = [one for one in dossier.samples if one.reason == MISSED]
    assert missed
    assert len(missed) + len(rest) + 1 == 4
    assert {(one.outcome, one.capture) for one in missed} == {("empty", None)}
    assert first.planned_at == dossier.plans[0].moments[0]


def test_whoever_reads_the_case_sees_what_was_missed(
    live: Sampler, stream: str, clock: QuickClock
) -> None:
    live.store.plan(LIVE, "ann", SITE, stream)
    assert live.store.dossier(LIVE, "bob").samples == ()
    clock.now += 2 * 3600 + 10
    assert [one.reason for one in live.store.dossier(LIVE, "bob").samples] == [MISSED] * 4
    assert len(live.store.dossier(LIVE, "bob").samples) == 4
    assert live.store.verify(LIVE) == []


def test_no_sample_is_planned_twice_or_at_will(
    live: Sampler, stream: str, clock: QuickClock
) -> None:
    plan = live.store.plan(LIVE, "ann", SITE, stream)
    assert live.store.plan(LIVE, "bob", SITE, stream) == plan
    with pytest.raises(NotAllowed, match="is planned"):
        live.store.begin(LIVE, "ann", SITE, stream, "2026-11-23T12:00:00.000000Z")
    live.store.begin(LIVE, "ann", SITE, stream, plan.moments[0])
    with pytest.raises(NotAllowed, match="was taken"):
        live.store.begin(LIVE, "ann", SITE, stream, plan.moments[0])
    clock.now += 7200
    with pytest.raises(NotAllowed, match="went by"):
        live.store.begin(LIVE, "ann", SITE, stream, plan.moments[1])


def test_a_source_that_is_tried_once_is_never_late(
    sampler: Sampler, site: Site, clock: QuickClock
) -> None:
    site.put("/film.mp4", b"\x00\x00\x00\x10ftypisom" + bytes(400))
    source = site.url("/film.mp4")
    sampler.store.plan(sampler.case_id, "ann", SITE, source)
    clock.now += 10 * 86400
    (only,) = taken(sampler, source)
    assert only.outcome == "unexamined"
    assert list(taken(sampler, source)) == []


def test_stopped_it_stops_between_samples(live: Sampler, stream: str) -> None:
    brake = Brake(wake=lambda: None)
    stopped = replace(live, around=replace(live.around, brake=brake))
    samples = taken(stopped, stream)
    next(samples)
    with brake.installed():
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        next(samples)
    assert len(list(taken(live, stream))) == 3
