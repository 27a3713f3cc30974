"""Bits of sound that a network has learned to hear again."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fingerprint.audio.learned import Learned
from fingerprint.audio.moments import AROUND, ROOTS, SAMPLES, SLOT_S, bands_of, sample_times
from fingerprint.audio.network import BITS, EXACT, MOST, Layer, network, of_arrays
from fingerprint.audio.relief import BANDS, COUNT, FIRST_BAND, STEPS, Outline
from fingerprint.audio.spectrum import RATE
from fingerprint.extract import PLAIN, fingerprint_all
from media.clip import Clip, Sound
from media.reader import Reader
from media.runs import SoundRun

WORK = Path(__file__).parents[2] / "reelprint" / "demo" / "works" / "reclamation.ogg"


@cache
def heard(seconds: float = 40.0) -> np.ndarray:
    with Reader(WORK) as reader:
        clip = next(iter(reader))
    assert clip.sound is not None
    return clip.sound.samples[: round(seconds * RATE)]


def clip_of(samples: np.ndarray, start_s: float = 0.0) -> Clip:
    sound = Sound(samples.astype(np.float32), RATE, start_s)
    return Clip(sound.span, sound=sound)


def bits(clip: Clip) -> np.ndarray:
    return np.unpackbits(Learned().fingerprint(clip).codes, axis=1)


def test_moments_are_those_of_the_outline() -> None:
    clip = clip_of(heard(), 3.008)
    known, learned = Outline().fingerprint(clip), Learned().fingerprint(clip)
    assert np.array_equal(known.times, learned.times)
    assert learned.codes.shape == (len(known), BITS // 8)


def test_nothing_is_read_of_no_sound() -> None:
    assert len(Learned().fingerprint(clip_of(np.zeros(100)))) == 0


def test_cuts_between_clips_change_nothing() -> None:
    """With context on both sides, as the reader gives it."""
    samples = np.tile(heard(), 4)[: 150 * RATE]
    run = SoundRun(0.0, RATE)
    run.append(samples)
    clips = [*run.ready(), *run.finish()]
    assert len(clips) == 2
    cut = fingerprint_all(clips, [Learned()])[PLAIN, "audio-learned-1"]
    whole = Learned().fingerprint(clip_of(samples))
    np.testing.assert_allclose(cut.times, whole.times)
    assert (cut.codes == whole.codes).mean() > 0.999  # whitening rounds otherwise


def test_a_copy_in_noise_has_more_bits_right_than_other_sound() -> None:
    sound = heard()
    noise = np.random.default_rng(1).normal(0, float(sound.std()), len(sound))
    known = bits(clip_of(sound))
    right = (known == bits(clip_of(sound + noise))).mean()
    by_chance = (known == bits(clip_of(np.roll(sound, 11 * RATE)))).mean()
    assert right > by_chance + 0.1
    assert by_chance < 0.6


def test_level_changes_next_to_nothing() -> None:
    assert (bits(clip_of(heard())) == bits(clip_of(0.3 * heard()))).mean() > 0.95


def test_the_bits_are_even() -> None:
    """One that is always raised, or never, says nothing."""
    share = bits(clip_of(heard())).mean(axis=0)
    assert 0.3 < share.mean() < 0.7
    assert ((share > 0.02) & (share < 0.98)).mean() > 0.95


def test_sums_are_exact_in_whatever_order() -> None:
    first = network().layers[0]
    rng = np.random.default_rng(2)
    rows = ROOTS[rng.integers(0, len(ROOTS), (50, len(first.weights)))]
    order = rng.permutation(len(first.weights))
    as_whole = rows.astype(np.int64) @ first.weights.astype(np.int64)
    assert np.array_equal(rows @ first.weights, as_whole)
    assert np.array_equal(rows[:, order] @ first.weights[order], as_whole)
    most = max(float(np.abs(layer.weights).sum(axis=0).max()) for layer in network().layers)
    assert most * MOST < EXACT


def test_a_layer_whose_sums_would_not_be_exact_is_refused() -> None:
    many = np.full((5000, 1), 127, np.float32)
    with pytest.raises(ValueError, match="too great for exact sums"):
        Layer(many, np.ones(1, np.float32), np.zeros(1, np.float32))


def test_each_moment_sees_itself_and_what_is_around_and_no_more() -> None:
    rng = np.random.default_rng(3)
    shape = 12 + 2 * AROUND, SAMPLES, BANDS
    slots = rng.integers(-STEPS, STEPS + 1, shape).astype(np.int8)
    changed = slots.copy()
    changed[AROUND + 5] = 0
    differs = (network().vectors(slots) != network().vectors(changed)).any(axis=1)
    assert np.flatnonzero(differs).tolist() == list(range(5 - AROUND, 5 + AROUND + 1))


def test_a_network_without_a_layer_is_an_error() -> None:
    with pytest.raises(KeyError):
        of_arrays({"weights0": np.zeros((1, 1), np.int8)})


def test_slots_lie_about_their_moments() -> None:
    at = sample_times(np.array([10.0, 10.0 + SLOT_S])).reshape(-1, SAMPLES)
    assert at.shape[0] == 2 + 2 * AROUND
    np.testing.assert_allclose(at.mean(axis=1)[AROUND : AROUND + 2], [10.0, 10.0 + SLOT_S])
    np.testing.assert_allclose(np.diff(at.ravel()), SLOT_S / SAMPLES)


def test_bands_are_looked_for_where_they_went_and_are_level_where_nothing_was_heard() -> None:
    steps = np.arange(3 * COUNT).reshape(3, COUNT).astype(np.int8)
    rows = np.array([-1, 0, 2, 3])
    seen = bands_of(steps, rows, raised=4)
    assert np.array_equal(seen[2, :10], steps[2, FIRST_BAND + 4 : FIRST_BAND + 24 : 2])
    assert not seen[0].any()
    assert not seen[3].any()
    assert not bands_of(steps, rows, raised=COUNT).any()
