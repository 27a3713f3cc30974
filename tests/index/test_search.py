"""Searches find exactly what comparing everything with everything finds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from index.candidates import Candidates
from index.hamming import RADIUS_BITS
from index.rows import LAST_TICK, TICKS_PER_S
from index.store import Index
from tests.index.builders import (
    SCHEMES,
    SMALL,
    VIDEO,
    WIDTHS,
    check,
    filled,
    fingerprint,
    hits,
    naive,
)

seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("scheme", SCHEMES)
@given(references=st.dictionaries(st.integers(0, 2**32 - 1), seeds, max_size=4), suspect=seeds)
@settings(max_examples=20, deadline=None)
def test_search_equals_comparing_everything(
    scheme: str, references: dict[int, int], suspect: int
) -> None:
    held = {number: fingerprint(scheme, seed) for number, seed in references.items()}
    asked = fingerprint(scheme, suspect)
    with TemporaryDirectory() as folder:
        index = Index(Path(folder))
        index.add(scheme, held)
        assert hits(index, asked) == naive(asked, held)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_comparisons_find_something(scheme: str) -> None:
    held = {1: fingerprint(scheme, 1, 40)}
    assert len(naive(fingerprint(scheme, 2, 40), held)) > 5


@pytest.mark.parametrize("scheme", [VIDEO, SMALL])
def test_the_radius_is_reached_and_not_passed(tmp_path: Path, scheme: str) -> None:
    bits = WIDTHS[scheme] * 8
    radius = RADIUS_BITS[bits]
    steps = np.tri(bits + 1, bits, -1, dtype=np.uint8)  # row i has i bits set
    index = Index(tmp_path)
    index.add(scheme, {1: frames(scheme, np.packbits(steps, axis=1))})
    found = index.search(frames(scheme, np.zeros((1, bits // 8), np.uint8)))
    assert found.distances.tolist() == list(range(radius + 1))
    assert found.distances.dtype == np.int32
    assert found.references.dtype == np.int64


def frames(scheme: str, codes: NDArray[np.uint8]) -> Fingerprint:
    n = len(codes)
    return Fingerprint(scheme, codes, np.linspace(0.0, n, n), np.full(n, 100, np.uint8))


@pytest.mark.parametrize("quality", [0, MIN_QUALITY - 1, MIN_QUALITY])
@pytest.mark.parametrize("scheme", [VIDEO, SMALL])
def test_frames_without_evidence_are_neither_stored_nor_searched(
    tmp_path: Path, scheme: str, quality: int
) -> None:
    good = frames(scheme, fingerprint(scheme, 3, 5).codes)
    poor = Fingerprint(scheme, good.codes, good.times, np.full(5, quality, np.uint8))
    stored, searched = Index(tmp_path / "stored"), Index(tmp_path / "searched")
    stored.add(scheme, {1: poor})
    searched.add(scheme, {1: good})
    counts = quality >= MIN_QUALITY
    assert (len(stored.search(good)) > 0) == counts
    assert (len(searched.search(poor)) > 0) == counts
    assert stored.numbers(scheme) == {1}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_empty_index_finds_nothing(tmp_path: Path, scheme: str) -> None:
    assert hits(Index(tmp_path), fingerprint(scheme, 1, 9)) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_empty_suspect_finds_nothing(tmp_path: Path, scheme: str) -> None:
    index, _ = filled(tmp_path, scheme, [9])
    nothing = Fingerprint.empty(scheme, WIDTHS[scheme])
    assert hits(index, nothing) == []
    assert isinstance(index.search(nothing), Candidates)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_empty_reference_is_known_and_finds_nothing(tmp_path: Path, scheme: str) -> None:
    index, model = filled(tmp_path, scheme, [0, 0, 0])
    assert index.numbers(scheme) == {1, 2, 3}
    check(Index(tmp_path), model)
    assert index.extent_s(scheme) == 0


@pytest.mark.parametrize("scheme", [VIDEO, SMALL])
def test_the_order_of_hits_is_fixed(tmp_path: Path, scheme: str) -> None:
    index, _ = filled(tmp_path, scheme, [40, 9, 3])
    suspect = fingerprint(scheme, 5, 40)
    first, again = index.search(suspect), Index(tmp_path).search(suspect)
    for name in ("references", "query_times", "reference_times", "distances"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))


@pytest.mark.parametrize(("time_s", "tick"), [(-0.5, 0), (1e9, LAST_TICK), (1.0, TICKS_PER_S)])
def test_times_beyond_what_ticks_can_say_are_kept_at_the_edge(
    tmp_path: Path, time_s: float, tick: int
) -> None:
    code = fingerprint(SMALL, 1, 1).codes
    one = Fingerprint(SMALL, code, np.array([time_s]), np.full(1, 50, np.uint8))
    index = Index(tmp_path)
    index.add(SMALL, {1: one})
    assert hits(index, one) == [(1, time_s, tick, 0)]


def test_schemes_do_not_mix(tmp_path: Path) -> None:
    index, model = filled(tmp_path, VIDEO, [20])
    added = {1: fingerprint(SMALL, 1, 20), 2: fingerprint(SMALL, 2, 20)}
    index.add(SMALL, added)
    model.add(SMALL, added)
    check(index, model)
    assert index.numbers(VIDEO) == {1}
    assert index.numbers(SMALL) == {1, 2}


def test_an_unknown_scheme_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no scheme is named"):
        Index(tmp_path).add("video-none-1", {1: fingerprint(SMALL, 1, 1)})
