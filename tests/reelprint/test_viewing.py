"""In a large catalogue every frame of a window is looked up, though few are compared with all."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from fingerprint.scheme import Fingerprint
from index.store import Index
from matchers.rationing import spread
from reelprint import searching
from reelprint.searching import Searcher

SCHEME = "video-dct256-1"


def film(seed: int, count: int, per_s: float) -> Fingerprint:
    made = np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)
    return Fingerprint(SCHEME, made, np.arange(count) / per_s, np.full(count, 90, np.uint8))


def altered(frames: Fingerprint, bits: int) -> Fingerprint:
    flips = np.packbits(np.arange(256) < bits)
    return Fingerprint(frames.scheme, frames.codes ^ flips, frames.times, frames.quality)


@pytest.mark.parametrize(("bits", "found"), [(0, 160), (31, 160), (32, 16), (88, 16), (89, 0)])
def test_frames_that_are_not_compared_are_found_near_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bits: int, found: int
) -> None:
    index, work = Index(tmp_path), film(1, 160, 8.0)
    index.add(SCHEME, {1: work, 2: film(2, 40, 2.0)})
    searcher, suspect = Searcher(index), altered(work, bits)
    whole = searcher.hits(suspect)
    assert len(whole) == (160 if bits <= 88 else 0)
    monkeypatch.setattr(searching, "spread", partial(spread, most=16 * 200))
    hits = searcher.hits(suspect)
    assert len(hits) == found
    assert (hits.reference_times == hits.query_times).all()
    assert len(np.unique(hits.query_times)) == found
