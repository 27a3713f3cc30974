"""Waves tell the same samples from the same tune."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.excerpt import RATE
from benchmarks.same_waves import ALIKE, low, most_alike
from media.clip import F32


def noise(seed: int, seconds: float) -> F32:
    return np.random.default_rng(seed).normal(size=round(seconds * RATE)).astype(np.float32)


def test_a_loop_that_two_tracks_hold_is_found_where_it_lies() -> None:
    loop = noise(1, 12)
    first = low(np.concatenate([noise(2, 4), loop, noise(3, 4)]))
    second = low(np.concatenate([noise(4, 9), -0.3 * loop]) + 0.1 * noise(5, 21))
    found = most_alike(first, second)
    assert found is not None
    assert found[1] - found[0] == pytest.approx(5.0, abs=0.002)
    assert found[2] < -0.9


def test_two_tunes_of_the_same_notes_are_not_the_same_sound() -> None:
    def tune(seed: int) -> F32:
        notes = np.random.default_rng(seed).choice([220.0, 247.0, 294.0, 330.0, 392.0], 24)
        phase = np.cumsum(np.repeat(notes, RATE // 2)) / RATE
        return np.asarray(np.sin(2 * np.pi * phase), np.float32)

    found = most_alike(low(tune(1)), low(tune(2)))
    assert found is not None
    assert abs(found[2]) < ALIKE


def test_silence_and_what_is_too_short_are_like_nothing() -> None:
    silent = np.zeros(12 * RATE, np.float32)
    assert most_alike(low(noise(1, 12)), low(silent)) is None
    assert most_alike(low(silent), low(noise(1, 12))) is None
    assert most_alike(low(noise(1, 2)), low(noise(1, 12))) is None
