"""A search asks for what is worth most, as far as its means go, and weighs votes by worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.audio.pairs import KEYS, Pairs
from fingerprint.audio.probes import NEVER, STEPS_PER_NAT, Prober, Probes
from matchers.alignment import Hypothesis
from matchers.asking import LOOK_UP, WEIGHTS, Prices, affordable, worth_verifying
from matchers.hypotheses import LINES_PER_WINDOW, MOST_LINES
from tests.matchers.build import constellation

EVERYTHING = 10**9
HYPOTHESES = [Hypothesis(), Hypothesis(0.9, 0.0), Hypothesis(1.0, 0.125)]


def crowded(seed: int, most: int = 400) -> NDArray[np.int64]:
    """Counts of keys, some without any postings."""
    rng = np.random.default_rng(seed)
    return (most * rng.uniform(size=KEYS) ** 3 - 2).clip(0).astype(np.int64)


def pairs() -> Pairs:
    return Pairs.of(constellation(6, seed=1), 28)


def worth(prices: Prices, probes: Probes) -> dict[int, float]:
    """By position, of keys that have postings, in steps, by plain arithmetic."""
    return {
        i: promise - STEPS_PER_NAT * float(np.log(prices.counts[key]))
        for i, (key, promise) in enumerate(
            zip(probes.keys.tolist(), probes.promise.tolist(), strict=True)
        )
        if promise > NEVER and prices.counts[key] > 0
    }


def test_keys_come_in_order_of_promise_less_the_logarithm_of_their_postings() -> None:
    prices, probes = Prices.of(crowded(1)), Probes.of(pairs())
    for bar in (-170, -120, -80):
        asked = prices.asked(probes, bar)
        expected = worth(prices, probes)
        sure = {i for i, value in expected.items() if value >= bar + 1}
        near = {i for i, value in expected.items() if value >= bar - 1}
        assert 0 < len(sure) < len(expected)
        assert len(sure) <= len(asked.keys) <= len(near)
        times = probes.times[np.array(sorted(sure)) % len(probes.times)]
        assert {*zip(probes.keys[sorted(sure)].tolist(), times.tolist(), strict=True)} <= {
            *zip(asked.keys.tolist(), asked.times.tolist(), strict=True)
        }


def test_a_key_without_postings_is_never_asked_for() -> None:
    prices = Prices.of(crowded(2, most=8))
    bar = prices.bar(Prober(pairs()), HYPOTHESES, EVERYTHING)
    asked = prices.asked(Probes.of(pairs()), bar)
    assert len(asked.keys) == len(worth(prices, Probes.of(pairs()))) > 1000
    assert prices.counts[asked.keys].min() > 0


@pytest.mark.parametrize("postings", [0, 5_000, 60_000, 500_000])
def test_the_bar_spends_what_there_is_and_no_more(postings: int) -> None:
    prices = Prices.of(crowded(3))
    bar = prices.bar(Prober(pairs()), HYPOTHESES, postings)

    def cost(bar: int) -> int:
        asked = [
            prices.asked(Probes.of(pairs(), h.speed, h.pitch_octaves), bar) for h in HYPOTHESES
        ]
        return sum(int((prices.counts[a.keys] + LOOK_UP).sum()) for a in asked)

    assert cost(bar) <= postings < cost(bar - 1)


def test_nothing_to_ask_for_costs_nothing() -> None:
    none = Pairs.of(constellation(0, seed=1), 28)
    empty = Prices.of(np.zeros(KEYS, np.int64))
    for prices, some in ((Prices.of(crowded(4)), none), (empty, pairs()), (empty, none)):
        bar = prices.bar(Prober(some), HYPOTHESES, 100)
        assert len(prices.asked(Probes.of(some), bar).keys) == 0


def test_the_more_a_key_is_worth_the_more_its_vote_counts() -> None:
    prices = Prices.of(crowded(5))
    probes = Probes.of(pairs())
    asked = prices.asked(probes, prices.bar(Prober(pairs()), HYPOTHESES, EVERYTHING))
    assert 1 <= asked.weights.min() < asked.weights.max() <= WEIGHTS - 1
    value = np.array(list(worth(prices, probes).values()))
    assert len(value) == len(asked.weights)
    order = np.argsort(value)
    apart = value[order][100:] - value[order][:-100] > 2
    grown = np.diff(np.stack([asked.weights[order][:-100], asked.weights[order][100:]]), axis=0)[0]
    assert np.all(grown[apart] >= 0)


def test_a_larger_catalogue_gets_more_lines_but_never_too_many() -> None:
    lines = [worth_verifying(10**n) for n in range(9)]
    assert lines == sorted(lines)
    assert LINES_PER_WINDOW == lines[0] == lines[6] < lines[-1] <= MOST_LINES


@given(st.integers(0, 10**10), st.integers(0, 10**10))
def test_a_hundred_times_the_catalogue_costs_ten_times_as_much(one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert affordable(few) <= affordable(many)
    assert affordable(100 * many) == pytest.approx(10 * affordable(many))
