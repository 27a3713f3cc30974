"""An index in several parts answers as one does, to the bit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprint.audio.pairs import Pairs
from fingerprint.audio.probes import Prober
from fingerprint.scheme import Fingerprint
from fingerprint.video.words import beside, signatures, words
from index.store import Index
from matchers import places, sightings
from matchers.alignment import Hypothesis, Line
from matchers.asking import Prices
from matchers.features import Pictures
from matchers.rationing import MOST_COMPARED, MOST_REFERENCES, spread
from matchers.sightings import Counted, Sighting
from reelprint import searching
from reelprint.searching import Ask, Local, Question, Searcher, Totals
from tests.index.builders import AUDIO, FEATURES, VIDEO
from tests.index.builders import fingerprint as built

T = TypeVar("T")
HOLDERS = (27, 9, 3, 1)  # references of each segment; ever fewer, for else they would be merged
CODES = 40  # of each reference
FEW = 5  # crowds and frames that are kept of a search, so that some are cut off
MIDDLE_S = 10.0  # of a window
REMOVED = (2, 30, 31)
HYPOTHESES = [Hypothesis(s, p) for s in (0.7, 1.0, 1.05) for p in (0.0, 0.25)]


def fingerprint(scheme: str, seed: int, codes: int) -> Fingerprint:
    """Features lie in frames of a second; a frame has a few."""
    one = built(scheme, seed, codes)
    times = np.floor(one.times) if scheme == FEATURES else one.times
    return Fingerprint(scheme, one.codes, times, one.quality)


class Several:
    """An index in parts that lie here."""

    several = True

    def __init__(self, parts: Sequence[Index]) -> None:
        self._parts = parts

    def totals(self, scheme: str) -> Totals:
        totals = [Local(part).totals(scheme) for part in self._parts]
        counts = np.sum([t.counts for t in totals], axis=0)
        return Totals(counts, sum(t.places for t in totals))

    def ask(self, question: Question[T]) -> list[T]:
        return [question.of(part) for part in self._parts]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Four segments of each scheme, with references that were removed."""
    index = Index(tmp_path_factory.mktemp("index"))
    ends = np.cumsum([1, *HOLDERS]).tolist()
    for scheme in (AUDIO, FEATURES, VIDEO):
        for first, last in pairwise(ends):
            index.add(scheme, {n: fingerprint(scheme, n, CODES) for n in range(first, last)})
        assert len(stems(index, scheme)) == len(HOLDERS)
    index.remove(REMOVED)
    return index


def stems(index: Index, scheme: str) -> list[str]:
    return [entry.stem for entry in index.segments if entry.scheme == scheme]


def cut(index: Index, scheme: str, cuts: Sequence[int]) -> Searcher:
    """A searcher of the index in parts, which end after so many segments."""
    every = stems(index, scheme)
    ends = sorted({0, *cuts, len(every)})
    parts = [index.part(every[first:last]) for first, last in pairwise(ends)]
    return Searcher(index, Several(parts))


def lines(index: Index, searcher: Searcher, suspect: Fingerprint, most: int = 99) -> list[Line]:
    prober, prices = Prober(Pairs.of(suspect, 100)), Prices.of(index.counts(AUDIO))
    bar = prices.bar(prober, HYPOTHESES, 30_000)
    asks: list[Ask] = [
        (h, prices.asked(prober.probes(h.speed, h.pitch_octaves), bar)) for h in HYPOTHESES
    ]
    return searcher.lines(AUDIO, asks, MIDDLE_S, most)


def seen(searcher: Searcher, suspect: Fingerprint) -> list[Sighting]:
    pictures, own = Pictures.of(suspect), words(suspect.codes).astype(np.int64)
    every = beside(own)
    asked = np.tile(np.arange(len(own)), len(every))
    signed = np.tile(signatures(suspect.codes), len(every))
    return searcher.sightings(FEATURES, every.ravel(), signed, asked, Counted.of(pictures, own))


def suspect_of(scheme: str, seed: int) -> Fingerprint:
    """A window with codes of four references, in sequence, and of nothing else."""
    wholes = [fingerprint(scheme, n, CODES) for n in (seed % 27 + 1, 29, 37, 40)]
    parts = [one.take(np.arange(CODES) < CODES // 3) for one in wholes]
    starts = np.cumsum([0.0, *(p.times[-1] for p in parts[:-1])])
    times = np.concatenate([p.times + s for p, s in zip(parts, starts, strict=True)])
    codes = np.concatenate([p.codes for p in parts])
    return Fingerprint(scheme, codes, times, np.concatenate([p.quality for p in parts]))


@pytest.mark.parametrize("few", [FEW, 256], ids=["cut off", "all"])
@given(cuts=st.sets(st.integers(1, 3)), seed=st.integers(0, 20))
@settings(max_examples=10)
def test_lines_of_parts_are_those_of_the_whole(
    index: Index, few: int, cuts: set[int], seed: int
) -> None:
    suspect = suspect_of(AUDIO, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "MOST_CROWDS", few)
        whole = lines(index, Searcher(index), suspect)
        assert whole
        assert lines(index, cut(index, AUDIO, sorted(cuts)), suspect) == whole


@pytest.mark.parametrize("few", [FEW, 1024], ids=["cut off", "all"])
@given(cuts=st.sets(st.integers(1, 3)), seed=st.integers(0, 20))
@settings(max_examples=10)
def test_sightings_of_parts_are_those_of_the_whole(
    index: Index, few: int, cuts: set[int], seed: int
) -> None:
    suspect = suspect_of(FEATURES, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sightings, "MOST_LISTED", few)
        whole = seen(Searcher(index), suspect)
        assert whole
        assert seen(cut(index, FEATURES, sorted(cuts)), suspect) == whole


@pytest.mark.parametrize("pairs", [MOST_COMPARED, 1], ids=["all far", "most near"])
@given(cuts=st.sets(st.integers(1, 3)), seed=st.integers(0, 20))
@settings(max_examples=10)
def test_hits_of_parts_are_those_of_the_whole(
    index: Index, pairs: int, cuts: set[int], seed: int
) -> None:
    suspect = suspect_of(VIDEO, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "spread", partial(spread, most=pairs))
        whole = Searcher(index).hits(suspect)
        parts = cut(index, VIDEO, sorted(cuts)).hits(suspect)
    assert len(whole)
    for name in ("references", "query_times", "reference_times", "distances"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_references_with_most_hits_are_the_same_however_they_lie(tmp_path: Path) -> None:
    index = Index(tmp_path)
    for first, last in ((1, 200), (200, 260), (260, 275)):
        index.add(VIDEO, {n: fingerprint(VIDEO, n, 3) for n in range(first, last)})
    suspect = suspect_of(VIDEO, 1)
    whole, parts = Searcher(index).hits(suspect), cut(index, VIDEO, (1, 2)).hits(suspect)
    assert len(np.unique(whole.references)) == MOST_REFERENCES
    assert parts.references.tolist() == whole.references.tolist()


def test_what_is_removed_is_found_in_no_part(index: Index) -> None:
    searcher = cut(index, AUDIO, (1, 2, 3))
    found = {line.reference for seed in range(12) for line in
             lines(index, searcher, suspect_of(AUDIO, seed), 99)}  # fmt: skip
    assert found
    assert found.isdisjoint(REMOVED)
