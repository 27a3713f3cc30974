"""Tables find what comparing every code finds, in the same order, whatever the codes are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from index import multihash
from index.candidates import Candidates, Closest
from index.hamming import HammingSegment
from index.multihash import DamagedTables, HashTables, Partition, write_tables
from index.near import Near
from index.rows import Rows
from index.store import Index
from reelprint.extraction import extract_reference
from tests.index.builders import SMALL, VIDEO

U8 = NDArray[np.uint8]
FILM = Path(__file__).parents[2] / "reelprint" / "demo" / "works" / "city-time-lapse.mp4"
BYTES = {VIDEO: 32, SMALL: 8}


@pytest.fixture(scope="module")
def real() -> dict[str, U8]:
    """Codes of a real film, and some hundreds that differ from them as other material does."""
    read = extract_reference(FILM, [VIDEO, SMALL]).fingerprints
    return {name: _crowd(read["plain", name].codes, 400) for name in (VIDEO, SMALL)}


def _crowd(codes: U8, count: int) -> U8:
    rng = np.random.default_rng(3)
    flips = rng.random((count, 8 * codes.shape[1])) < rng.uniform(0, 0.2, (count, 1))
    return np.packbits(np.unpackbits(codes[rng.integers(0, len(codes), count)], axis=1) ^ flips, 1)


@pytest.fixture
def tabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every segment has tables, however small."""
    monkeypatch.setattr(multihash, "LEAST_CODES", 1)


def made(folder: Path, codes: U8, tables: int | None = None) -> HashTables:
    with pytest.MonkeyPatch.context() as patch:
        if tables is not None:
            even = Partition.even(8 * codes.shape[1], tables)
            patch.setattr(Partition, "of", classmethod(lambda cls, bits, count: even))
        write_tables(folder / "made", codes)
    return HashTables.open(folder / "made", astray(codes))


def astray(codes: U8) -> U8:
    """The same at an odd address, where they lie in a file of FAISS: numba compiles for that."""
    room = np.empty(codes.size + 1, np.uint8)[1:].reshape(codes.shape)
    room[:] = codes
    return room


def compared(codes: U8, asked: U8, radius: int) -> list[tuple[int, int, int]]:
    """Position, row and distance of each hit, by comparing everything."""
    apart = np.bitwise_count(asked[:, None] ^ codes).sum(axis=2)
    return [(int(q), int(r), int(apart[q, r])) for q, r in np.argwhere(apart <= radius)]


def listed(found: Near) -> list[tuple[int, int, int]]:
    asked = np.repeat(np.arange(len(found.counts)), found.counts)
    return [*zip(asked.tolist(), found.rows.tolist(), found.distances.tolist(), strict=True)]


def owners(codes: U8) -> NDArray[np.uint32]:
    return (np.arange(len(codes)) // 3).astype(np.uint32)


def _random(rng: np.random.Generator, count: int, width: int) -> U8:
    return rng.integers(0, 256, (count, width), dtype=np.uint8)


def _equal(rng: np.random.Generator, count: int, width: int) -> U8:
    return np.repeat(_random(rng, 1, width), count, axis=0)


def _near(rng: np.random.Generator, count: int, width: int) -> U8:
    return _equal(rng, count, width) ^ np.packbits(rng.random((count, 8 * width)) < 0.03, axis=1)


def _crammed(rng: np.random.Generator, count: int, width: int) -> U8:
    """All that differs are a few neighbouring bits."""
    codes = _equal(rng, count, width)
    codes[:, :2] = _random(rng, count, 2)
    return codes


def _few(rng: np.random.Generator, count: int, width: int) -> U8:
    return _random(rng, 3, width)[rng.integers(0, 3, count)]


KINDS = (_random, _equal, _near, _crammed, _few)


@pytest.mark.parametrize("width", [8, 32])
@given(
    kind=st.sampled_from(KINDS),
    count=st.integers(1, 60),
    share=st.floats(0, 1),
    radius=st.integers(0, 40),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=20)
def test_whatever_is_within_the_radius_is_found(
    tmp_path_factory: pytest.TempPathFactory,
    kind: Callable[[np.random.Generator, int, int], U8],
    width: int,
    count: int,
    share: float,
    radius: int,
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    codes, radius = kind(rng, count, width), min(radius, width * 2)
    fewest, most = (4, 8) if width == 8 else (16, 32)
    tables = made(tmp_path_factory.mktemp("t"), codes, round(fewest + share * (most - fewest)))
    flips = rng.random((12, 8 * width)) < rng.uniform(0, radius / width / 4, (12, 1))
    asked = codes[rng.integers(0, count, 12)] ^ np.packbits(flips, axis=1)
    found = tables.search(asked, radius, owners(codes))
    assert listed(found) == compared(codes, asked, radius)
    assert found.reach.tolist() == [radius] * 12


@pytest.mark.parametrize("tables", [12, 16, 20])
def test_the_radius_is_reached_where_it_is_hardest(tmp_path: Path, tables: int) -> None:
    """All tables but one have a bit more turned than they are searched for."""
    rng = np.random.default_rng(1)
    divided = Partition.even(256, tables).divided
    turned = np.zeros((600, 256), np.uint8)
    for row in turned:
        shares = rng.permutation(32 // tables + (np.arange(tables) < 32 % tables))
        shares[rng.choice(np.flatnonzero(shares))] -= 1
        for table, share in enumerate(shares):
            row[rng.choice(np.flatnonzero(divided == table), share, replace=False)] = 1
    code = _random(rng, 1, 32)
    codes = code ^ np.packbits(turned, axis=1)
    found = made(tmp_path, codes, tables).search(code, 31, owners(codes))
    assert found.rows.tolist() == list(range(600))
    assert (found.distances == 31).all()
    assert len(made(tmp_path, codes, tables).search(code, 30, owners(codes)).rows) == 0


@pytest.mark.usefixtures("tabled")
@pytest.mark.parametrize("scheme", [VIDEO, SMALL])
def test_a_segment_with_tables_answers_as_one_without(
    tmp_path: Path, real: dict[str, U8], scheme: str
) -> None:
    codes = real[scheme]
    rows = Rows(codes, owners(codes), np.arange(len(codes), dtype=np.uint32))
    files = HammingSegment.write(tmp_path / "s", rows)
    segment = HammingSegment.open(tmp_path / "s")
    plain = HammingSegment(segment._codes, segment._owners, segment._ticks)
    asked = suspect(scheme, np.vstack([codes[::7], _crowd(codes, 40)]))
    radius = multihash.RADIUS_BITS[8 * codes.shape[1]]
    assert len(files) == 3 + len(multihash.NAMES)
    for nothing in (
        suspect(scheme, codes[:0]),
        suspect(scheme, codes[:9]).take(np.arange(9) % 3 == 2),
    ):
        assert len(segment.search(nothing, (), radius)) == 0
        assert segment.closest(nothing, (), radius, 5).reach.tolist() == [radius] * len(nothing)
    for removed in ((), (3, 5, 77), tuple(range(0, 200, 2))):
        found = segment.search(asked, removed, radius)
        assert len(found) > 100
        same(found, plain.search(asked, removed, radius))
        for most in (0, 1, 5, 40, 10**6):
            closest = segment.closest(asked, removed, radius, most)
            same_closest(closest, plain.closest(asked, removed, radius, most))
            assert np.bincount(closest.asked, minlength=1).max() <= most


def suspect(scheme: str, codes: U8) -> Fingerprint:
    """Each third frame proves nothing."""
    quality = np.where(np.arange(len(codes)) % 3 == 2, 0, 90).astype(np.uint8)
    return Fingerprint(scheme, codes, np.arange(len(codes)) / 16, quality)


def same(one: Candidates, other: Candidates) -> None:
    for name in ("references", "query_times", "reference_times", "distances"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def same_closest(one: Closest, other: Closest) -> None:
    same(one.hits, other.hits)
    np.testing.assert_array_equal(one.asked, other.asked)
    np.testing.assert_array_equal(one.reach, other.reach)


@pytest.mark.usefixtures("tabled")
@pytest.mark.parametrize("most", [0, 3, 30])
def test_the_closest_do_not_depend_on_how_the_index_is_cut(
    tmp_path: Path, real: dict[str, U8], most: int
) -> None:
    asked = suspect(VIDEO, real[VIDEO][:60])
    prints = {n: suspect(VIDEO, real[VIDEO][n * 20 : n * 20 + 20]) for n in range(20)}
    whole, cut = Index(tmp_path / "whole"), Index(tmp_path / "cut")
    whole.add(VIDEO, prints)
    for numbers in (range(9), range(9, 14), range(14, 17), range(17, 19), [19]):
        cut.add(VIDEO, {n: prints[n] for n in numbers})
    assert len(cut._manifest.segments) > 2
    for index in (whole, cut):
        index.remove([4, 18])
    one, other = (index.closest(asked, most, 31) for index in (whole, cut))
    assert one.reach.tolist() == other.reach.tolist()
    assert told(one.hits) == told(other.hits)
    assert told(whole.search(asked, 31)) == told(cut.search(asked, 31))


def told(hits: Candidates) -> list[tuple[float, ...]]:
    """Hits in an order of their own: that of the index is by segment."""
    columns = (hits.references, hits.query_times, hits.reference_times, hits.distances)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("most", [0, 1, 2, 50, 1000])
def test_as_many_are_given_as_fit_up_to_a_whole_distance_that_is_said(
    tmp_path: Path, most: int
) -> None:
    codes = np.vstack(
        [_near(np.random.default_rng(5), 200, 32), _few(np.random.default_rng(5), 90, 32)]
    )
    found = made(tmp_path, codes).search(codes[::9], 31, owners(codes), most=most)
    for q, code in enumerate(codes[::9]):
        within = [len(compared(codes, code[None], r)) for r in range(32)]
        reach = sum(n <= most for n in within) - 1
        assert found.reach[q] == reach
        assert found.counts[q] == (within[reach] if reach >= 0 else 0)


def test_a_crowd_is_not_compared_for_ever_and_that_is_said(tmp_path: Path) -> None:
    codes = _near(np.random.default_rng(5), 3000, 32)
    tables = made(tmp_path, codes)
    for met in (0, 100, 1000, 30_000):
        found = tables.search(codes[:9], 31, owners(codes), most_met=met)
        for q in range(9):
            assert found.counts[q] == len(compared(codes, codes[q : q + 1], int(found.reach[q])))
        assert met or (found.reach == -1).all()
    assert (found.reach > 5).all()
    assert (found.reach < 31).any()


def test_equal_codes_stand_in_the_tables_once(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    codes = np.vstack([_equal(rng, 5000, 32), _random(rng, 100, 32), _few(rng, 500, 32)])
    made(tmp_path, codes, 16)
    assert len(np.load(tmp_path / "made.ids.npy")) == 16 * (1 + 100 + 3)


@pytest.mark.parametrize("scheme", [VIDEO, SMALL])
def test_tables_made_from_a_mapped_file_are_the_same(
    tmp_path: Path, real: dict[str, U8], scheme: str
) -> None:
    np.save(tmp_path / "codes.npy", real[scheme])
    mapped = np.load(tmp_path / "codes.npy", mmap_mode="r")
    files = write_tables(tmp_path / "s", real[scheme])
    assert write_tables(tmp_path / "s", mapped) == files
    assert {*files} == {f"s.{name}.npy" for name in multihash.NAMES}


@pytest.mark.parametrize("count", [1, 1000, 10**5, 10**6, 10**7, 10**8])
@pytest.mark.parametrize("bits", [64, 256])
def test_every_bit_belongs_to_a_table(bits: int, count: int) -> None:
    partition = Partition.of(bits, count)
    assert partition.widths.sum() == len(partition.divided) == bits
    assert np.ptp(partition.widths) <= 1
    parts = [partition.parts(table) for table in range(len(partition.widths))]
    one = np.packbits(np.eye(bits, dtype=np.uint8), axis=1)
    assert (np.bitwise_count(multihash.keys(one, parts)).sum(axis=1) == 1).all()


@given(
    name=st.sampled_from(["ranks", "starts", "ids", "filled", "repeated", "spans", "same"]),
    at=st.floats(0, 1),
    value=st.integers(0, 2**32 - 1),
    many=st.booleans(),
)
@settings(max_examples=100)
def test_a_wrong_number_in_a_table_is_never_followed_out_of_it(
    written: tuple[U8, dict[str, NDArray[np.uint32]]], name: str, at: float, value: int, many: bool
) -> None:
    codes, columns = written
    wrong = columns[name].copy()
    start = round(at * (len(wrong) - 1))
    wrong[start : None if many else start + 1] = value
    try:
        found = HashTables(astray(codes), {**columns, name: wrong}).search(
            codes, 31, owners(codes), (1,)
        )
    except DamagedTables:
        return
    assert found.rows.max(initial=0) < len(codes)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[U8, dict[str, NDArray[np.uint32]]]:
    """Some codes and the columns of their tables."""
    rng = np.random.default_rng(6)
    codes = np.vstack([_near(rng, 60, 32), _few(rng, 60, 32)])
    folder = tmp_path_factory.mktemp("t")
    made(folder, codes, 32)
    return codes, {n: np.load(folder / f"made.{n}.npy") for n in multihash.NAMES}


@pytest.mark.parametrize("name", multihash.NAMES)
def test_tables_that_do_not_fit_are_refused(
    written: tuple[U8, dict[str, NDArray[np.uint32]]], name: str
) -> None:
    codes, columns = written
    short = {**columns, name: columns[name][:-1]}
    with pytest.raises(DamagedTables):
        HashTables(astray(codes), short).search(codes, 31, owners(codes))


def test_the_compiler_is_not_loaded_for_a_small_index() -> None:
    told = "import sys, index.store; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
