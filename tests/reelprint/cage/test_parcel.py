"""What comes out of the cage: exact if it is sound, refused if it is anything else."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from reelprint.cage.parcel import Array, Parcel, parse, plain

SHAPES = arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=9)
ARRAYS = st.one_of(arrays.arrays(np.uint8, SHAPES), arrays.arrays(np.float64, SHAPES))
WORDS = st.dictionaries(st.text(max_size=9), st.none() | st.integers() | st.text(max_size=30))


def written(parcel: Parcel) -> bytes:
    return b"".join(parcel.pieces())


def header(said: object, announced: object, rest: bytes = b"") -> bytes:
    words = json.dumps({"said": said, "arrays": announced}).encode()
    start = struct.pack("<I", len(words)) + words
    return start + bytes(-len(start) % 64) + rest


@settings(deadline=None)
@given(WORDS, st.lists(ARRAYS, max_size=4))
def test_what_is_packed_is_unpacked(said: dict[str, object], given_: list[Array]) -> None:
    parcel = parse(written(Parcel(said, given_)))
    assert parcel.said == said
    assert len(parcel.arrays) == len(given_)
    for ours, theirs in zip(parcel.arrays, given_, strict=True):
        assert ours.dtype == theirs.dtype
        assert ours.shape == theirs.shape
        assert ours.tobytes() == theirs.tobytes()


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_other_bytes_are_refused_and_nothing_else_happens(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data)


@settings(deadline=None)
@given(st.data())
def test_a_parcel_that_was_cut_or_grew_is_refused(data: st.DataObject) -> None:
    whole = written(Parcel({"a": 1}, [np.arange(50, dtype=np.uint8), np.arange(9.0)]))
    cut = data.draw(st.integers(0, len(whole) - 1))
    for other in (whole[:cut], whole + b"\0"):
        with pytest.raises(ValueError, match=r"."):
            parse(other)


@pytest.mark.parametrize(
    "data",
    [
        header([], []),
        header({}, {}),
        header({}, [["u1", [-1]]]),
        header({}, [["u1", [1 << 62, 4]]]),
        header({}, [["u1", [True]]], bytes(64)),
        header({}, [["u1", [64.0]]], bytes(64)),
        header({}, [["O", [8]]], bytes(64)),
        header({}, [["u1", []]], bytes(64)),
        header({}, [["u1", [1, 1, 1, 1]]], bytes(64)),
        header({}, [["u1"]]),
        header({"at": float("nan")}, []),
        struct.pack("<I", 1 << 31),
        struct.pack("<I", 200_000) + b"[" * 200_000,
    ],
)
def test_impossible_announcements_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data)


def test_words_from_inside_are_one_printable_line() -> None:
    assert plain("a\x1b[2J\nb\u202ec") == r"a\x1b[2J\nb\u202ec"
    assert len(plain("x" * 10_000)) == 2000
