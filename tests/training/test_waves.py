"""The sound of training material in one file, and the relief of it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from fingerprint.audio.relief import BANDS, Relief, signs, unpacked
from fingerprint.audio.relief import Outline as OutlineScheme
from fingerprint.audio.spectrum import RATE
from media.clip import Clip, Sound
from training import reliefs, waves
from training.manifest import Row
from training.waves import FULL_SCALE

SECONDS = 40


def row(path: str, kind: str) -> Row:
    return Row(path, kind, path, "debian:one=1", "CC0-1.0", "0" * 64, 1.0, 0, 0, "yes")


def sounding(folder: Path, name: str, seed: int, seconds: float = SECONDS) -> np.ndarray:
    rng = np.random.default_rng(seed)
    samples = (3000 * rng.standard_normal(round(seconds * RATE))).astype(np.int16)
    with wave.open(str(folder / name), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return samples


def test_all_sounds_lie_end_to_end_kind_by_kind(tmp_path: Path) -> None:
    speech, music = sounding(tmp_path, "a.wav", 1), sounding(tmp_path, "b.wav", 2, 200)
    (tmp_path / "c.ogg").write_bytes(b"no sound")
    rows = [row("a.wav", "speech"), row("c.ogg", "noise"), row("b.wav", "music")]
    assert waves.decode(rows, tmp_path) == 2
    found = waves.load(tmp_path)
    assert [one.work for one in found.list] == ["b.wav", "a.wav"]
    for one, samples in zip(found.list, (music, speech), strict=True):
        assert abs(len(found.of(one)) - len(samples)) <= 1
        np.testing.assert_allclose(found.of(one)[:9000], samples[:9000], atol=2)
    assert not list(tmp_path.glob("*.part"))
    assert not list(tmp_path.glob(".*"))


def test_the_relief_is_that_of_the_schemes(tmp_path: Path) -> None:
    samples = sounding(tmp_path, "a.wav", 3, 120)
    count = reliefs.read(samples, tmp_path)
    read = reliefs.load(tmp_path)
    sound = Sound((samples / FULL_SCALE).astype(np.float32), RATE, 0.0)
    clip = Clip(sound.span, sound=sound)
    whole = unpacked(Relief().fingerprint(clip).codes)[:, 5 : 5 + 2 * BANDS : 2]
    assert read.shape == (count, BANDS) == whole.shape
    assert (read == whole).mean() > 0.999  # sums over runs of frames end otherwise in few places
    outline = signs(OutlineScheme().fingerprint(clip).codes)[::2]
    assert (np.sign(read[::13][: len(outline)]) * outline >= 0).mean() > 0.999


def test_one_in_sixteen_is_held_back_and_nothing_is_in_both() -> None:
    kinds = ["music"] * 40 + ["speech"] * 2000
    some = [waves.Wave(kind, str(i), "0" * 64, i, 1) for i, kind in enumerate(kinds)]
    rest, held = waves.Waves(np.zeros(2040, np.int16), some).apart()
    names = [{one.work for one in side.list} for side in (rest, held)]
    assert not names[0] & names[1]
    assert len(names[0] | names[1]) == 2040
    assert sum(one.kind == "music" for one in held.list) == 3
