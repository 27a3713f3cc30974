"""What every scheme in the registry promises, whatever it computes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.extract import mirror
from fingerprint.registry import FOR_OTHERS, SCHEMES, beside_all, scheme_named
from fingerprint.scheme import MIN_QUALITY, Fingerprint, Scheme
from fingerprint.synthetic import synthetic_clips
from index.hamming import RADIUS_BITS
from index.segment import KINDS
from media.clip import Clip, Frames, Sound, Span
from tests.fingerprint.build import RATE, record, same

VIDEO = [s for s in SCHEMES if s.modality == "video"]
AUDIO = [s for s in SCHEMES if s.modality == "audio"]
FRAMES = [s for s in VIDEO if s.metric == "hamming"]  # one code a frame
FEATURES = [
    *(s for s in VIDEO if s.metric == "feature"),
    *(s for s in beside_all() if s.name.startswith("video-orb")),
]  # many codes a frame

every = pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.name)
video = pytest.mark.parametrize("scheme", VIDEO, ids=lambda s: s.name)
audio = pytest.mark.parametrize("scheme", AUDIO, ids=lambda s: s.name)
frames = pytest.mark.parametrize("scheme", FRAMES, ids=lambda s: s.name)
features = pytest.mark.parametrize("scheme", FEATURES, ids=lambda s: s.name)


def film(luma: NDArray[np.uint8]) -> Clip:
    """A clip with the same pictures as its frames and as its frames of more detail."""
    n = len(luma)
    shown = Frames(luma, np.linspace(0.0, n / 2, n, endpoint=False))
    return Clip(Span(0.0, n / 2), frames=shown, detail=shown)


def read(scheme: Scheme) -> list[Clip]:
    """The synthetic clips that a scheme reads."""
    return [c for c in synthetic_clips().values() if getattr(c, part_read(scheme)) is not None]


def part_read(scheme: Scheme) -> str:
    """The part of a clip that a scheme reads."""
    if scheme.modality == "audio":
        return "sound"
    return "detail" if scheme in FEATURES or scheme.name in FOR_OTHERS else "frames"


def test_names_are_unique() -> None:
    assert len({s.name for s in SCHEMES}) == len(SCHEMES)


@every
def test_a_name_tells_modality_and_version(scheme: Scheme) -> None:
    assert re.fullmatch(rf"{scheme.modality}-[a-z0-9]+-[1-9]\d*", scheme.name)
    assert scheme_named(scheme.name) is scheme


@every
def test_a_frozen_scheme_cannot_be_changed(scheme: Scheme) -> None:
    with pytest.raises(AttributeError):
        scheme.width = 1  # type: ignore[misc]


@every
def test_the_index_can_hold_the_codes(scheme: Scheme) -> None:
    assert scheme.metric in KINDS
    assert scheme.metric != "hamming" or scheme.width * 8 in RADIUS_BITS


@every
def test_codes_have_the_stated_shape_and_name(scheme: Scheme) -> None:
    for clip in read(scheme):
        codes = scheme.fingerprint(clip)
        assert len(codes) > 0
        assert codes.scheme == scheme.name
        assert codes.codes.shape == (len(codes), scheme.width)
        assert codes.quality.max() <= 100


@every
def test_what_is_kept_of_a_reference_is_a_part_that_stays(scheme: Scheme) -> None:
    for clip in read(scheme):
        codes = scheme.fingerprint(clip)
        kept = scheme.kept(codes)
        assert {*_rows(kept)} <= {*_rows(codes)}
        assert same(scheme.kept(kept), kept)
        assert len(kept) >= len(codes) / 20
        assert len(kept) == len(codes) or scheme.metric != "hamming"


def _rows(codes: Fingerprint) -> Iterator[tuple[bytes, float, int]]:
    values = (code.tobytes() for code in codes.codes)
    return zip(values, codes.times.tolist(), codes.quality.tolist(), strict=True)


@every
def test_nothing_is_kept_of_nothing(scheme: Scheme) -> None:
    nothing = Fingerprint.empty(scheme.name, scheme.width)
    assert same(scheme.kept(nothing), nothing)


@every
def test_times_lie_inside_the_clip(scheme: Scheme) -> None:
    for clip in read(scheme):
        codes = scheme.fingerprint(clip)
        assert len(codes.within(clip.core)) == len(codes)


@every
def test_a_later_clip_has_the_same_codes_later(scheme: Scheme) -> None:
    for clip in read(scheme):
        here, there = scheme.fingerprint(clip), scheme.fingerprint(later(clip, 1000.0))
        np.testing.assert_array_equal(here.codes, there.codes)
        np.testing.assert_allclose(there.times - here.times, 1000.0, rtol=0, atol=1e-9)


def later(clip: Clip, by_s: float) -> Clip:
    core = Span(clip.core.start_s + by_s, clip.core.end_s + by_s)
    shown = clip.frames and replace(clip.frames, times=clip.frames.times + by_s)
    detail = clip.detail and replace(clip.detail, times=clip.detail.times + by_s)
    sound = clip.sound and replace(clip.sound, start_s=clip.sound.start_s + by_s)
    return Clip(core, shown, sound, detail)


@every
def test_the_same_input_gives_the_same_output(scheme: Scheme) -> None:
    for clip in read(scheme):
        assert same(scheme.fingerprint(clip), scheme.fingerprint(clip))


@every
def test_fingerprinting_changes_nothing_in_the_clip(scheme: Scheme) -> None:
    for clip in read(scheme):
        for shown in (clip.frames, clip.detail):
            if shown is not None:
                shown.luma.setflags(write=False)  # a scheme that writes raises ValueError
        if clip.sound is not None:
            clip.sound.samples.setflags(write=False)
        scheme.fingerprint(clip)


@every
def test_a_clip_without_its_modality_gives_no_codes(scheme: Scheme) -> None:
    assert len(scheme.fingerprint(Clip(Span(0.0, 1.0)))) == 0


@video
@pytest.mark.parametrize("shape", [(90, 160), (1, 1)])
def test_no_frames_give_no_codes(scheme: Scheme, shape: tuple[int, int]) -> None:
    codes = scheme.fingerprint(film(np.zeros((0, *shape), np.uint8)))
    assert codes.codes.shape == (0, scheme.width)


@audio
@pytest.mark.parametrize("n", [0, 1, 127, 1023, 1024, 1025, 8000])
def test_hardly_any_sound_gives_few_codes(scheme: Scheme, n: int) -> None:
    rng = np.random.default_rng(n)
    clip = record(rng.uniform(-1, 1, n))
    codes = scheme.fingerprint(clip)
    assert codes.codes.shape == (len(codes), scheme.width)
    assert len(codes.within(clip.core)) == len(codes)
    assert len(codes) <= 100 * n / RATE


SHAPES = [
    (1, 1), (1, 2), (2, 1), (1, 256), (256, 1), (1, 512), (512, 3), (7, 3), (31, 33), (32, 32),
    (64, 64), (65, 63), (145, 255), (256, 256), (480, 640),
]  # fmt: skip


@frames
@pytest.mark.parametrize("shape", SHAPES)
def test_frames_may_have_any_size(scheme: Scheme, shape: tuple[int, int]) -> None:
    luma = np.random.default_rng(3).integers(0, 256, (3, *shape), dtype=np.uint8)
    codes = scheme.fingerprint(film(luma))
    assert codes.codes.shape == (3, scheme.width)
    alone = [scheme.fingerprint(film(luma[i : i + 1])) for i in range(3)]
    np.testing.assert_array_equal(codes.codes, np.concatenate([a.codes for a in alone]))
    np.testing.assert_array_equal(codes.quality, np.concatenate([a.quality for a in alone]))


@features
@pytest.mark.parametrize("shape", SHAPES)
def test_frames_of_any_size_are_read_for_features(scheme: Scheme, shape: tuple[int, int]) -> None:
    luma = np.random.default_rng(3).integers(0, 256, (3, *shape), dtype=np.uint8)
    codes = scheme.fingerprint(film(luma))
    assert codes.codes.shape == (len(codes), scheme.width)
    alone = [scheme.fingerprint(film(luma[i : i + 1])) for i in range(3)]
    np.testing.assert_array_equal(codes.codes, np.concatenate([a.codes for a in alone]))
    np.testing.assert_array_equal(codes.quality, np.concatenate([a.quality for a in alone]))
    assert (len(codes) > 0) == (min(shape) > 30)  # a feature needs its surroundings


@frames
def test_a_frame_has_the_same_code_in_whatever_company(scheme: Scheme) -> None:
    mosaic = synthetic_clips()["mosaic"].frames
    assert mosaic is not None
    luma = np.tile(mosaic.luma, (88, 1, 1))[:523]  # over two batches of every step
    whole = scheme.fingerprint(film(luma))
    first = scheme.fingerprint(film(luma[:6]))
    np.testing.assert_array_equal(whole.codes, np.tile(first.codes, (88, 1))[:523])
    np.testing.assert_array_equal(whole.quality, np.tile(first.quality, 88)[:523])


@video
def test_the_layout_of_the_pixels_in_memory_does_not_matter(scheme: Scheme) -> None:
    for clip in read(scheme):
        turned = mirror(clip)
        straight = replace(turned, frames=compact(turned.frames), detail=compact(turned.detail))
        assert same(scheme.fingerprint(turned), scheme.fingerprint(straight))


def compact(shown: Frames | None) -> Frames | None:
    return shown and replace(shown, luma=shown.luma.copy())


@frames
def test_different_pictures_have_different_codes(scheme: Scheme) -> None:
    codes = np.concatenate([scheme.fingerprint(c).codes for c in read(scheme)])
    assert len(np.unique(codes, axis=0)) == len(codes)


def dull() -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Pictures that would match anything."""
    rng = np.random.default_rng(11)
    size = (3, 144, 256)
    for level in (0, 16, 128, 255):
        yield f"flat{level}", np.full(size, level, np.uint8)
    yield "dither", rng.integers(16, 18, size, dtype=np.uint8)
    yield "noise", rng.integers(0, 256, size, dtype=np.uint8)
    yield "grain", rng.normal(90, 12, size).clip(0, 255).astype(np.uint8)
    yield "faint", np.broadcast_to(np.linspace(100, 110, 256).astype(np.uint8), size).copy()


@frames
@pytest.mark.parametrize("luma", [pytest.param(luma, id=name) for name, luma in dull()])
def test_pictures_without_structure_are_no_evidence(
    scheme: Scheme, luma: NDArray[np.uint8]
) -> None:
    assert scheme.fingerprint(film(luma)).quality.max() < MIN_QUALITY


# Noise and grain have corners, each where no other picture has one: that is for geometry to judge.
@features
@pytest.mark.parametrize(
    "luma",
    [pytest.param(luma, id=name) for name, luma in dull() if name not in {"noise", "grain"}],
)
def test_pictures_without_corners_have_no_features(scheme: Scheme, luma: NDArray[np.uint8]) -> None:
    assert len(scheme.fingerprint(film(luma))) == 0


@video
def test_pictures_with_structure_are_evidence(scheme: Scheme) -> None:
    for clip in read(scheme):
        assert scheme.fingerprint(clip).quality.min() >= 3 * MIN_QUALITY


@audio
@pytest.mark.parametrize("level", [0.0, 0.5, -1.0])
def test_silence_has_no_codes(scheme: Scheme, level: float) -> None:
    assert len(scheme.fingerprint(record(np.full(20 * RATE, level)))) == 0


@audio
def test_dither_has_no_codes(scheme: Scheme) -> None:
    steps = np.random.default_rng(5).integers(-1, 2, 20 * RATE) / 2**15
    assert len(scheme.fingerprint(record(steps))) == 0


@audio
@pytest.mark.parametrize("hertz", [440.0, 1000.0, 1234.5])
def test_a_lasting_tone_has_few_codes(scheme: Scheme, hertz: float) -> None:
    tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(20 * RATE) / RATE)
    rich = scheme.fingerprint(synthetic_clips()["notes"])
    assert len(scheme.fingerprint(record(tone))) < len(rich) / 4


@audio
def test_louder_or_softer_is_the_same(scheme: Scheme) -> None:
    notes = synthetic_clips()["notes"]
    assert notes.sound is not None
    samples = notes.sound.samples
    loud = scheme.fingerprint(replace(notes, sound=replace(notes.sound, samples=samples * 2)))
    here = scheme.fingerprint(notes)
    common = set(zip(here.times, map(bytes, here.codes), strict=True)) & set(
        zip(loud.times, map(bytes, loud.codes), strict=True)
    )
    assert len(common) > 0.95 * len(here)


@audio
def test_another_rate_is_refused(scheme: Scheme) -> None:
    sound = Sound(np.zeros(96_000, np.float32), 48_000, 0.0)
    with pytest.raises(ValueError, match="48000"):
        scheme.fingerprint(Clip(sound.span, sound=sound))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="video-phash-1"):
        scheme_named("video-phash-9")


@pytest.mark.parametrize(
    "change",
    [
        {"codes": np.zeros((2, 8), np.int16)},
        {"codes": np.zeros(2, np.uint8)},
        {"times": np.zeros(3)},
        {"times": np.zeros(2, np.float32)},
        {"times": np.array([1.0, 0.5])},
        {"quality": np.zeros(2, np.int64)},
        {"quality": np.zeros(1, np.uint8)},
    ],
)
def test_arrays_of_another_kind_are_refused(change: dict[str, Any]) -> None:
    good = Fingerprint("x", np.zeros((2, 8), np.uint8), np.zeros(2), np.zeros(2, np.uint8))
    with pytest.raises(ValueError, match="must"):
        replace(good, **change)
