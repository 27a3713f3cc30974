"""A key with a million postings: nothing of it is dropped, and what it hides is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.audio.landmark import encode
from fingerprint.audio.pairs import reference_keys
from fingerprint.scheme import Fingerprint
from index.candidates import Postings
from index.store import Index
from matchers.asking import Prices
from matchers.constellation import Peaks
from matchers.hypotheses import MOST_POSTINGS
from reelprint.depth import TELLING, passed_over, said
from reelprint.listening import Listener
from reelprint.searching import Searcher
from tests.matchers.build import SOUND, constellation

EVERY_S = 0.512  # so that a tone's strokes make one kind of pair
DRONE, SONG = 1, 2


def tone(strokes: int, start_s: float = 0.0) -> Fingerprint:
    """One pitch, again and again."""
    times = np.asarray(start_s + np.arange(strokes) * EVERY_S, np.float64)
    return Fingerprint(SOUND, encode(np.ones(strokes)), times, np.full(strokes, 100, np.uint8))


def together(*prints: Fingerprint) -> Fingerprint:
    times = np.concatenate([one.times for one in prints])
    order = np.argsort(times, kind="stable")
    codes, quality = (
        np.concatenate([getattr(one, name) for one in prints]) for name in ("codes", "quality")
    )
    return Fingerprint(SOUND, codes[order], times[order], quality[order])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """A drone of a million strokes, and a song with some of them in the middle."""
    index = Index(tmp_path_factory.mktemp("index"))
    index.add(SOUND, {DRONE: tone(MOST_POSTINGS + 1), SONG: SONG_ITSELF})
    return index


SONG_ITSELF = together(constellation(30, seed=3), tone(20, 40.0), tone(20, 61.0))


def excerpt(start_s: float, end_s: float) -> Fingerprint:
    part = SONG_ITSELF.take((SONG_ITSELF.times >= start_s) & (SONG_ITSELF.times < end_s))
    return Fingerprint(SOUND, part.codes, part.times - start_s, part.quality)


def postings_met(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What look-ups give from now on."""
    met: list[int] = []
    look_up = Index.look_up

    def counted(index: Index, scheme: str, keys: NDArray[np.int64]) -> Postings:
        found = look_up(index, scheme, keys)
        met.append(len(found.places))
        return found

    monkeypatch.setattr(Index, "look_up", counted)
    return met


def test_a_key_that_is_asked_for_gives_all_its_postings(index: Index) -> None:
    (key,) = set(reference_keys(tone(2)).keys.tolist())
    found = index.look_up(SOUND, np.array([key]))
    assert len(found.places) == found.counts.sum() == MOST_POSTINGS + 19 + 19
    assert (np.diff(found.places) > 0).all()


def test_what_rare_keys_show_is_found_beside_a_crowded_one(index: Index) -> None:
    suspect = together(excerpt(8, 20), tone(20, 0.3))
    listener = Listener(Searcher(index), lambda number: Peaks.of({SONG: SONG_ITSELF}[number]))
    best = max(listener.segments(suspect), key=lambda s: s.score)
    assert best.reference == SONG
    assert best.reference_time(5.0) == pytest.approx(13.0, abs=0.05)
    assert passed_over(Prices.of(index.counts(SOUND)), suspect) < TELLING


def test_what_only_a_crowded_key_could_show_is_not_found_and_that_is_said(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspect = excerpt(61, 75)
    listener = Listener(Searcher(index), lambda number: Peaks.of({SONG: SONG_ITSELF}[number]))
    met = postings_met(monkeypatch)
    assert list(listener.segments(suspect)) == []
    assert max(met) <= MOST_POSTINGS
    share = passed_over(Prices.of(index.counts(SOUND)), suspect)
    assert share == 1.0
    assert "100 % of what its sound could be told by is too common" in said("nothing", share)


def test_in_a_small_catalogue_nothing_is_passed_over(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add(SOUND, {DRONE: tone(900)})
    assert passed_over(Prices.of(index.counts(SOUND)), tone(20)) == 0.0
    assert said("nothing", 0.0) == "nothing"
