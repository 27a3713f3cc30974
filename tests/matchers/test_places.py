"""Votes of hash keys: what was planted wins, in every segment, and nothing comes of nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.audio.pairs import Pairs
from fingerprint.audio.probes import Prober
from fingerprint.scheme import Fingerprint
from index.candidates import Postings
from index.store import Index
from index.timeline import MARGIN, PLACES_PER_S, Timeline
from matchers.alignment import Hypothesis, Line
from matchers.asking import WEIGHTS, Asked, Prices
from matchers.hypotheses import SLOWEST
from matchers.places import vote_places
from tests.matchers.build import SOUND, constellation, excerpt

MIDDLE_S = 10.0
WITHIN_S = 0.2 + 0.02  # a bin, and half of a step that times are kept in
LENGTHS_S = (600.0, 300.0, 900.0, 60.0)  # of references 2, 4, 6, 8


def timeline() -> Timeline:
    """Four references one after the other."""
    sizes = np.array(LENGTHS_S, np.int64) * PLACES_PER_S + 1 + 2 * MARGIN
    ends = np.cumsum(sizes)
    return Timeline(np.array([2, 4, 6, 8]), ends - sizes + MARGIN, int(ends[-1]))


def votes(
    *planted: tuple[int, float],
    speed: float = 1.0,
    each: int = 25,
    noise: int = 4000,
    gone: tuple[int, ...] = (),
) -> tuple[Postings, NDArray[np.float64]]:
    """One key a vote: votes planted for (reference, offset), among others anywhere."""
    rng = np.random.default_rng(1)
    line = timeline()
    times, places = [rng.uniform(0, 20, noise)], [noisy(rng, line, noise)]
    for reference, offset_s in planted:
        at = rng.uniform(0, 20, each)
        start = line.starts[line.numbers == reference]
        times.append(at)
        places.append(start + np.rint((offset_s + speed * at) * PLACES_PER_S).astype(np.int64))
    counts = np.ones((1, noise + each * len(planted)), np.int64)
    alive = ~np.isin(line.numbers, gone)
    return Postings(line, alive, counts, np.concatenate(places)), np.concatenate(times)


def noisy(rng: np.random.Generator, line: Timeline, count: int) -> NDArray[np.int64]:
    """Places anywhere inside the references."""
    lengths = np.array(LENGTHS_S) * PLACES_PER_S
    owner = rng.choice(len(lengths), count, p=lengths / lengths.sum())
    places: NDArray[np.int64] = line.starts[owner] + (
        rng.uniform(size=count) * lengths[owner]
    ).astype(np.int64)
    return places


def counted(
    found: Postings,
    times: NDArray[np.float64],
    speed: float = 1.0,
    most: int = 5,
    weights: NDArray[np.int64] | None = None,
) -> list[Line]:
    weights = np.ones(len(times), np.int64) if weights is None else weights
    asked = Asked(np.zeros(len(times), np.int64), times, weights)
    return vote_places(found, asked, MIDDLE_S, Hypothesis(speed), most)


def off(line: Line, offset_s: float, speed: float) -> float:
    """How far a line is from where it was planted, in the middle of the window."""
    return abs(line.offset_s + line.hypothesis.speed * MIDDLE_S - (offset_s + speed * MIDDLE_S))


@pytest.mark.parametrize("reference", [2, 4, 6, 8])
@pytest.mark.parametrize("speed", [1.0, 1.05, 0.7, 1.3])
@pytest.mark.parametrize("offset_s", [0.0, 12.34, 33.0])
def test_a_planted_line_wins(reference: int, speed: float, offset_s: float) -> None:
    best, *others = counted(*votes((reference, offset_s), speed=speed), speed)
    assert best.reference == reference
    assert best.hypothesis == Hypothesis(speed)
    assert off(best, offset_s, speed) <= WITHIN_S
    assert all(best.surprise > 2 * line.surprise for line in others)


@pytest.mark.parametrize("offset_s", [-9.0, 55.0])
def test_a_line_that_hangs_over_either_end_is_found(offset_s: float) -> None:
    """Only half of the window lies in the reference."""
    found, times = votes((8, offset_s), each=60, noise=500)
    at = found.places - timeline().starts[3]
    inside = (at >= 0) & (at <= LENGTHS_S[3] * PLACES_PER_S) | (
        found.places < timeline().starts[3] - MARGIN
    )
    kept = Postings(found.timeline, found.alive, found.counts[:, inside], found.places[inside])
    best = counted(kept, times[inside])[0]
    assert best.reference == 8
    assert off(best, offset_s, 1.0) <= WITHIN_S


def test_the_order_of_postings_changes_nothing() -> None:
    found, times = votes((6, 300.0), (2, 20.0))
    order = np.random.default_rng(2).permutation(len(times))
    shuffled = replace(found, places=found.places[order])
    assert counted(found, times) == counted(shuffled, times[order])


def test_postings_belong_to_the_key_they_are_counted_under() -> None:
    """The same votes, those of equal times listed under one key, some keys without any."""
    rng = np.random.default_rng(3)
    found, _ = votes(noise=3000)
    keys = np.arange(0, 20, 0.25)
    mine = np.sort(rng.integers(0, len(keys), 3000))
    planted = np.arange(0, len(keys), 2)
    line = found.timeline
    places = np.concatenate(
        [found.places, line.starts[2] + np.rint((70 + keys[planted]) * PLACES_PER_S).astype(int)]
    )
    key = np.concatenate([mine, planted])
    order = np.argsort(key, kind="stable")
    many = Postings(line, found.alive, np.bincount(key, minlength=len(keys))[None], places[order])
    single = Postings(line, found.alive, np.ones((1, len(key)), np.int64), places)
    assert counted(many, keys) == counted(single, keys[key])
    assert counted(many, keys)[0].reference == 6
    assert off(counted(many, keys)[0], 70.0, 1.0) <= WITHIN_S


def test_removed_references_get_no_line() -> None:
    both = {line.reference for line in counted(*votes((4, 50.0), (6, 20.0)))[:2]}
    assert both == {4, 6}
    left = counted(*votes((4, 50.0), (6, 20.0), gone=(4,)))
    assert left[0].reference == 6
    assert 4 not in {line.reference for line in left}
    assert counted(*votes((4, 50.0), gone=(2, 4, 6, 8))) == []


def test_two_references_with_the_same_sound_both_get_lines() -> None:
    first, second, *others = counted(*votes((4, 50.0), (6, 20.0)))
    assert {first.reference, second.reference} == {4, 6}
    assert all(second.surprise > 2 * line.surprise for line in others)


def test_a_reference_with_the_same_sound_twice_gets_two_lines() -> None:
    first, second, *_ = counted(*votes((6, 50.0), (6, 400.0)))
    assert (first.reference, second.reference) == (6, 6)
    assert sorted(round(line.offset_s) for line in (first, second)) == [50, 400]


def test_what_sounds_like_this_all_along_surprises_less() -> None:
    """As many votes in one place, in a reference that has them nearly everywhere."""
    found, times = votes((4, 50.0), (6, 20.0), noise=0)
    rng = np.random.default_rng(5)
    line = found.timeline
    crowd = line.starts[1] + rng.integers(0, 300 * PLACES_PER_S, 9000)
    busy = Postings(
        line, found.alive, np.ones((1, 9050), np.int64), np.concatenate([found.places, crowd])
    )
    surprise = {
        x.reference: x.surprise
        for x in reversed(counted(busy, np.append(times, rng.uniform(0, 20, 9000)), most=9))
    }
    assert surprise[6] > 1.5 * surprise[4]


def test_a_line_between_two_bins_surprises_as_much() -> None:
    """Votes scatter over a fifth of a second, wherever the borders of the bins lie."""
    rng = np.random.default_rng(8)
    found, times = votes((6, 50.0), noise=2000, each=40)
    planted = found.places[2000:] + rng.integers(-2, 3, 40)
    surprise = []
    for step in range(10):
        places = np.concatenate([found.places[:2000], planted + step])
        surprise.append(counted(replace(found, places=places), times)[0].surprise)
    assert min(surprise) > 0.75 * max(surprise)


def test_the_length_of_a_reference_changes_no_surprise() -> None:
    """As many votes planted, and other votes as dense, in five minutes and in fifteen."""
    found, times = votes((6, 20.0), (4, 20.0), noise=20_000, each=60)
    surprise = {x.reference: x.surprise for x in counted(found, times, most=2)}
    assert surprise.keys() == {4, 6}
    assert surprise[4] == pytest.approx(surprise[6], rel=0.25)


def test_votes_of_keys_that_are_worth_more_count_more() -> None:
    """Two lines of as many votes; a timeline too long for places with weights in 32 bits."""
    found, times = votes((4, 50.0), (6, 20.0))
    line = found.timeline
    for far in (line, replace(line, end=2**31 // WEIGHTS)):
        for better, place in ((4, slice(4000, 4025)), (6, slice(4025, 4050))):
            weights = np.full(len(times), 3)
            weights[place] = WEIGHTS - 1
            best, other = counted(replace(found, timeline=far), times, weights=weights, most=2)
            assert best.reference == better
            assert best.surprise > 2 * other.surprise
            np.testing.assert_allclose(off(best, {4: 50.0, 6: 20.0}[better], 1.0), 0, atol=WITHIN_S)


def test_lines_come_best_first_and_no_more_than_asked() -> None:
    planted = [(2, 10.0), (2, 200.0), (4, 50.0), (6, 20.0), (6, 800.0)]
    all_ = counted(*votes(*planted), most=9)
    assert len(all_) >= 5
    assert [x.surprise for x in all_] == sorted((x.surprise for x in all_), reverse=True)
    assert min(x.surprise for x in all_) > 0
    assert counted(*votes(*planted), most=2) == all_[:2]
    assert counted(*votes(*planted), most=0) == []


def test_nothing_found_gives_nothing() -> None:
    nothing = Postings(
        timeline(), np.ones(4, bool), np.zeros((1, 7), np.int64), np.empty(0, np.int64)
    )
    assert counted(nothing, np.linspace(0, 20, 7)) == []


def test_votes_anywhere_give_nothing_much() -> None:
    best = counted(*votes((4, 50.0)))[0]
    for line in counted(*votes(noise=8000)):
        assert line.surprise < 0.4 * best.surprise


def searched(index: Index, suspect: Fingerprint, hypothesis: Hypothesis) -> list[Line]:
    prober = Prober(Pairs.of(suspect, 100, 1 / SLOWEST))
    prices = Prices.of(index.counts(SOUND))
    asked = prices.asked(
        prober.probes(hypothesis.speed, hypothesis.pitch_octaves),
        prices.bar(prober, [hypothesis], 100_000),
    )
    return vote_places(index.look_up(SOUND, asked.keys), asked, MIDDLE_S, hypothesis, 3)


def test_lines_do_not_depend_on_how_the_index_is_cut(tmp_path: Path) -> None:
    works = {n: constellation(60, seed=n) for n in range(1, 13)}
    suspect = excerpt(works[5], 20, 20, 1.0, 0.0, kept=0.6)
    found = []
    for cuts in ((13,), (10, 13), (9, 12, 13)):  # ever fewer, for else they would be merged
        index = Index(tmp_path / str(len(cuts)))
        for first, last in pairwise((1, *cuts)):
            index.add(SOUND, {n: works[n] for n in range(first, last)})
        assert len(index.look_up(SOUND, np.arange(3)).counts) == len(cuts)
        found.append(searched(index, suspect, Hypothesis()))
    assert found[0][0].reference == 5
    assert found[1] == found[0]
    assert found[2] == found[0]


@pytest.mark.parametrize(("speed", "pitch"), [(1.0, 0.0), (1.1, 0.0), (0.9, 0.25), (1.0, -0.25)])
def test_an_excerpt_is_found_in_a_real_index(tmp_path: Path, speed: float, pitch: float) -> None:
    index = Index(tmp_path)
    index.add(SOUND, {n: constellation(120, seed=n) for n in (1, 2, 3)})
    index.add(SOUND, {5: constellation(20, seed=5)})
    suspect = excerpt(constellation(120, seed=2), 40, 20 * speed, speed, pitch, kept=0.6)
    best = max(searched(index, suspect, Hypothesis(speed, pitch)), key=lambda x: x.surprise)
    assert best.reference == 2
    assert off(best, 40.0, speed) <= WITHIN_S
    index.remove([2])
    assert all(x.surprise < 0.5 * best.surprise and x.reference != 2
               for x in searched(index, suspect, Hypothesis(speed, pitch)))  # fmt: skip
