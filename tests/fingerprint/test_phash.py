"""`video-phash-1` is `imagehash.phash` to the bit, and its resizing is Pillow's to the level.

The order in which Pillow resizes the two axes of tall pictures is that of Pillow 13 and later.
"""

from __future__ import annotations

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from fingerprint.synthetic import synthetic_clips
from fingerprint.video.phash import phash
from fingerprint.video.resample import lanczos

Luma = NDArray[np.uint8]

sizes = st.tuples(st.integers(1, 300), st.integers(1, 300))
kinds = st.sampled_from(["noise", "extremes", "flat", "two", "slope", "texture", "line"])


def picture(kind: str, size: tuple[int, int], seed: int) -> Luma:
    """A picture of a kind, from flat to the hardest that Lanczos can meet."""
    rng = np.random.default_rng(seed)
    y, x = np.meshgrid(*map(np.arange, size), indexing="ij")
    low, high = np.sort(rng.integers(0, 256, 2))
    match kind:
        case "noise":
            pixels = rng.integers(0, 256, size)
        case "extremes":  # overshoots on both sides
            pixels = rng.integers(0, 2, size) * 255
        case "flat":
            pixels = np.full(size, low)
        case "two":
            pixels = np.where(rng.random() + x / size[1] > 1, low, high)
        case "slope":
            pixels = (x * 3 + y * 2 + low) // 7
        case "line":
            pixels = np.where(y == size[0] // 2, 255, low)
        case _:
            waves = np.sin(x / rng.uniform(2, 40)) * np.cos(y / rng.uniform(2, 40))
            pixels = (128 + 80 * waves).astype(np.int64)
    return pixels.astype(np.uint8)


def oracle(luma: Luma) -> Luma:
    bits = imagehash.phash(Image.fromarray(luma)).hash
    return np.packbits(bits.ravel())


def pillow(luma: Luma, height: int, width: int) -> Luma:
    return np.asarray(Image.fromarray(luma).resize((width, height), Image.Resampling.LANCZOS))


@given(kind=kinds, size=sizes, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_bits_are_those_of_imagehash(kind: str, size: tuple[int, int], seed: int) -> None:
    luma = picture(kind, size, seed)
    np.testing.assert_array_equal(phash(luma[None])[0], oracle(luma))


@given(size=sizes, seed=st.integers(0, 2**32 - 1), n=st.integers(2, 24))
@settings(max_examples=10, deadline=None)
def test_bits_of_a_batch_are_those_of_imagehash(size: tuple[int, int], seed: int, n: int) -> None:
    names = ["noise", "flat", "two", "slope", "texture"]
    luma = np.stack([picture(names[i % 5], size, seed + i) for i in range(n)])
    np.testing.assert_array_equal(phash(luma), [oracle(frame) for frame in luma])


@pytest.mark.parametrize("level", [0, 1, 16, 127, 128, 235, 254, 255])
@pytest.mark.parametrize("size", [(1, 1), (32, 32), (90, 160), (144, 256)])
def test_bits_of_flat_frames_are_those_of_imagehash(level: int, size: tuple[int, int]) -> None:
    luma = np.full(size, level, np.uint8)
    np.testing.assert_array_equal(phash(luma[None])[0], oracle(luma))


@pytest.mark.parametrize("name", ["weave", "mosaic", "portrait"])
def test_bits_of_synthetic_films_are_those_of_imagehash(name: str) -> None:
    frames = synthetic_clips()[name].frames
    assert frames is not None
    np.testing.assert_array_equal(phash(frames.luma), [oracle(frame) for frame in frames.luma])


@given(
    kind=kinds,
    size=sizes,
    target=st.tuples(st.integers(1, 70), st.integers(1, 70)),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=100, deadline=None)
def test_resizing_is_that_of_pillow(
    kind: str, size: tuple[int, int], target: tuple[int, int], seed: int
) -> None:
    luma = picture(kind, size, seed)
    np.testing.assert_array_equal(lanczos(luma[None], *target)[0], pillow(luma, *target))


@pytest.mark.parametrize("size", [(1080, 1920), (2160, 3840), (3, 8000)])
@pytest.mark.parametrize("kind", ["noise", "extremes"])
def test_resizing_of_large_frames_is_that_of_pillow(kind: str, size: tuple[int, int]) -> None:
    luma = picture(kind, size, 1)
    np.testing.assert_array_equal(lanczos(luma[None], 32, 32)[0], pillow(luma, 32, 32))


def test_no_frames_are_no_codes() -> None:
    assert phash(np.zeros((0, 90, 160), np.uint8)).shape == (0, 8)
