"""Landmark keys are found where they are, all of them, however long, many or crowded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprint.audio.landmark import encode
from fingerprint.audio.pairs import KEYS, reference_keys
from fingerprint.scheme import Fingerprint
from fingerprint.video.words import WORDS
from index.joined import JoinedPostings
from index.postings import PostingsSegment
from index.rows import TICKS_PER_S, concatenate, rows_of_one
from index.store import Index
from index.timeline import PLACES_PER_S, TICKS_PER_PLACE
from tests.index.builders import (
    AUDIO,
    FEATURES,
    KEYED,
    Model,
    asked,
    check,
    filled,
    fingerprint,
    hits,
    kept,
    look_up,
    naive,
    postings_of,
    step,
)

HOUR_S = 3600.0
APART_S = 0.288  # eighteen cells of delay


def level(times: list[float], octave: float = 1.0) -> Fingerprint:
    """Peaks of one pitch."""
    n = len(times)
    codes = encode(np.full(n, octave))
    return Fingerprint(AUDIO, codes, np.array(times), np.full(n, 100, np.uint8))


def sparse(hours: float, every_s: float = 600.0) -> Fingerprint:
    """Two peaks near each other, every ten minutes and at the very end."""
    starts = [*np.arange(0.0, hours * HOUR_S, every_s).tolist(), hours * HOUR_S - APART_S]
    return level([t for start in starts for t in (start, start + APART_S)])


TWO = level([5.0, 5.0 + APART_S])


def every_posting(index: Index, scheme: str = AUDIO) -> list[tuple[int, int, int]]:
    """Reference, key and step of all that is alive, by looking every key up."""
    keys = list(range(len(index.counts(scheme))))
    return sorted(
        (number, at, where)
        for number, at, where, alive in postings_of(look_up(index, keys, scheme))
        if alive
    )


def stored(references: dict[int, Fingerprint]) -> list[tuple[int, int, int]]:
    """The same by plain loops."""
    return sorted(
        (number, key, step(time))
        for number, reference in references.items()
        for key, time in zip(*kept(reference), strict=True)
    )


@pytest.mark.parametrize("scheme", KEYED)
def test_every_posting_under_every_key_is_what_was_stored(tmp_path: Path, scheme: str) -> None:
    index, model = filled(tmp_path, scheme, [60, 25, 9, 3, 40])
    assert every_posting(index, scheme) == stored(model.held[scheme])
    index.remove([2, 5])
    model.remove({2, 5})
    assert every_posting(index, scheme) == stored(model.held[scheme])
    added = {2: fingerprint(scheme, 71, 80), 8: fingerprint(scheme, 72, 5)}
    index.add(scheme, added)
    model.add(scheme, added)
    assert every_posting(Index(tmp_path), scheme) == stored(model.held[scheme])


def test_postings_come_in_order_of_the_keys_also_when_keys_repeat(tmp_path: Path) -> None:
    index, model = filled(tmp_path, AUDIO, [300])
    keys, _ = asked(model.held[AUDIO][1])
    assert len(set(keys)) < len(keys)
    assert sorted(keys) != keys
    found = look_up(index, keys)
    naively = [
        sum(k == key for _, k, _ in stored(model.held[AUDIO])) for key in sorted(set(keys))[:20]
    ]
    counts = dict(zip(keys, found.counts[0].tolist(), strict=True))
    assert [counts[key] for key in sorted(set(keys))[:20]] == naively
    assert max(naively) > 1
    ends = np.cumsum(found.counts)
    for key in sorted(set(keys))[:20]:
        first, *rest = (i for i, k in enumerate(keys) if k == key)
        for other in rest:
            np.testing.assert_array_equal(
                found.places[ends[first] - counts[key] : ends[first]],
                found.places[ends[other] - counts[key] : ends[other]],
            )


def test_removed_references_are_marked_and_still_counted(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add(AUDIO, {3: TWO, 4: TWO, 5: TWO})
    keys, _ = asked(TWO)
    before = index.counts(AUDIO)
    assert before[keys].sum() > 0
    index.remove([4])
    found = look_up(index, keys)
    assert found.timeline.numbers.tolist() == [3, 4, 5]
    assert found.alive.tolist() == [True, False, True]
    np.testing.assert_array_equal(index.counts(AUDIO), before)
    assert {number for number, *_ in hits(index, TWO)} == {3, 5}


def test_nothing_is_counted_where_nothing_is(tmp_path: Path) -> None:
    keys = np.arange(KEYS)
    assert len(Index(tmp_path).look_up(AUDIO, keys).places) == 0
    assert Index(tmp_path).counts(FEATURES).shape == (WORDS,)
    assert not Index(tmp_path).counts(AUDIO).any()
    index, model = filled(tmp_path, AUDIO, [50])
    counts = index.counts(AUDIO)
    assert counts.shape == (KEYS,)
    assert counts.sum() == index.rows(AUDIO) == len(stored(model.held[AUDIO])) > 50


def test_counts_are_one_array_until_something_is_added(tmp_path: Path) -> None:
    index, _ = filled(tmp_path, AUDIO, [50, 9])
    before = index.counts(AUDIO)
    assert index.counts(AUDIO) is before
    index.add(AUDIO, {3: TWO})
    assert index.counts(AUDIO).sum() == before.sum() + 1


def test_the_keys_of_a_small_segment_take_hardly_any_room(tmp_path: Path) -> None:
    Index(tmp_path).add(AUDIO, {1: TWO})
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < KEYS / 50


@pytest.mark.parametrize("peaks", [400, 70_000])  # more than fit into a byte, and into two
def test_a_crowded_key_loses_nothing(tmp_path: Path, peaks: int) -> None:
    crowd, few = (level((np.arange(n) * APART_S / 3).tolist()) for n in (peaks, 100))
    index = Index(tmp_path)
    after = level([3.0, 3.5], octave=4.0)  # its key comes after all of those
    index.add(AUDIO, {1: crowd, 2: TWO, 4: after})
    index.add(AUDIO, {3: few})
    (key,) = reference_keys(TWO).keys.tolist()
    assert len(look_up(index, [key]).places) == peaks - 3 + 1 + 97
    assert hits(index, after) == naive(after, {4: after}) != []
    assert hits(index, TWO) == naive(TWO, {1: crowd, 2: TWO, 3: few})


@pytest.mark.parametrize("hours", [12.0, 31.7])
def test_a_long_reference_has_right_places_at_its_end(tmp_path: Path, hours: float) -> None:
    index = Index(tmp_path)
    index.add(AUDIO, {7: TWO, 8: sparse(hours), 9: TWO})
    found = hits(index, TWO)
    assert found == naive(TWO, {7: TWO, 8: sparse(hours), 9: TWO})
    last = max(where for number, _, where, _ in found if number == 8)
    assert last / PLACES_PER_S == pytest.approx(hours * HOUR_S - APART_S, abs=0.0203)
    assert last * TICKS_PER_PLACE / TICKS_PER_S == pytest.approx(last / PLACES_PER_S)


def test_a_segment_longer_than_three_bytes_can_say_stays_right(tmp_path: Path) -> None:
    """Past 186 hours places need a fourth byte; merging keeps them where they are."""
    index, model = Index(tmp_path), Model()
    for first in (0, 10):
        added = {n: sparse(12.0 + n / 7) for n in range(first, first + 10)}
        index.add(AUDIO, added)
        model.add(AUDIO, added)
        assert hits(index, TWO) == naive(TWO, model.held[AUDIO])
    assert len(index._manifest.segments) == 1
    assert index.extent_s(AUDIO) > 186 * HOUR_S
    check(Index(tmp_path), model)
    assert every_posting(Index(tmp_path)) == stored(model.held[AUDIO])


def test_up_to_186_hours_a_posting_takes_three_bytes(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add(AUDIO, {n: sparse(12.0) for n in range(15)})
    sizes = {p.name.split(".")[-2]: np.load(p).nbytes for p in tmp_path.glob("*.npy")}
    assert sizes["low"] + sizes["high"] == 3 * index.rows(AUDIO)


@given(time=st.floats(0, 12 * HOUR_S))
@settings(max_examples=300, deadline=None)
def test_a_time_is_kept_to_twenty_milliseconds(time: float) -> None:
    (tick,) = rows_of_one(1, np.zeros(1, np.uint32), np.array([time])).ticks.tolist()
    assert abs(tick / TICKS_PER_S - time) <= 0.5 / TICKS_PER_S + 1e-9
    assert abs(step(time) / PLACES_PER_S - time) <= 0.02 + 1 / TICKS_PER_S


def test_merging_again_and_again_does_not_move_a_place(tmp_path: Path) -> None:
    index, model = Index(tmp_path), Model()
    for number in (5, 2, 9, 1, 7, 3):
        one = {number: fingerprint(AUDIO, number, 30)}
        index.add(AUDIO, one)
        model.add(AUDIO, one)
        assert every_posting(index) == stored(model.held[AUDIO])


def test_the_rows_of_a_segment_come_by_reference_for_merging_is_quick_then(tmp_path: Path) -> None:
    held = {n: fingerprint(AUDIO, n, 60) for n in (4, 9, 2)}
    rows = concatenate([PostingsSegment.rows_of(n, f) for n, f in held.items()])
    PostingsSegment.write(tmp_path / "one", rows)
    again = PostingsSegment.open(tmp_path / "one").rows
    places = again.owners.astype(np.int64) * 2**32 + again.ticks
    assert (np.diff(places) >= 0).all()
    columns = (again.owners, again.values, again.ticks // TICKS_PER_PLACE)
    expected = (rows.owners, rows.values, np.rint(rows.ticks / TICKS_PER_PLACE).astype(int))
    assert sorted(zip(*columns, strict=True)) == sorted(zip(*expected, strict=True))


def test_places_of_joined_segments_may_need_more_than_32_bits(tmp_path: Path) -> None:
    PostingsSegment.write(tmp_path / "one", PostingsSegment.rows_of(1, TWO))
    segment = PostingsSegment.open(tmp_path / "one")
    keys = reference_keys(TWO).keys.astype(np.int64)
    (place,) = segment.look_up(keys)[1].tolist()
    segment.timeline = replace(segment.timeline, end=2**31 - 1)
    joined = JoinedPostings.of(KEYS, [(segment, ()), (segment, (1,))])
    found = joined.look_up(keys)
    assert found.places.tolist() == [place, place + 2**31 - 1]
    assert found.counts.tolist() == [[1], [1]]
    assert found.alive.tolist() == [True, False]
