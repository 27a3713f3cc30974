"""The relief of a spectrum, and the outline that is kept of it."""

from __future__ import annotations

import numpy as np
import pytest

from fingerprint.audio.relief import (
    BAND,
    BAND_OCTAVES,
    BANDS,
    CELL_OCTAVES,
    COUNT,
    FIRST_BAND,
    NARROWEST,
    STEPS,
    Outline,
    Relief,
    packed,
    relief_at,
    signs,
    unpacked,
)
from fingerprint.audio.spectrum import BASE_HZ, RATE, WINDOW
from fingerprint.extract import PLAIN, fingerprint_all
from fingerprint.registry import KEPT_BESIDE, SCHEMES
from fingerprint.scheme import Scheme
from media.clip import Clip, Sound
from media.runs import SoundRun

both = pytest.mark.parametrize("scheme", [Outline(), Relief()], ids=lambda s: s.name)


def tone(hertz: float, seconds: float = 2.0, start_s: float = 3.008) -> Clip:
    t = np.arange(int(seconds * RATE)) / RATE
    noise = np.random.default_rng(1).normal(0, 0.01, len(t))
    sound = Sound((0.2 * np.sin(2 * np.pi * hertz * t) + noise).astype(np.float32), RATE, start_s)
    return Clip(sound.span, sound=sound)


def level(row: np.ndarray, octave: float) -> float:
    """The mean of a whitened frame over a band, as a plain sum over a fine grid."""
    low, high = (BASE_HZ * 2 ** (octave + d) * WINDOW / RATE for d in (-BAND / 2, BAND / 2))
    middle, half = (low + high) / 2, max(high - low, NARROWEST) / 2
    grid = middle - half + (np.arange(4000) + 0.5) * half / 2000
    return float(row[np.floor(grid + 0.5).astype(int)].mean())


def test_relief_is_a_band_less_those_beside_it() -> None:
    whitened = np.random.default_rng(4).normal(0, 1, (3, WINDOW // 2 + 1)).astype(np.float32)
    octaves = np.array([0.2, 1.7, 3.33, 5.1])
    expected = [
        [level(r, o) - (level(r, o - BAND) + level(r, o + BAND)) / 2 for o in octaves]
        for r in whitened
    ]
    np.testing.assert_allclose(relief_at(whitened, octaves), expected, atol=0.01)


def test_each_band_is_two_cells_on() -> None:
    np.testing.assert_allclose(CELL_OCTAVES[FIRST_BAND::2][:BANDS], BAND_OCTAVES)
    top = BASE_HZ * 2 ** (CELL_OCTAVES[-1] + 1.5 * BAND)
    assert top < RATE / 2


@pytest.mark.parametrize("octave", [2.0, 2.5, 4.2])
def test_a_tone_stands_out_at_its_pitch(octave: float) -> None:
    clip = tone(BASE_HZ * 2**octave)
    steps = unpacked(Relief().fingerprint(clip).codes)
    cell = int(np.abs(CELL_OCTAVES - octave).argmin())
    assert np.median(steps[:, cell]) > 3
    band = int(np.abs(BAND_OCTAVES - octave).argmin())
    assert (signs(Outline().fingerprint(clip).codes)[:, band] == 1).all()


def test_packing_loses_nothing() -> None:
    steps = np.random.default_rng(3).integers(-STEPS, STEPS + 1, (9, COUNT)).astype(np.int8)
    assert np.array_equal(unpacked(packed(steps)), steps)


def test_an_outline_is_the_sign_of_the_relief() -> None:
    clip = tone(700.0)
    outline, relief = Outline().fingerprint(clip), Relief().fingerprint(clip)
    common = np.isin(relief.times, outline.times)
    steps = unpacked(relief.codes[common])[:, FIRST_BAND::2][:, :BANDS]
    bits = signs(outline.codes[np.isin(outline.times, relief.times)])
    assert common.sum() >= 4
    assert np.array_equal(np.sign(steps)[steps != 0], bits[steps != 0])


@both
def test_cutting_a_sound_into_clips_changes_no_code(scheme: Scheme) -> None:
    sound = tone(440.0, seconds=150, start_s=0.0).sound
    assert sound is not None
    run, clips = SoundRun(0.0, RATE), list[Clip]()
    for i in range(0, len(sound.samples), 777):
        run.append(sound.samples[i : i + 777])
        clips += run.ready()
    clips += run.finish()
    assert len(clips) > 1
    cut = fingerprint_all(clips, [scheme])[PLAIN, scheme.name]
    whole = scheme.fingerprint(Clip(sound.span, sound=sound))
    np.testing.assert_allclose(cut.times, whole.times, rtol=0, atol=1e-9)
    assert np.mean(cut.codes == whole.codes) > 0.9999


@both
def test_silence_is_level(scheme: Scheme) -> None:
    sound = Sound(np.zeros(4 * RATE, np.float32), RATE, 0.0)
    relief = Relief().fingerprint(Clip(sound.span, sound=sound))
    assert not unpacked(relief.codes).any()


@both
def test_no_sound_has_no_codes_and_a_wrong_rate_is_refused(scheme: Scheme) -> None:
    assert len(scheme.fingerprint(tone(500.0, seconds=0.1))) == 0
    sound = Sound(np.zeros(16_000, np.float32), 16_000, 0.0)
    with pytest.raises(ValueError, match="8000 Hz"):
        scheme.fingerprint(Clip(sound.span, sound=sound))


def test_outlines_of_references_are_kept_whole_and_not_searched() -> None:
    names = {scheme.name for scheme in SCHEMES}
    for name, row in KEPT_BESIDE.items():
        assert name in names
        for beside in row:
            codes = beside.fingerprint(tone(500.0))
            assert beside.name not in names
            assert len(beside.kept(codes)) == len(codes) > 5
