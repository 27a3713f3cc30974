from __future__ import annotations

import numpy as np
import pytest

from fingerprint.audio.landmark import decode, encode
from fingerprint.scheme import Fingerprint
from matchers.landmarks import verify
from matchers.significance import e_value, sound_score, sound_search
from tests.matchers.build import constellation, line

REFERENCE = constellation(120, seed=1)


def excerpt(start_s: float, seconds: float, speed: float, kept: float) -> Fingerprint:
    """What is left of a stretch of the reference, among peaks of other sound."""
    rng = np.random.default_rng(5)
    part = REFERENCE.take((REFERENCE.times >= start_s) & (REFERENCE.times < start_s + seconds))
    part = part.take(rng.uniform(size=len(part)) < kept)
    other = constellation(seconds / speed, seed=9)
    times = np.concatenate([(part.times - start_s) / speed, other.times])
    order = np.argsort(times, kind="stable")
    codes = np.concatenate([part.codes, other.codes])[order]
    return Fingerprint(part.scheme, codes, times[order], np.full(len(order), 50, np.uint8))


@pytest.mark.parametrize("speed", [1.0, 1.0417, 0.96, 1.2])
@pytest.mark.parametrize("kept", [1.0, 0.5])
def test_a_planted_line_is_recovered(speed: float, kept: float) -> None:
    near = line(offset_s=30.1, speed=speed * 1.006)
    found = max(verify(excerpt(30, 10, speed, kept), REFERENCE, near), key=lambda s: s.score)
    assert abs(found.reference_time(5 / speed) - 35) < 0.01
    assert abs(found.hypothesis.speed / speed - 1) < 0.002
    assert abs(found.query.start_s) < 0.5
    assert abs(found.query.end_s - 10 / speed) < 0.5


def test_other_sound_gives_nothing_certain() -> None:
    query = constellation(10, seed=77)
    search = sound_search(len(query), 120.0, 49)
    for offset in np.arange(0, 100, 2.5):
        for found in verify(query, REFERENCE, line(offset_s=float(offset))):
            assert e_value(sound_score(found), search) > 1


def test_a_steady_tone_is_no_evidence() -> None:
    tone = Fingerprint(
        REFERENCE.scheme,
        np.tile(REFERENCE.codes[:1], (300, 1)),
        np.arange(300) / 30,
        np.full(300, 50, np.uint8),
    )
    assert verify(tone, tone, line()) == []


def test_a_line_outside_the_reference_gives_nothing() -> None:
    assert verify(excerpt(30, 5, 1.0, 1.0), REFERENCE, line(offset_s=500.0)) == []


def test_another_take_of_the_same_music_is_no_copy() -> None:
    """Peaks in the right places, but no more exactly than a second performance puts them."""
    rng = np.random.default_rng(11)
    part = REFERENCE.take((REFERENCE.times >= 30) & (REFERENCE.times < 40))
    kept = rng.uniform(size=len(part)) < 0.35
    steps = decode(part.codes)[kept] + rng.uniform(-1.4, 1.4, kept.sum()) / 48
    times = part.times[kept] - 30 + rng.uniform(-0.022, 0.022, kept.sum())
    order = np.argsort(times)
    other = constellation(10, seed=9)
    mixed = np.argsort(np.concatenate([times[order], other.times]), kind="stable")
    take = Fingerprint(
        part.scheme,
        np.concatenate([encode(steps[order]), other.codes])[mixed],
        np.concatenate([times[order], other.times])[mixed],
        np.full(len(mixed), 50, np.uint8),
    )
    search = sound_search(len(take), 120.0, 49)
    for found in verify(take, REFERENCE, line(offset_s=30.0)):
        assert e_value(sound_score(found), search) > 1e-4
