"""The shipped weights, on views that anybody can make."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fingerprint.video.learned_net import LENGTH, TOLERANCE, WEIGHTS, described, read
from media.clip import U8

# The first six numbers of each; other machines may differ by TOLERANCE.
GOLDEN = (
    (0.0637, -0.1702, -0.0554, 0.0066, -0.0469, 0.0946),
    (-0.0453, 0.2175, 0.0573, -0.0792, -0.1159, -0.0030),
    (-0.0423, 0.0597, -0.1211, -0.0063, 0.0007, 0.0154),
)


def views() -> U8:
    """A slope that begins again, waves, a chess board."""
    y, x = np.mgrid[:128, :128]
    slope, board = (2 * x) % 256, ((x // 16 + y // 16) % 2) * 200 + 20
    return np.stack([slope, 128 + 100 * np.sin(x / 9) * np.cos(y / 14), board]).astype(np.uint8)


def test_the_shipped_weights_give_the_golden_numbers() -> None:
    found = described(views())
    assert np.abs(found[:, :6] - GOLDEN).max() < TOLERANCE
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_numbers_hang_on_the_view_alone() -> None:
    alone = [described(view[None])[0] for view in views()]
    assert np.abs(np.array(alone) - described(views())).max() < 1e-5
    assert np.array_equal(described(views()), described(views()))
    assert described(views()[:0]).shape == (0, LENGTH)


def test_a_mirrored_and_blurred_view_is_nearer_than_another() -> None:
    waves, board = views()[1:]
    altered = np.asarray(cv2.GaussianBlur(waves[:, ::-1], (0, 0), 2), np.uint8)
    vectors = described(np.stack([waves, altered, board]))
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_what_is_no_weights_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        read(tmp_path / WEIGHTS)
    (tmp_path / WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(ValueError, match="pickled"):
        read(tmp_path / WEIGHTS)
