"""Compiled loops give the places that NumPy gives, and a process has numba only when it pays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.audio.pairs import KEYS
from index import compiled
from index.candidates import Postings
from index.columns import read_columns, write_columns
from index.joined import JoinedPostings
from index.postings import PostingsSegment
from index.rows import Rows

KNOWN = 300  # keys that have postings, of all kinds of crowding


def rows(seed: int, count: int, hours: float = 1.0, first: int = 0) -> Rows:
    """Keys of which some are crowded, of twelve references."""
    rng = np.random.default_rng(seed)
    keys = np.minimum(rng.geometric(0.02, count) * (KEYS // KNOWN), KEYS - 1).astype(np.uint32)
    owners = np.sort(rng.integers(first, first + 12, count)).astype(np.uint32)
    return Rows(keys, owners, rng.integers(0, int(hours * 3600 * 4000), count).astype(np.uint32))


def segment(stem: Path, stored: Rows) -> PostingsSegment:
    PostingsSegment.write(stem, stored)
    return PostingsSegment.open(stem)


def both(joined: JoinedPostings, keys: list[int]) -> None:
    """What is found of keys in either way."""
    asked = np.array(keys, np.int64)
    found: list[Postings] = []
    for preferred in (False, True):
        compiled.prefer(preferred)
        found.append(joined.look_up(asked))
    compiled.prefer(None)
    np.testing.assert_array_equal(found[0].counts, found[1].counts)
    np.testing.assert_array_equal(found[0].places, found[1].places)
    assert found[0].places.dtype == found[1].places.dtype == joined.timeline.kind
    assert len(found[0].places) > 0


def some_keys(stored: Rows) -> list[int]:
    """Those that have postings, again and again and in no order, the last there is, and others."""
    rng = np.random.default_rng(3)
    known = rng.choice(stored.values, 700).tolist()
    return [*known, KEYS - 1, *known[:99], 0, *rng.integers(0, KEYS, 50).tolist()]


def gone(*numbers: int) -> NDArray[np.uint32]:
    return np.array(numbers, np.uint32)


@pytest.mark.parametrize("hours", [1.0, 40.0])  # places of three bytes, and of four
def test_places_are_the_same_of_one_segment_and_of_several(tmp_path: Path, hours: float) -> None:
    stored = rows(1, 20_000, hours)
    parts = [
        (segment(tmp_path / "one", stored), gone()),
        (segment(tmp_path / "two", rows(2, 3_000, first=20)), gone(21)),
        (segment(tmp_path / "three", rows(3, 1, first=40)), gone()),
    ]
    for held in (parts[:1], parts):
        both(JoinedPostings.of(KEYS, held), some_keys(stored))


def test_a_large_segment_has_its_first_postings_mapped(tmp_path: Path) -> None:
    stored = rows(1, KEYS + 5)
    large, small = (
        segment(tmp_path / "l", stored),
        segment(tmp_path / "s", stored.take(np.arange(9))),
    )
    assert (tmp_path / "l.first.npy").exists() is True
    assert (tmp_path / "l.counts.npy").exists() is False
    assert (tmp_path / "s.first.npy").exists() is False
    np.testing.assert_array_equal(large.counts, np.bincount(stored.values, minlength=KEYS))
    np.testing.assert_array_equal(small.counts, np.bincount(stored.values[:9], minlength=KEYS))
    both(JoinedPostings.of(KEYS, [(large, gone()), (small, gone())]), some_keys(stored))


def test_a_segment_takes_far_less_than_twelve_bytes_a_posting(tmp_path: Path) -> None:
    """However small: at its worst, with just as many postings as keys."""
    rng = np.random.default_rng(1)
    for count in (1_000, KEYS - 1, KEYS):
        keys = rng.integers(0, KEYS, count).astype(np.uint32)
        ticks = rng.integers(0, 2**24, count).astype(np.uint32)
        stem = tmp_path / str(count) / "one"
        stem.parent.mkdir()
        PostingsSegment.write(stem, Rows(keys, np.ones(count, np.uint32), ticks))
        assert sum(path.stat().st_size for path in stem.parent.iterdir()) < 12 * count


@pytest.mark.parametrize("wrong", ["beyond", "backwards"])
def test_where_postings_begin_is_checked_before_it_is_followed(tmp_path: Path, wrong: str) -> None:
    """A byte may change after the files were checked; a compiled loop would read anything."""
    stored = rows(1, KEYS)
    segment(tmp_path / "one", stored)
    first = read_columns(tmp_path / "one", "first")[0].copy()
    key = int(stored.values[0])
    first[key if wrong == "backwards" else key + 1] = len(stored) + 1
    write_columns(tmp_path / "one", first=first)
    opened = PostingsSegment.open(tmp_path / "one")
    for preferred in (False, True):
        compiled.prefer(preferred)
        with pytest.raises(ValueError, match="damaged"):
            opened.look_up(np.array([key]))
    compiled.prefer(None)


def test_numba_is_imported_only_when_many_postings_were_met() -> None:
    program = """
import sys
import numpy as np
from index import compiled
from index.store import Index
from matchers.places import vote_places
assert not compiled.pays(compiled.MANY // 2)
assert "numba" not in sys.modules
assert compiled.pays(compiled.MANY // 2)
assert "numba" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_where_numba_cannot_be_had_numpy_goes_on() -> None:
    program = """
import sys
sys.modules["numba"] = None  # which makes an import fail
from index import compiled
assert not compiled.pays(2 * compiled.MANY)
compiled.prefer(True)
assert not compiled.pays(1)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("stay slow")) == (0, 1)
