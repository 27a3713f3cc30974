"""The file of frame codes is the one that FAISS writes."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

from index.copying import filled
from index.flat import GrowingFlat, flat_pieces


@pytest.mark.parametrize("bits", [64, 256])
@pytest.mark.parametrize("count", [0, 1, 1000])
def test_the_file_is_that_of_faiss(tmp_path: Path, bits: int, count: int) -> None:
    codes = np.random.default_rng(1).integers(0, 256, (count, bits // 8), dtype=np.uint8)
    ours, theirs = tmp_path / "ours.faiss", tmp_path / "theirs.faiss"
    filled(GrowingFlat(ours, bits, count), np.array_split(codes, 3))
    flat = faiss.IndexBinaryFlat(bits)
    flat.add(codes)
    faiss.write_index_binary(flat, str(theirs))
    assert ours.read_bytes() == theirs.read_bytes()
    np.testing.assert_array_equal(flat_pieces(theirs).read(0, count), codes)
    with pytest.raises(OSError, match="ends early"):
        flat_pieces(theirs).read(0, count + 1)


def test_a_file_of_fewer_codes_than_were_said_is_not_put_in_place(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="would lack 8 bytes"):
        filled(GrowingFlat(tmp_path / "short.faiss", 64, 3), [np.zeros((2, 8), np.uint8)])
    assert list(tmp_path.iterdir()) == []
