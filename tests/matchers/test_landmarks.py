"""Verification finds what was planted, where it was planted, and nothing where nothing was."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.audio.landmark import Landmark, decode
from fingerprint.audio.spectrum import RATE
from fingerprint.scheme import Fingerprint
from matchers.alignment import Line, Segment
from matchers.constellation import Map, Peaks
from matchers.hypotheses import SOUND_HYPOTHESES
from matchers.landmarks import _Observations, _segment, verify
from matchers.significance import e_value, sound_score, sound_search
from media.clip import Clip, Sound, Span
from tests.matchers.build import (
    SOUND,
    constellation,
    excerpt,
    heard,
    line,
    mixed,
    peaks,
    ridges_at,
)

REFERENCE = constellation(120, seed=1)
MAX_E = 1e-4  # the shipped bound


def verified(suspect: Fingerprint, reference: Fingerprint, along: Line) -> list[Segment]:
    return verify(heard(suspect), Peaks.of(reference), along)


def best(suspect: Fingerprint, reference: Fingerprint, along: Line) -> Segment:
    return max(verified(suspect, reference, along), key=lambda s: s.score)


def chance(found: Segment, suspect: Fingerprint) -> float:
    """The E-value in a search through a hundred hours."""
    search = sound_search(len(suspect), 100 * 3600.0, len(SOUND_HYPOTHESES))
    return e_value(sound_score(found), search)


@pytest.mark.parametrize("speed", [1.0, 1.0417, 0.96, 1.2, 0.75])
@pytest.mark.parametrize("pitch", [0.0, 0.2, -0.15])
@pytest.mark.parametrize("kept", [1.0, 0.5, 0.3])
def test_a_planted_line_is_recovered(speed: float, pitch: float, kept: float) -> None:
    suspect = excerpt(REFERENCE, 30, 15, speed, pitch, kept)
    near = line(offset_s=30.1, speed=speed * 1.006, pitch_octaves=pitch + 0.006)
    found = best(suspect, REFERENCE, near)
    assert chance(found, suspect) < MAX_E
    assert abs(found.reference_time(7.5 / speed) - 37.5) < 0.01
    assert abs(found.hypothesis.speed / speed - 1) < 0.002
    assert abs(found.hypothesis.pitch_octaves - pitch) < 0.003
    assert abs(found.query.start_s) < 0.7
    assert abs(found.query.end_s - 15 / speed) < 0.7


@pytest.mark.parametrize("off_s", [-0.3, -0.15, 0.25, 0.3])
@pytest.mark.parametrize("off_speed", [-0.012, 0.012])
def test_a_line_as_coarse_as_votes_give_it_is_straightened(off_s: float, off_speed: float) -> None:
    suspect = excerpt(REFERENCE, 30, 20, 1.05, kept=0.6)
    speed = 1.05 * (1 + off_speed)
    middle = 20 / 1.05 / 2
    near = line(offset_s=30 + 1.05 * middle + off_s - speed * middle, speed=speed)
    found = best(suspect, REFERENCE, near)
    assert abs(found.reference_time(middle) - (30 + 1.05 * middle)) < 0.01
    assert abs(found.hypothesis.speed / 1.05 - 1) < 0.001


def test_only_the_stretch_that_was_planted_matches() -> None:
    part = excerpt(REFERENCE, 30, 6, kept=0.6, among=0)
    suspect = mixed(peaks(part.times + 8, decode(part.codes)), constellation(20, 9, 60))
    found = best(suspect, REFERENCE, line(offset_s=22.1))
    assert abs(found.query.start_s - 8) < 0.5
    assert abs(found.query.end_s - 14) < 0.5
    assert abs(found.reference_time(11.0) - 33.0) < 0.01


def test_observations_are_named_alike_in_every_window() -> None:
    suspect = excerpt(REFERENCE, 30, 20, kept=0.8)
    known = Peaks.of(REFERENCE)
    named = []
    for window in (Span(0, 12), Span(6, 20)):
        part = suspect.within(window.closed)
        (found,) = verify(Map.of(window, part), known, line(offset_s=30.1))
        assert len(set(found.units.tolist())) == len(found.units) == len(found.evidence)
        named.append(set(found.units.tolist()))
    both = np.count_nonzero((REFERENCE.times > 36) & (REFERENCE.times < 42))
    assert abs(len(named[0] & named[1]) - both) < 0.1 * both


def test_a_run_of_one_moment_is_a_stretch_without_length() -> None:
    """Peaks and the outline of one moment come to it by different sums."""
    times = np.array([1.827301015242392, 1.8273010152423306])
    seen = _Observations(times, np.array([10, 11]), np.array([6.0, 5.0]), np.array([1.0, np.nan]))
    line = Line(1, SOUND_HYPOTHESES[0], 0.0, 9.0)
    segment = _segment(seen, line, slice(0, 2))
    assert segment.query.duration_s == pytest.approx(0.0, abs=1e-9)


def test_other_sound_gives_nothing_certain() -> None:
    query = constellation(10, seed=77, rate=60)
    for offset in np.arange(0, 100, 2.5):
        for found in verified(query, REFERENCE, line(offset_s=float(offset))):
            assert chance(found, query) > 1


def test_two_steady_tones_are_no_copies_of_each_other() -> None:
    """Of one pitch exactly, with peaks wherever noise puts them."""
    rng = np.random.default_rng(12)
    octave = decode(REFERENCE.codes)[0]
    one, other = (peaks(np.sort(rng.uniform(0, 20, n)), np.full(n, octave)) for n in (400, 800))
    search = sound_search(len(other), 3600.0, len(SOUND_HYPOTHESES))
    for found in verified(other, one, line()):
        assert e_value(sound_score(found), search) > 1e-4


def sounding(samples: NDArray[np.float64]) -> Fingerprint:
    """The peaks of real samples."""
    sound = Sound(samples.astype(np.float32), RATE, 0.0)
    return Landmark().fingerprint(Clip(sound.span, sound=sound))


def hum(seed: int, level: float) -> Fingerprint:
    """Twenty seconds of mains hum, five harmonics, in noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(20 * RATE) / RATE
    tones = [
        level / (k + 1) * np.sin(2 * np.pi * 50 * (2 * k + 3) * t + rng.uniform(0, 6))
        for k in range(5)
    ]
    return sounding(rng.normal(0, 0.01, len(t)) + np.sum(tones, axis=0))


@pytest.mark.parametrize("level", [0.0, 0.002, 0.02, 0.1])
@pytest.mark.parametrize("offset_s", [-5.0, 0.0, 0.5, 7.3])
def test_hum_and_noise_of_two_recordings_are_no_evidence(level: float, offset_s: float) -> None:
    suspect, reference = hum(1, level), Landmark().kept(hum(2, level))
    assert len(suspect) > 1000
    for found in verified(suspect, reference, line(offset_s=offset_s)):
        assert chance(found, suspect) > 1


def test_the_same_noise_is_a_copy() -> None:
    """Noise is as good evidence as music, if it is the same noise."""
    suspect = hum(1, 0.0)
    assert chance(best(suspect, Landmark().kept(suspect), line(offset_s=0.1)), suspect) < MAX_E


@pytest.mark.parametrize("bpm", [100, 128])
def test_the_same_beat_at_other_pitches_is_no_evidence(bpm: int) -> None:
    beats = np.arange(0, 20, 60 / bpm)
    rng = np.random.default_rng(6)
    one, other = (
        peaks(np.repeat(beats, 6), rng.uniform(0.3, 4.8, 6 * len(beats))) for _ in range(2)
    )
    for found in verified(one, other, line()):
        assert chance(found, one) > 1


def test_silence_is_no_evidence() -> None:
    silence = Fingerprint.empty(SOUND, 2)
    assert verified(silence, REFERENCE, line(offset_s=30.0)) == []
    assert verified(excerpt(REFERENCE, 30, 10), silence, line(offset_s=30.0)) == []


def test_noise_as_dense_as_a_suspect_can_be_is_no_evidence() -> None:
    """Enough peaks that each of the reference's finds one in every fourth place."""
    noise = constellation(20, seed=13, rate=70)
    for offset in np.arange(0, 90, 5.0):
        for found in verified(noise, REFERENCE, line(offset_s=float(offset))):
            assert chance(found, noise) > 1


def test_a_copy_under_much_other_sound_is_found_all_the_same() -> None:
    suspect = excerpt(REFERENCE, 30, 20, kept=0.35, among=80)
    assert chance(best(suspect, REFERENCE, line(offset_s=30.1)), suspect) < MAX_E


@pytest.mark.parametrize("offset_s", [500.0, -500.0])
def test_a_line_outside_the_reference_gives_nothing(offset_s: float) -> None:
    suspect = excerpt(REFERENCE, 30, 5)
    assert verified(suspect, REFERENCE, line(offset_s=offset_s)) == []


def test_a_line_at_the_wrong_place_gives_nothing() -> None:
    suspect = excerpt(REFERENCE, 30, 10)
    for found in verified(suspect, REFERENCE, line(offset_s=32.0)):
        assert chance(found, suspect) > 1


def test_a_line_at_the_wrong_pitch_gives_nothing() -> None:
    suspect = excerpt(REFERENCE, 30, 10)
    for found in verified(suspect, REFERENCE, line(offset_s=30.0, pitch_octaves=0.25)):
        assert chance(found, suspect) > 1


def test_what_hangs_over_the_end_of_the_reference_counts_no_further() -> None:
    part = excerpt(REFERENCE, 112, 8, kept=0.7, among=0)
    suspect = mixed(part, constellation(20, 9, 60))
    found = best(suspect, REFERENCE, line(offset_s=112.1))
    assert chance(found, suspect) < MAX_E
    assert abs(found.query.end_s - 8) < 0.5


def test_a_stroke_of_many_peaks_at_one_moment_is_no_match() -> None:
    """Thirty peaks that stand or fall together prove about as much as a handful."""
    rng = np.random.default_rng(21)
    octaves = rng.uniform(0.3, 4.8, 30)
    stroke = peaks(np.full(30, 40.0), octaves)
    reference = mixed(constellation(120, seed=1), stroke)
    suspect = mixed(constellation(20, 9, 60), peaks(np.full(30, 10.0), octaves))
    for found in verified(suspect, reference, line(offset_s=30.0)):
        assert chance(found, suspect) > MAX_E
    # The same thirty, spread over the window, are one.
    times = np.sort(rng.uniform(0, 20, 30))
    spread = mixed(constellation(20, 9, 60), peaks(times, octaves))
    known = peaks(times + 30, octaves)
    apart = max(s.score for s in verified(spread, known, line(offset_s=30.0)))
    together = verified(suspect, stroke, line(offset_s=30.0))
    assert apart > 3 * max((s.score for s in together), default=0.0)


def test_another_take_of_the_same_music_is_no_copy() -> None:
    """Peaks in the right places, but no more exactly than a second performance puts them."""
    rng = np.random.default_rng(11)
    part = REFERENCE.within(Span(30, 40))
    part = part.take(rng.uniform(size=len(part)) < 0.35)
    octaves = decode(part.codes) + rng.uniform(-1.4, 1.4, len(part)) / 48
    times = part.times - 30 + rng.uniform(-0.022, 0.022, len(part))
    take = mixed(peaks(np.maximum(times, 0), octaves), constellation(10, 9, 60))
    copy = excerpt(REFERENCE, 30, 10, kept=0.35)
    assert chance(best(copy, REFERENCE, line(offset_s=30.0)), copy) < MAX_E
    for found in verified(take, REFERENCE, line(offset_s=30.0)):
        assert chance(found, take) > MAX_E


def test_lost_peaks_that_lie_on_ridges_speak_for_a_copy() -> None:
    """As in a room, where a peak is drawn out; ridges at other pitches say the opposite."""
    suspect = excerpt(REFERENCE, 30, 20, kept=0.3)
    known, window, along = Peaks.of(REFERENCE), Span(0, 20), line(offset_s=30.0)
    there = known.within(Span(30, 50))
    scores = []
    for off_octaves in (0.0, 0.1):
        ridges = ridges_at(there.times - 30, there.octaves + off_octaves)
        found = verify(Map.of(window, suspect, ridges), known, along)
        scores.append(max(s.score for s in found))
    plain = best(suspect, REFERENCE, along).score
    assert scores[0] > 1.2 * plain > plain > scores[1]


def test_ridges_of_other_sound_are_no_evidence() -> None:
    query = constellation(20, seed=77, rate=60)
    other = Peaks.of(constellation(20, seed=78, rate=400))
    suspect = Map.of(Span(0, 20), query, ridges_at(other.times, other.octaves))
    for offset in np.arange(0, 100, 5.0):
        for found in verify(suspect, Peaks.of(REFERENCE), line(offset_s=float(offset))):
            assert chance(found, query) > 1
