"""Vectors are found by their inner product, those of small segments all, of large ones nearly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import registry
from fingerprint.scheme import Fingerprint, Metric, Modality
from index import descriptors
from index.descriptors import CompactDescriptorSegment, DescriptorSegment
from index.rows import Rows
from index.store import Index
from media.clip import Clip
from tests.index.test_multihash import told

SIZE = 32
KINDS = (DescriptorSegment, CompactDescriptorSegment)


class Test32:
    """A scheme of vectors, as a learned one would be."""

    name = "video-test32-1"
    modality: Modality = "video"
    metric: Metric = "inner"
    width = 2 * SIZE

    def fingerprint(self, clip: Clip) -> Fingerprint:
        raise NotImplementedError

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        return fingerprint


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descriptors, "LEAST_QUANTISED", 500)
    monkeypatch.setattr(descriptors, "TRAINED_ON", 8)
    monkeypatch.setattr(registry, "SCHEMES", (*registry.SCHEMES, Test32()))


def vectors(seed: int, count: int) -> NDArray[np.float32]:
    made = np.random.default_rng(seed).standard_normal((count, SIZE)).astype(np.float32)
    unit: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit


def altered(some: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    noisy = some + share * vectors(99, len(some))
    unit: NDArray[np.float32] = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    return unit


def suspect(some: NDArray[np.float32], quality: int = 90) -> Fingerprint:
    codes = some.astype("<f2").view(np.uint8)
    count = len(some)
    return Fingerprint(Test32.name, codes, np.arange(count) / 4, np.full(count, quality, np.uint8))


def rows(some: NDArray[np.float32]) -> Rows:
    count = len(some)
    owners = (np.arange(count) // 5).astype(np.uint32)
    return Rows(suspect(some).codes, owners, np.arange(count, dtype=np.uint32))


def distances(asked: NDArray[np.float32], stored: NDArray[np.float32]) -> NDArray[np.int64]:
    """In thousandths, of vectors as float16 keeps them."""
    one, other = (a.astype("<f2").astype(np.float64) for a in (asked, stored))
    return np.rint((1 - one @ other.T) * 1000).clip(0).astype(np.int64)


def test_a_small_segment_finds_everything_within_the_radius(tmp_path: Path) -> None:
    stored = vectors(1, 300)
    asked = altered(stored[::9], 0.5)
    DescriptorSegment.write(tmp_path / "s", rows(stored))
    segment = DescriptorSegment.open(tmp_path / "s")
    apart = distances(asked, stored)
    for radius in (0, 50, 130, 400):
        found = segment.search(suspect(asked), (), radius)
        assert abs(len(found) - int((apart <= radius).sum())) <= 1  # one may lie on the edge
        assert found.distances.max(initial=0) <= radius
        own = np.rint(found.query_times * 4).astype(int)
        at = np.rint(found.reference_times * 4000).astype(int)
        assert np.abs(apart[own, at] - found.distances).max(initial=0) <= 1
        assert (np.diff(own * 1000 + at) > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_segment_finds_what_is_near_at_the_same_distance(
    tmp_path: Path, kind: type[DescriptorSegment]
) -> None:
    stored = vectors(2, 1200)
    asked = altered(stored[::10], 0.3)
    files = kind.write(tmp_path / "s", rows(stored))
    assert len(files) == 4
    segment = kind.open(tmp_path / "s")
    exact = DescriptorSegment(segment._vectors, segment._owners, segment._ticks)
    found, every = (set(told(s.search(suspect(asked), (), 60))) for s in (segment, exact))
    assert found <= every
    assert len(found) >= 0.9 * len(every) >= 0.9 * 110
    assert told(segment.search(suspect(asked), (), 60)) == sorted(found)


def test_the_same_vectors_make_the_same_files(tmp_path: Path) -> None:
    stored = rows(vectors(3, 800))
    files = DescriptorSegment.write(tmp_path / "s", stored)
    assert DescriptorSegment.write(tmp_path / "s", stored) == files


@pytest.mark.parametrize("count", [200, 900])
def test_as_many_live_ones_are_given_as_were_asked_for(tmp_path: Path, count: int) -> None:
    stored = np.repeat(vectors(4, 1), count, axis=0)
    DescriptorSegment.write(tmp_path / "s", rows(stored))
    segment = DescriptorSegment.open(tmp_path / "s")
    dead = tuple(range(count // 5 - 3))
    few = segment.closest(suspect(stored[:2]), dead, 100, 15)
    assert np.bincount(few.asked).tolist() == [15, 15]
    assert not np.isin(few.hits.references, dead).any()
    assert few.reach.tolist() == [100, 100]
    fewer = segment.closest(suspect(stored[:2]), dead, 100, 14)
    assert fewer.reach.tolist() == [-1, -1]
    assert len(fewer.hits) == 0


def test_the_rows_are_the_vectors_that_were_written(tmp_path: Path) -> None:
    stored = rows(vectors(5, 700))
    DescriptorSegment.write(tmp_path / "s", stored)
    again = DescriptorSegment.open(tmp_path / "s").rows
    for name in ("values", "owners", "ticks"):
        np.testing.assert_array_equal(getattr(again, name), getattr(stored, name))


def test_an_index_holds_them_merges_and_removes(tmp_path: Path) -> None:
    index = Index(tmp_path)
    for number in range(30):
        index.add(Test32.name, {number: suspect(vectors(number, 25))})
    asked = suspect(altered(vectors(7, 25), 0.2))
    assert {*index.search(asked).references.tolist()} >= {7}
    near = index.closest(asked, 1)
    assert near.hits.references.tolist() == [7] * 25
    index.remove([7])
    assert 7 not in Index(tmp_path).search(asked).references
    assert len(Index(tmp_path).closest(asked, 1000, 5).hits) == 0


def test_vectors_without_evidence_are_neither_stored_nor_searched(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.add(Test32.name, {1: suspect(vectors(1, 5), quality=0), 2: suspect(vectors(1, 5))})
    assert {*index.search(suspect(vectors(1, 5))).references.tolist()} == {2}
    assert len(index.search(suspect(vectors(1, 5), quality=0))) == 0
    assert len(index.search(Fingerprint.empty(Test32.name, 2 * SIZE))) == 0
