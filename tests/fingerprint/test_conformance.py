"""The golden vectors: shipped, complete, computed by this build, and far from every threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.fft import rfft

from fingerprint import conformance
from fingerprint.audio.spectrum import FLOOR, HOP, WINDOW
from fingerprint.conformance import STAGES, Mismatch, check, compute, expected
from fingerprint.registry import SCHEMES, beside_all
from fingerprint.synthetic import synthetic_clips
from fingerprint.video.dct256 import dct256
from fingerprint.video.resample import lanczos
from fingerprint.video.thumbnail import thumbnails
from media.clip import Clip

GOLDEN = Path(conformance.__file__).parent / "golden"


def test_this_build_computes_the_published_values() -> None:
    assert check() == []


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.name)
def test_every_scheme_has_golden_vectors(scheme: object) -> None:
    name = getattr(scheme, "name", "")
    assert any(part.endswith(".codes") and codes for part, codes in expected()[name].items())


def test_there_are_no_vectors_of_anything_else() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {
        "ORIGIN.md",
        f"{STAGES}.json",
        *(f"{scheme.name}.json" for scheme in (*SCHEMES, *beside_all())),
    }


def test_a_scheme_without_vectors_is_a_mismatch(monkeypatch: pytest.MonkeyPatch) -> None:
    newcomer = replace(SCHEMES[0], name="video-newcomer-1")  # type: ignore[type-var]
    monkeypatch.setattr(conformance, "SCHEMES", (*SCHEMES, newcomer))
    assert {m.vector.split("/")[0] for m in check()} == {"video-newcomer-1"}


def test_a_scheme_that_is_gone_is_a_mismatch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance, "SCHEMES", SCHEMES[1:])
    assert {m.vector.split("/")[0] for m in check()} == {SCHEMES[0].name}


def test_one_changed_bit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def hurt(thumbs: NDArray[np.float64]) -> NDArray[np.uint8]:
        codes = dct256(thumbs)
        codes[2, 7] ^= 4
        return codes

    monkeypatch.setattr("fingerprint.video.dct256.dct256", hurt)
    assert [m.vector for m in check()] == [
        "video-dct256-1/barred.codes",
        "video-dct256-1/mosaic.codes",
        "video-dct256-1/portrait.codes",
        "video-dct256-1/weave.codes",
    ]
    assert check()[1].detail.startswith("1 of 6 differ, the first is '")


def test_writing_gives_the_shipped_files_to_the_byte(tmp_path: Path) -> None:
    conformance.write(tmp_path)
    for scheme in SCHEMES:
        name = f"{scheme.name}.json"
        assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()


def test_the_command_says_what_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["conformance"])
    assert conformance.main() == 0
    monkeypatch.setattr(conformance, "check", lambda: [Mismatch("video-x-1/a.codes", "wrong")])
    assert conformance.main() == 1
    assert "video-x-1/a.codes: wrong" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(3))
def test_no_sound_vector_sits_near_a_threshold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    disturbed = {name: disturb(clip, rng) for name, clip in synthetic_clips().items()}
    assert sounds(compute(disturbed)) == sounds(expected())


def disturb(clip: Clip, rng: np.random.Generator) -> Clip:
    """The clip with each sample changed by up to a millionth of itself."""
    if clip.sound is None:
        return clip
    change = 1 + 1e-6 * rng.uniform(-1, 1, len(clip.sound.samples))
    return replace(
        clip, sound=replace(clip.sound, samples=(clip.sound.samples * change).astype(np.float32))
    )


def sounds(vectors: Mapping[str, conformance.Vectors]) -> conformance.Vectors:
    return vectors["audio-landmark-2"]


def test_no_sound_vector_hangs_on_the_precision_of_the_transform(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fingerprint.audio.spectrum.log_spectrum", in_float64)
    assert sounds(compute()) == sounds(expected())


def in_float64(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), WINDOW)[::HOP]
    magnitude = np.abs(rfft(frames * np.hanning(WINDOW + 1)[:-1], axis=1))
    log: NDArray[np.float64] = np.log(magnitude + FLOOR)
    return log.astype(np.float32)


@pytest.mark.parametrize("seed", range(3))
def test_no_picture_vector_sits_near_a_threshold(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(seed)

    def disturbed(luma: NDArray[np.uint8]) -> NDArray[np.float64]:
        exact = thumbnails(luma)
        return exact + 1e-4 * rng.uniform(-1, 1, exact.shape)

    monkeypatch.setattr("fingerprint.video.dct256.thumbnails", disturbed)
    monkeypatch.setattr("fingerprint.video.phash.thumbnails", disturbed)
    now, published = compute(), expected()
    for name in ("video-dct256-1", "video-phash-1"):
        assert now[name] == published[name]


@pytest.mark.parametrize("seed", range(3))
def test_no_bit_of_the_phash_vectors_hangs_on_rounding(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(seed)

    def disturbed(luma: NDArray[np.uint8], height: int, width: int) -> NDArray[np.float64]:
        pixels = lanczos(luma, height, width).astype(np.float64)
        return pixels * (1 + 1e-6 * rng.uniform(-1, 1, pixels.shape))

    monkeypatch.setattr("fingerprint.video.phash.lanczos", disturbed)
    assert compute()["video-phash-1"] == expected()["video-phash-1"]


def test_the_vectors_cover_full_some_and_no_loss_of_quality() -> None:
    qualities = {q for name in ("portrait", "weave") for q in quality(name)}
    assert 100 in qualities
    assert any(10 < int(q) < 90 for q in qualities)


def quality(clip: str) -> conformance.Vector:
    return expected()["video-dct256-1"][f"{clip}.quality"]
