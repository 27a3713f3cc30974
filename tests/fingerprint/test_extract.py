"""All schemes over all clips of a file, in one call."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.audio.spectrum import log_spectrum
from fingerprint.extract import MIRRORED, PLAIN, fingerprint_all, mirror
from fingerprint.registry import SCHEMES, beside_all
from fingerprint.scheme import Fingerprint, Scheme
from fingerprint.synthetic import synthetic_clips
from media.clip import Clip
from media.runs import SoundRun
from tests.fingerprint.build import RATE, record, same

AUDIO = [s for s in SCHEMES if s.modality == "audio"]
VIDEO = [s for s in SCHEMES if s.modality == "video"]


@pytest.fixture(scope="module")
def long_sound() -> NDArray[np.float64]:
    """Five minutes of notes that do not repeat, over faint noise."""
    rng = np.random.default_rng(17)
    out = rng.normal(0, 0.003, 300 * RATE)
    for begin in np.sort(rng.integers(0, 299 * RATE, 1500)):
        ring = np.arange(min(RATE, len(out) - begin)) / RATE
        tone = np.sin(2 * np.pi * 130 * 2 ** (rng.integers(0, 53) / 12) * ring)
        out[begin : begin + len(ring)] += 0.1 * np.exp(-rng.uniform(3, 9) * ring) * tone
    return out


@pytest.mark.parametrize("scheme", AUDIO, ids=lambda s: s.name)
@pytest.mark.parametrize("block", [RATE, 777])
def test_cutting_a_long_sound_into_clips_changes_no_code(
    scheme: Scheme, long_sound: NDArray[np.float64], block: int
) -> None:
    whole = record(long_sound)
    assert whole.sound is not None
    run = SoundRun(0.0, RATE)
    clips: list[Clip] = []
    for i in range(0, len(long_sound), block):
        run.append(whole.sound.samples[i : i + block])
        clips += run.ready()
    clips += run.finish()
    assert len(clips) == 3
    cut = fingerprint_all(clips, [scheme])[PLAIN, scheme.name]
    uncut = scheme.fingerprint(whole)
    np.testing.assert_array_equal(cut.codes, uncut.codes)
    np.testing.assert_array_equal(cut.quality, uncut.quality)
    np.testing.assert_allclose(cut.times, uncut.times, rtol=0, atol=1e-9)
    assert len(cut) > 3000


def test_all_schemes_and_views_of_all_clips_come_at_once() -> None:
    clips = [synthetic_clips()[name] for name in ("weave", "notes", "shingle", "mosaic")]
    found = fingerprint_all(clips, SCHEMES, (PLAIN, MIRRORED))
    assert found.keys() == {
        *((PLAIN, s.name) for s in SCHEMES),
        *((MIRRORED, s.name) for s in VIDEO),
    }
    for scheme in VIDEO:
        plain, mirrored = found[PLAIN, scheme.name], found[MIRRORED, scheme.name]
        assert len(np.unique(plain.times)) == len(np.unique(mirrored.times)) > 2
        assert not np.array_equal(plain.codes, mirrored.codes)
        assert same(plain, join([scheme.fingerprint(clip) for clip in clips]))


def test_the_spectrum_of_a_clip_is_made_once_for_all_that_see_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []

    def counted(samples: NDArray[np.float32]) -> NDArray[np.float32]:
        seen.append(len(samples))
        return log_spectrum(samples)

    schemes = [*AUDIO, *(s for s in beside_all() if s.modality == "audio")]
    clips = [synthetic_clips()["notes"], synthetic_clips()["chirps"]]
    alone = {s.name: join([s.fingerprint(clip) for clip in clips]) for s in schemes}
    monkeypatch.setattr("fingerprint.audio.spectrum.log_spectrum", counted)
    found = fingerprint_all(clips, schemes)
    assert len(seen) == len(clips)
    assert all(same(found[PLAIN, name], codes) for name, codes in alone.items())


def join(parts: list[Fingerprint]) -> Fingerprint:
    return Fingerprint(
        parts[0].scheme,
        np.concatenate([p.codes for p in parts]),
        np.concatenate([p.times for p in parts]),
        np.concatenate([p.quality for p in parts]),
    )


def test_mirroring_twice_changes_nothing() -> None:
    for clip in synthetic_clips().values():
        back = mirror(mirror(clip))
        for again, once in ((back.frames, clip.frames), (back.detail, clip.detail)):
            assert (again is None) == (once is None)
            if again is not None and once is not None:
                np.testing.assert_array_equal(again.luma, once.luma)


def test_no_clips_give_empty_fingerprints() -> None:
    found = fingerprint_all([], SCHEMES)
    assert [len(f) for f in found.values()] == [0] * len(SCHEMES)
    assert [f.codes.shape[1] for f in found.values()] == [s.width for s in SCHEMES]
