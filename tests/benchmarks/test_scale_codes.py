"""What is measured of frame codes is true of each index."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks.scale import codes
from benchmarks.video_strangers import frame_strangers
from fingerprint.scheme import Fingerprint
from index import multihash


def film(seed: int, count: int = 40) -> Fingerprint:
    """Scenes of eight frames that change little."""
    rng = np.random.default_rng(seed)
    bits = np.repeat(rng.integers(0, 2, (count // 8, 256), dtype=np.uint8), 8, axis=0)
    made = np.packbits(bits ^ (rng.random(bits.shape) < 0.03), axis=1)
    return Fingerprint(codes.SCHEME, made, np.arange(count) / 2, np.full(count, 90, np.uint8))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(multihash, "LEAST_CODES", 1)
    monkeypatch.setattr(codes, "ROUNDS", 1)
    kept = codes.stored(3000, [film(1), film(2)])
    asked = np.packbits(np.unpackbits(kept[:12], axis=1) ^ (np.arange(256) % 40 == 0), axis=1)
    np.save(tmp_path / "stored.npy", kept)
    np.save(tmp_path / "asked.npy", asked)
    return tmp_path


def test_stored_codes_begin_with_real_ones() -> None:
    kept = codes.stored(3000, [film(1), film(2)])
    assert kept.shape == (3000, 32)
    np.testing.assert_array_equal(kept[:80], np.vstack([film(1).codes, film(2).codes]))
    np.testing.assert_array_equal(kept[:1000], codes.stored(1000, [film(1), film(2)]))
    first = next(islice(frame_strangers([film(1), film(2)], codes.SEED), 1))
    np.testing.assert_array_equal(kept[80:1280], first.codes)


def test_every_index_is_measured(home: Path) -> None:
    told = {}
    for kind in codes.KINDS:
        built = codes.build(kind, str(home))
        told[kind] = built | codes.ask(kind, str(home))
        assert built["bytes"] > 3000 * 32
        assert told[kind]["milliseconds_p95"] >= told[kind]["milliseconds_median"] > 0
    assert all(one["same_again"] for one in told.values())
    for exact in ("FAISS Flat", "Reelprint", "FAISS MultiHash"):
        assert told[exact]["completeness"] == 1
    assert codes._hits(home)["hits_median"] >= 1


def test_what_is_missing_counts(home: Path) -> None:
    codes.build("FAISS Flat", str(home))
    codes.ask("FAISS Flat", str(home))
    with np.load(codes._found(str(home), "FAISS Flat")) as kept:
        counts, rows = kept["counts"].copy(), kept["rows"]
    counts[0] -= 1
    assert codes._complete(str(home), (counts, rows[1:])) == pytest.approx(1 - 1 / len(rows))
