"""What a network says a reference should be, where a suspect plays it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fingerprint.audio.learned import Learned
from fingerprint.audio.network import BITS
from fingerprint.audio.relief import BANDS
from fingerprint.audio.relief import Outline as OutlineScheme
from fingerprint.audio.relief import Relief as ReliefScheme
from fingerprint.audio.spectrum import RATE
from matchers.foretelling import follow_each_other, foretold
from matchers.outlining import DOUBT, Laid, Outline, Relief
from media.clip import Clip, Sound, Span
from media.reader import Reader
from tests.matchers.build import line

WORK = Path(__file__).parents[2] / "reelprint" / "demo" / "works" / "reclamation.ogg"
LONG_S = 3.0


@cache
def heard() -> np.ndarray:
    with Reader(WORK) as reader:
        clip = next(iter(reader))
    assert clip.sound is not None
    return clip.sound.samples[: 80 * RATE]


def clip_of(samples: np.ndarray) -> Clip:
    sound = Sound(samples.astype(np.float32), RATE, 0.0)
    return Clip(sound.span, sound=sound)


@cache
def known(learned: bool) -> Outline:
    whole = clip_of(heard())
    beside = Learned().fingerprint(whole) if learned else None
    return Outline.of(OutlineScheme().fingerprint(whole), lambda: beside)


def in_noise(start_s: float, seed: int) -> Relief:
    first = round(start_s * RATE)
    sound = heard()[first : first + round(LONG_S * RATE)]
    noise = np.random.default_rng(seed).normal(0, float(sound.std()), len(sound))
    return Relief.of(ReliefScheme().fingerprint(clip_of(sound + noise)))


def far(start_s: float, offset_s: float, learned: bool) -> float:
    window, along = Span(0.0, LONG_S), line(offset_s=offset_s)
    return Laid(in_noise(start_s, 1), known(learned), along).stands_out(window)[0]


def test_what_was_learned_tells_copies_in_noise_better() -> None:
    starts = np.arange(12.0, 66.0, 4.1)
    without, with_it = ([far(s, s, learned) for s in starts] for learned in (False, True))
    asked = np.array([DOUBT[0] <= one < DOUBT[1] for one in without])
    assert asked.sum() >= 5
    assert np.mean(np.array(with_it)[asked]) > np.mean(np.array(without)[asked]) + 0.3


def test_elsewhere_nothing_stands_out() -> None:
    found = [far(s, (s + 23.0) % 55 + 11, True) for s in np.arange(12.0, 66.0, 2.3)]
    assert abs(np.mean(found)) < 0.6
    assert np.std(found) < 1.6


def test_the_network_is_not_asked_where_there_is_no_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr("matchers.outlining.foretold", never)
    clean = Relief.of(ReliefScheme().fingerprint(clip_of(heard()[20 * RATE : 30 * RATE])))
    at = Span(0.0, 10.0)
    assert Laid(clean, known(True), line(offset_s=20.0)).stands_out(at)[0] >= DOUBT[1]
    with pytest.raises(AssertionError, match="asked"):
        [far(s, s, True) for s in np.arange(12.0, 66.0, 4.1)]


def test_learned_bits_of_other_moments_are_not_used() -> None:
    outline = OutlineScheme().fingerprint(clip_of(heard()))
    fewer = Learned().fingerprint(clip_of(heard()[: 30 * RATE]))
    assert Outline.of(outline, lambda: fewer).learned() is None
    both = Outline.of(outline, lambda: Learned().fingerprint(clip_of(heard()))).learned()
    assert both is not None
    assert both.shape == (len(outline), BANDS + BITS)
    assert set(np.unique(both)) == {-1, 1}


def test_what_is_said_is_of_each_moment_wherever_the_excerpt_starts() -> None:
    relief, moments = in_noise(30.0, 2), known(True).times[150:158]
    said = foretold(relief.times, relief.steps, moments, line(offset_s=30.0))
    assert said.shape == (8, BANDS + BITS)
    assert not np.array_equal(said[0], said[1])


def test_a_gap_among_moments_is_seen() -> None:
    times = known(True).times[:20]
    assert follow_each_other(times)
    assert not follow_each_other(np.concatenate([times[:10], times[10:] + 0.5]))
