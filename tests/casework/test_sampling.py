"""Plans follow from their policy alone, and keep to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.record import SamplingPolicy
from casework.sampling import MAX_SEED, is_late, moments, policy

BEGIN = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
SEEDS = st.integers(0, MAX_SEED - 1)
SOURCES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@st.composite
def live(draw: st.DrawFn) -> SamplingPolicy:
    per_hour = draw(st.integers(1, 60))
    seconds = draw(st.integers(1, 3600 // per_hour))
    name = f"live-{per_hour}x{seconds}s-per-hour-for-{draw(st.integers(1, 5))}h"
    return policy(name, draw(SEEDS))


@given(live(), SOURCES)
def test_samples_lie_in_their_hours_and_never_overlap(rules: SamplingPolicy, source: str) -> None:
    plan = [datetime.fromisoformat(moment) for moment in moments(rules, source, BEGIN)]
    assert len(plan) == rules.per_hour * rules.hours
    each = timedelta(seconds=rules.seconds or 0)
    for one, following in pairwise(plan):
        assert one + each <= following
    for k, moment in enumerate(plan):
        hour = BEGIN + timedelta(hours=k // rules.per_hour)
        assert hour <= moment
        assert moment + each <= hour + timedelta(hours=1)


@given(live(), SOURCES)
def test_a_plan_is_the_same_whenever_it_is_drawn(rules: SamplingPolicy, source: str) -> None:
    again = policy(rules.name, rules.seed)
    later = BEGIN + timedelta(days=1)
    assert moments(again, source, BEGIN) == moments(rules, source, BEGIN)
    put_off = [datetime.fromisoformat(m) - later for m in moments(rules, source, later)]
    assert put_off == [datetime.fromisoformat(m) - BEGIN for m in moments(rules, source, BEGIN)]


def test_a_plan_that_was_drawn_once_is_drawn_for_ever() -> None:
    rules = policy("live-3x60s-per-hour", 5)
    assert moments(rules, "http://site.example/a.m3u8", BEGIN) == (
        "2026-11-23T12:07:26.182456Z",
        "2026-11-23T12:15:15.048456Z",
        "2026-11-23T12:39:03.788456Z",
    )


def test_plans_differ_by_source_and_seed_and_hour() -> None:
    rules = policy("live-1x60s-per-hour-for-24h", 5)
    offsets = [
        (datetime.fromisoformat(m) - BEGIN).total_seconds() % 3600
        for m in moments(rules, "a", BEGIN)
    ]
    assert len(set(offsets)) == 24
    assert moments(rules, "a", BEGIN) != moments(rules, "b", BEGIN)
    other = policy("live-1x60s-per-hour-for-24h", 6)
    assert moments(rules, "a", BEGIN) != moments(other, "a", BEGIN)


def test_the_moments_are_spread_over_the_whole_hour() -> None:
    rules = policy("live-1x60s-per-hour-for-720h", 5)
    offsets = sorted(
        (datetime.fromisoformat(m) - BEGIN).total_seconds() % 3600
        for m in moments(rules, "a", BEGIN)
    )
    # Kolmogorov's distance to the uniform distribution; 0.06 is exceeded once in about 100 seeds.
    far = max(abs(x / 3540 - k / len(offsets)) for k, x in enumerate(offsets))
    assert far < 0.06


def test_what_names_mean() -> None:
    assert policy("live-3x2m-per-hour-for-4h", 1) == SamplingPolicy(
        "live-3x2m-per-hour-for-4h", 3, 120.0, 4, 1
    )
    assert policy("each-once", 1) == SamplingPolicy("each-once", 0, None, 0, 1)
    assert policy("each-once-90s", 1).seconds == 90
    assert policy("each-once", 1).once
    assert policy("each-once").seed != policy("each-once").seed
    assert moments(policy("each-once", 1), "a", BEGIN) == ("2026-11-23T12:00:00.123456Z",)


@pytest.mark.parametrize(
    "name",
    [
        *("", "live", "live-0x60s-per-hour", "live-3x0s-per-hour", "live-61x60s-per-hour"),
        *("each-once-0s", "each-twice", "live-3x60s-per-hour-for-0h", "live-३x60s-per-hour"),
        *("live-3x60s-per-hour-for-9999h", "live-3x60s-per-hour "),
    ],
)
def test_what_is_no_policy_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"policy|takes|goes on"):
        policy(name)


@pytest.mark.parametrize("seed", [-1, MAX_SEED])
def test_seeds_that_json_cannot_say_are_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="the seed"):
        policy("each-once", seed)


def test_a_moment_is_late_after_some_seconds_and_a_file_never() -> None:
    planned, at = "2026-11-23T12:00:00.000000Z", "2026-11-23T12:00:0{}.000000Z"
    live_rules, once = policy("live-3x60s-per-hour", 1), policy("each-once", 1)
    assert not is_late(live_rules, planned, at.format(5))
    assert is_late(live_rules, planned, at.format(6))
    assert not is_late(once, planned, at.format(9))
