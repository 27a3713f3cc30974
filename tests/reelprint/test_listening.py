"""The search of a suspect's sound: what was done is told apart, and all who hold it are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fingerprint.audio.landmark import decode, encode
from fingerprint.scheme import Fingerprint
from index.store import Index
from matchers.alignment import Segment
from matchers.constellation import Map, Peaks
from matchers.joining import join
from media.clip import Span
from reelprint.listening import Listener
from reelprint.searching import Searcher
from tests.matchers.build import SOUND, constellation, line
from tests.matchers.test_outlining import outline, relief_of

LONG_S = 12 * 3600.0


def heard(
    tmp_path: Path, references: dict[int, Fingerprint], suspect: Fingerprint
) -> list[Segment]:
    index = Index(tmp_path / "index")
    index.add(SOUND, references)
    listener = Listener(Searcher(index), lambda number: Peaks.of(references[number]))
    return join(listener.segments(suspect))


def excerpt(work: Fingerprint, start_s: float, seconds: float) -> Fingerprint:
    part = work.take((work.times >= start_s) & (work.times < start_s + seconds))
    return Fingerprint(SOUND, part.codes, part.times - start_s, part.quality)


def altered(work: Fingerprint, speed: float, semitones: float) -> Fingerprint:
    octaves = np.clip(decode(work.codes) + semitones / 12, 0.15, 5.2)
    return Fingerprint(SOUND, encode(octaves), work.times / speed, work.quality)


def moved(work: Fingerprint, by_s: float) -> Fingerprint:
    return Fingerprint(SOUND, work.codes, work.times + by_s, work.quality)


@pytest.mark.parametrize(
    ("speed", "semitones"),
    [(1.0, 0.0), (25 / 24, 0.707), (0.929, -1.275), (1.1, 0.0), (1.0, -2.0), (0.97, 1.0)],
)
def test_speed_tempo_and_pitch_are_told_apart(
    tmp_path: Path, speed: float, semitones: float
) -> None:
    works = {n: constellation(90, seed=n) for n in range(1, 6)}
    suspect = altered(excerpt(works[3], 40, 12), speed, semitones)
    best = heard(tmp_path, works, suspect)[0]
    assert best.reference == 3
    assert best.hypothesis.speed == pytest.approx(speed, abs=0.002)
    assert 12 * best.hypothesis.pitch_octaves == pytest.approx(semitones, abs=0.05)
    assert best.reference_time(5.0) == pytest.approx(40 + 5 * speed, abs=0.02)


def test_every_work_that_holds_a_jingle_is_found(tmp_path: Path) -> None:
    jingle = constellation(8, seed=100)
    works = {n: _joined(constellation(60, seed=n), moved(jingle, 60.0 + n)) for n in range(1, 21)}
    found = heard(tmp_path, works, jingle)
    assert {s.reference for s in found if s.score > 100} == set(works)
    assert all(abs(s.reference_time(0) - 60 - s.reference) < 0.05 for s in found if s.score > 100)


def test_the_end_of_a_twelve_hour_reference_has_its_right_time(tmp_path: Path) -> None:
    ending = constellation(30, seed=7)
    works = {
        1: _joined(constellation(60, seed=1), moved(ending, LONG_S)),
        2: constellation(60, seed=2),
    }
    best = heard(tmp_path, works, excerpt(ending, 10, 8))[0]
    assert best.reference == 1
    assert best.reference_time(0.0) == pytest.approx(LONG_S + 10, abs=0.02)


def test_works_one_after_the_other_are_each_found_in_their_place(tmp_path: Path) -> None:
    works = {n: constellation(60, seed=n) for n in range(1, 5)}
    parts = [(2, 10.0), (4, 30.0), (2, 10.0)]  # the first comes again
    suspect = excerpt(works[2], 10, 12)
    for i, (n, start) in enumerate(parts[1:], 1):
        suspect = _joined(suspect, moved(excerpt(works[n], start, 12), 12.0 * i))
    found = sorted(
        (s for s in heard(tmp_path, works, suspect) if s.score > 100), key=lambda s: s.query
    )
    assert [s.reference for s in found] == [2, 4, 2]
    assert [round(s.query.start_s / 12) for s in found] == [0, 1, 2]


def test_a_removed_reference_is_heard_no_more(tmp_path: Path) -> None:
    works = {1: constellation(60, seed=1), 2: constellation(60, seed=2)}
    suspect = excerpt(works[1], 20, 8)
    assert heard(tmp_path, works, suspect)
    index = Index(tmp_path / "index")
    index.remove([1])
    listener = Listener(Searcher(index), lambda number: Peaks.of(works[number]))
    assert not [s for s in listener.segments(suspect) if s.reference == 1]


def _joined(first: Fingerprint, then: Fingerprint) -> Fingerprint:
    return Fingerprint(
        SOUND,
        np.concatenate([first.codes, then.codes]),
        np.concatenate([first.times, then.times]),
        np.concatenate([first.quality, then.quality]),
    )


def test_of_further_lines_those_are_verified_whose_outlines_stand_out(tmp_path: Path) -> None:
    works = {n: constellation(90, seed=n) for n in (1, 2)}
    outlines = {n: outline(90, seed=n) for n in works}
    suspect = Map.of(Span(0.0, 20.0), works[2], None, relief_of(outlines[2], line(2, 30), 0.6))
    index = Index(tmp_path / "index")
    listener = Listener(Searcher(index), lambda number: Peaks.of(works[number]), outlines.get)
    lines = [line(1, 30), line(2, 30), line(2, 45), line(3, 30)]
    assert listener._outstanding(suspect, lines) == [line(2, 30)]
    assert (
        Listener(Searcher(index), lambda number: Peaks.of(works[number]))._outstanding(
            suspect, lines
        )
        == []
    )
