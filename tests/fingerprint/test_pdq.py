"""PDQ, held against what `pdqhash` 0.2.8, the reference implementation's binding, gives.

It comes as a source that has to be compiled, so the tests need it not: `pdq_oracle.json` has what
it gave, and where it is installed it is asked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.synthetic import synthetic_clips
from fingerprint.video.pdq import (
    Pdq,
    bits_of,
    coefficients,
    dihedral,
    downsampled,
    luma_of,
    pdq,
    quality,
)

ORACLE = Path(__file__).parent / "pdq_oracle.json"
SIZES = [(5, 5), (5, 300), (64, 64), (63, 65), (128, 128), (129, 127), (144, 256), (480, 640)]
U8 = NDArray[np.uint8]


def pictures() -> Iterator[tuple[str, U8]]:
    """Pictures in RGB: moving ones, noise of every size, a slope, one flat."""
    for name, clip in synthetic_clips().items():
        if clip.frames is not None:
            for k, luma in enumerate(clip.frames.luma):
                yield f"{name}.{k}", np.repeat(luma[..., None], 3, axis=2)
    for height, width in SIZES:
        state = np.arange(height * width * 3, dtype=np.uint64) * np.uint64(2654435761)
        mixed = (state ^ (state >> np.uint64(13))) * np.uint64(0x9E3779B1) >> np.uint64(24)
        yield f"mixed.{height}x{width}", mixed.astype(np.uint8).reshape(height, width, 3)
    slope = np.broadcast_to(np.arange(300, dtype=np.uint8)[None, :, None], (200, 300, 3))
    yield "slope", slope.copy()
    yield "flat", np.full((100, 100, 3), 77, np.uint8)


def ours(rgb: U8) -> list[object]:
    """Quality and the hashes of a picture turned and flipped, the picture as it is first."""
    luma = luma_of(rgb[None])
    codes, graded = pdq(luma)
    turned = dihedral(coefficients(downsampled(luma)))
    assert codes.tobytes() == turned["original"].tobytes()
    return [int(graded[0]), *(one.tobytes().hex() for one in turned.values())]


def theirs(rgb: U8) -> list[object]:
    module: Any = import_module("pdqhash")
    vectors, graded = module.compute_dihedral(rgb)
    return [int(graded), *(np.packbits(one.astype(np.uint8)).tobytes().hex() for one in vectors)]


PICTURES = list(pictures())
each = pytest.mark.parametrize(("name", "rgb"), PICTURES, ids=[name for name, _ in PICTURES])
EXPECTED: dict[str, list[object]] = json.loads(ORACLE.read_text(encoding="utf-8"))


@each
def test_it_is_the_reference_implementation_s_to_the_bit(name: str, rgb: U8) -> None:
    assert ours(rgb) == EXPECTED[name]


@pytest.mark.skipif(find_spec("pdqhash") is None, reason="pdqhash is not installed")
@each
def test_the_reference_implementation_still_says_so(name: str, rgb: U8) -> None:
    assert theirs(rgb) == EXPECTED[name]


@given(st.integers(0, 2**32 - 1), st.integers(64, 90))
def test_a_flipped_picture_has_the_flipped_hash_but_for_rounding(seed: int, side: int) -> None:
    luma = np.random.default_rng(seed).integers(0, 256, (1, 2 * 64, 2 * 64)).astype(np.float32)
    low = coefficients(downsampled(luma))
    flipped = coefficients(np.flip(downsampled(luma), axis=2))
    np.testing.assert_allclose(np.abs(low), np.abs(flipped), rtol=0, atol=0.05)
    odd = np.where(np.arange(16) % 2 == 1, 1, -1)
    np.testing.assert_allclose(low * odd, flipped, rtol=0, atol=0.05)


def test_half_of_the_bits_are_set() -> None:
    low = np.random.default_rng(1).normal(size=(5, 16, 16)).astype(np.float32)
    assert np.unpackbits(bits_of(low), axis=1).sum(axis=1).tolist() == [128] * 5


def test_too_small_a_picture_has_no_hash() -> None:
    codes, graded = pdq(np.full((2, 4, 400), 200, np.uint8))
    assert not codes.any()
    assert not graded.any()


def test_noise_is_rich_to_pdq_and_nothing_to_us() -> None:
    luma = np.random.default_rng(1).integers(0, 256, (1, 144, 256), dtype=np.uint8)
    assert quality(downsampled(luma))[0] == 100
    clip = next(c for c in synthetic_clips().values() if c.detail is not None)
    assert clip.detail is not None
    assert Pdq().fingerprint(clip).quality.min() > 0
