from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from tests.training.packed import picture, sound
from training.looks import Look, look


def test_a_header_says_how_long_and_how_large(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(sound(10.5))
    (tmp_path / "b").write_bytes(picture(128))
    assert look(tmp_path / "a", "music") == Look(10.5)
    assert look(tmp_path / "b", "drawing") == Look(0.0, 128, 128)


def test_what_is_too_short_or_small_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(sound(9.9))
    (tmp_path / "b").write_bytes(picture(127))
    assert look(tmp_path / "a", "music") is None
    assert look(tmp_path / "a", "speech") == Look(9.9)
    assert look(tmp_path / "b", "picture") is None


@pytest.mark.parametrize(("side", "taken"), [(6000, True), (6200, False), (10_000, False)])
def test_what_is_too_large_is_passed_over(side: int, taken: bool, tmp_path: Path) -> None:
    small, wrong = picture(200), struct.pack(">II", 200, 200)
    header = small[12:29].replace(wrong, struct.pack(">II", side, side))
    stated = header + struct.pack(">I", zlib.crc32(header))
    (tmp_path / "a.png").write_bytes(small[:12] + stated + small[33:])
    assert (look(tmp_path / "a.png", "picture") is not None) is taken


@pytest.mark.parametrize("data", [b"", b"no media", b"\x89PNG\r\n\x1a\n cut", b"OggS" + bytes(60)])
def test_what_cannot_be_read_is_passed_over(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert look(tmp_path / "a.png", "picture") is None
    assert look(tmp_path / "a.png", "music") is None
