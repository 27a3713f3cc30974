from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchers.alignment import Hypothesis, Line
from matchers.hypotheses import (
    LINES_PER_WINDOW,
    MOST_LINES,
    SLOWEST,
    SOUND_HYPOTHESES,
    first_guesses,
    picture_hypotheses,
    shortlist,
    windows,
)
from media.clip import Span
from tests.matchers.build import constellation, segment


@given(st.floats(0.5, 200))
def test_windows_cover_every_code(seconds: float) -> None:
    fingerprint = constellation(seconds, seed=1)
    seen = [part.times for _, part in windows(fingerprint)]
    every = np.unique(np.concatenate([np.empty(0), *seen]))
    assert np.array_equal(every, np.unique(fingerprint.times))


def test_each_hypothesis_is_tried_once() -> None:
    assert len(set(SOUND_HYPOTHESES)) == len(SOUND_HYPOTHESES)
    assert Hypothesis() in SOUND_HYPOTHESES
    apart = [
        (h.speed, h.pitch_octaves, k.speed, k.pitch_octaves)
        for h, k in combinations(SOUND_HYPOTHESES, 2)
        if abs(h.speed - k.speed) < 1e-3 and abs(h.pitch_octaves - k.pitch_octaves) < 1e-3
    ]
    assert apart == []
    assert len(picture_hypotheses(Span(0, 0), Hypothesis())) == 1


def nearest(speed: float, pitch_octaves: float) -> tuple[float, float]:
    """How far the best hypothesis is, in steps of speed and of pitch."""
    off = [
        (abs(h.speed - speed) / 0.025, abs(h.pitch_octaves - pitch_octaves) * 24)
        for h in SOUND_HYPOTHESES
    ]
    return min(off, key=max)


within_half_a_step = 0.51


@given(st.floats(0.7, 1.3))
def test_any_playback_speed_is_near_a_hypothesis(speed: float) -> None:
    off_speed, off_pitch = nearest(speed, float(np.log2(speed)))
    assert off_speed <= within_half_a_step
    assert off_pitch <= 0.65  # octaves to a speed: more at slow ones


@given(st.floats(0.7, 1.3))
def test_any_tempo_is_near_a_hypothesis(speed: float) -> None:
    assert max(nearest(speed, 0.0)) <= within_half_a_step


@given(st.floats(-3, 3))
def test_any_pitch_within_three_semitones_is_near_a_hypothesis(semitones: float) -> None:
    assert max(nearest(1.0, semitones / 12)) <= within_half_a_step


@given(st.floats(0.9, 1.1), st.floats(-2, 2))
def test_tempo_and_pitch_together_are_near_a_hypothesis(speed: float, semitones: float) -> None:
    assert max(nearest(speed, semitones / 12)) <= within_half_a_step


def test_no_hypothesis_is_slower_than_pairs_are_stretched_for() -> None:
    assert min(h.speed for h in SOUND_HYPOTHESES) == SLOWEST
    assert max(h.speed for h in SOUND_HYPOTHESES) <= 1 / SLOWEST


def test_what_was_found_last_is_tried_first() -> None:
    found = [segment((0, 20), score=50, speed=1.05), segment((0, 20), score=90, speed=0.95)]
    assert first_guesses(found) == (Hypothesis(), Hypothesis(0.95))
    assert first_guesses([]) == (Hypothesis(),)


def test_when_many_lines_are_as_good_more_are_kept() -> None:
    """The same sound lies in many places: a jingle, a loop."""
    window = Span(0, 20)
    same = [Line(n, Hypothesis(), 5.0, 100.0 - n) for n in range(20)]
    weak = [Line(n, Hypothesis(), 50.0, 40.0) for n in range(20)]
    assert shortlist([*weak, *same], window) == same
    many = [Line(n, Hypothesis(), 5.0, 100.0) for n in range(100)]
    assert len(shortlist(many, window)) == MOST_LINES
    assert shortlist([], window) == []


def test_as_many_lines_as_asked_are_kept_also_when_they_are_weak() -> None:
    lines = [Line(n, Hypothesis(), 5.0, 100.0 / (1 + n)) for n in range(60)]
    assert shortlist(lines, Span(0, 20), 20) == lines[:20]
    assert len(shortlist(lines, Span(0, 20), 60)) == MOST_LINES


def test_lines_of_another_pitch_or_place_are_others() -> None:
    one = Line(1, Hypothesis(), 5.0, 30.0)
    alike = [Line(1, Hypothesis(1.0, 1 / 24), 5.3, 20.0), Line(1, Hypothesis(1.025), 4.8, 20.0)]
    others = [
        Line(1, Hypothesis(1.0, 0.125), 5.0, 20.0),
        Line(1, Hypothesis(), 5.5, 20.0),
        Line(2, Hypothesis(), 5.0, 20.0),
    ]
    assert shortlist([one, *alike, *others], Span(0, 20)) == [one, *others]


def test_a_shortlist_holds_each_line_once_the_best_first() -> None:
    window = Span(0, 20)
    same = [Line(1, Hypothesis(s), 100 - 10 * (s - 1), 50 * s) for s in (1.0, 1.025)]
    other = [Line(2, Hypothesis(), float(o), 10.0) for o in range(0, 60, 2)]
    kept = shortlist([*other, *same], window)
    assert len(kept) == LINES_PER_WINDOW
    assert [x.reference for x in kept].count(1) == 1
    assert kept[0].surprise == max(x.surprise for x in kept)
