from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fingerprint.audio.landmark import decode, encode
from fingerprint.scheme import Fingerprint
from matchers.coincidences import NEAR_S, Coincidences, answered, coincidences
from matchers.match import Match
from matchers.view import Transform
from media.clip import Span
from tests.matchers import build
from tests.matchers.build import SOUND, constellation

REFERENCE = constellation(120, seed=1)
START_S, SPEED, SEMITONES = 40.0, 1.05, 0.84


def suspect(kept: float = 0.6, seconds: float = 24.0) -> Fingerprint:
    """A stretch of the reference, faster and higher, with some of its peaks replaced by others."""
    part = REFERENCE.within(Span(START_S, START_S + SPEED * seconds))
    part = part.take(np.random.default_rng(2).uniform(size=len(part)) < kept)
    other = constellation(seconds, seed=3).take(np.arange(int(33 * seconds)) % 2 == 0)
    times = np.concatenate([(part.times - START_S) / SPEED, other.times])
    octaves = np.concatenate([decode(part.codes) + SEMITONES / 12, decode(other.codes)])
    order = np.argsort(times, kind="stable")
    quality = np.full(len(times), 50, np.uint8)
    return Fingerprint(SOUND, encode(octaves[order]), times[order], quality)


def match(seconds: float = 24.0) -> Match:
    """The match as the picture may have found it: a little late and a little fast."""
    speed = SPEED * 1.006
    matched = Span(START_S + 0.05, START_S + 0.05 + speed * seconds)
    return Match(1, "both", Span(0.0, seconds), matched, speed, SEMITONES, Transform(), 50.0, 1e-9)


def from_truth(shown: Coincidences) -> list[float]:
    """How far the dots along the line lie from where the suspect was taken."""
    return [abs(r - (START_S + SPEED * q)) for q, r in shown.along]


def test_the_dots_lie_where_the_suspect_was_taken() -> None:
    shown = coincidences(suspect(), REFERENCE, match())
    assert len(shown.along) > 300
    assert np.median(from_truth(shown)) < 0.002
    assert max(from_truth(shown)) < 2 * NEAR_S
    for q, r in shown.line:
        assert abs(r - (START_S + SPEED * q)) < 0.03


def test_the_dots_elsewhere_are_off_the_line_and_of_the_same_pitch() -> None:
    shown = coincidences(suspect(), REFERENCE, match())
    assert len(shown.elsewhere) > 300
    assert min(abs(r - (START_S + SPEED * q)) for q, r in shown.elsewhere) > NEAR_S - 0.02
    assert all(shown.suspect.start_s <= q <= shown.suspect.end_s for q, _ in shown.elsewhere)
    assert all(shown.reference.start_s <= r <= shown.reference.end_s for _, r in shown.elsewhere)


def test_the_peaks_found_are_counted() -> None:
    shown = coincidences(suspect(), REFERENCE, match())
    planted = round(0.6 * 33 * SPEED * 24)
    assert shown.peaks == len(suspect().within(Span(0, 24)))
    assert abs(shown.found - planted) < 0.12 * planted


def test_other_sound_has_hardly_a_dot_along_the_line() -> None:
    shown = coincidences(constellation(24, seed=8), REFERENCE, match())
    assert shown.peaks > 700
    assert shown.found < 0.1 * shown.peaks


def test_dots_are_bounded_and_always_the_same() -> None:
    every = coincidences(suspect(), REFERENCE, match(), most=10**6)
    few = coincidences(suspect(), REFERENCE, match(), most=200)
    assert few == coincidences(suspect(), REFERENCE, match(), most=200)
    assert len(few.along) == len(few.elsewhere) == 100
    assert set(few.along) <= set(every.along)
    assert few.found == every.found
    assert min(q for q, _ in few.along) < 2
    assert max(q for q, _ in few.along) > 22


def test_a_match_without_peaks_is_an_empty_drawing() -> None:
    shown = coincidences(Fingerprint.empty(SOUND, 2), REFERENCE, match())
    assert (shown.along, shown.elsewhere, shown.peaks, shown.found) == ((), (), 0, 0)
    assert shown.line[0] == (0.0, match().matched.start_s)


def test_a_long_match_stays_bounded() -> None:
    reference = constellation(1800, seed=4)
    whole = replace(match(), query=Span(0, 1800), matched=Span(0, 1800), speed=1.0)
    shown = coincidences(reference, reference, replace(whole, pitch_semitones=0.0))
    assert len(shown.along) == len(shown.elsewhere) == 750
    assert shown.found == shown.peaks == len(reference)


def test_as_many_peaks_of_the_reference_are_found_as_were_kept() -> None:
    segment = replace(build.segment((0.0, 24.0), START_S, speed=SPEED, kind="peaks"))
    line = replace(segment.hypothesis, pitch_octaves=SEMITONES / 12)
    said = answered(suspect(kept=0.6), REFERENCE, replace(segment, hypothesis=line))
    part = REFERENCE.within(Span(START_S, START_S + SPEED * 24.0))
    assert said.asked == pytest.approx(len(part), rel=0.02)
    assert said.found / said.asked == pytest.approx(0.6, abs=0.06)
    assert said.by_accident < 0.12 * said.asked


def test_along_a_wrong_line_peaks_are_found_as_often_as_by_accident() -> None:
    wrong = build.segment((0.0, 24.0), START_S + 7.3, speed=SPEED, kind="peaks")
    said = answered(suspect(), REFERENCE, wrong)
    assert said.found == pytest.approx(said.by_accident, rel=0.6)
    assert said.found < 0.12 * said.asked


def test_a_known_line_is_drawn_as_it_is() -> None:
    known = build.line(offset_s=START_S, speed=SPEED, pitch_octaves=SEMITONES / 12)
    shown = coincidences(suspect(), REFERENCE, match(), known=known)
    assert shown.line == ((0.0, START_S), (24.0, START_S + SPEED * 24.0))
