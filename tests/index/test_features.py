"""Features are found by word and signature, however the index came to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from fingerprint.video.words import SIGNATURE_BITS, WORD_BITS, beside, signatures, words
from index.features import NEAR_BITS, FeatureSegment
from index.rows import Rows, concatenate
from index.store import Index
from tests.index.builders import (
    FEATURES,
    WIDTHS,
    Hits,
    check,
    filled,
    fingerprint,
    hits,
    naive,
    postings_of,
    step,
)

SIZES = [9, 12, 0, 20, 30, 40, 60]  # each takes in what is there, if it may
SUSPECT = fingerprint(FEATURES, 5, 40)


def features(word: Sequence[int], signature: Sequence[int], every_s: float = 1.0) -> Fingerprint:
    """Features of given words and signatures, one after the other."""
    read = [w << SIGNATURE_BITS | s for w, s in zip(word, signature, strict=True)]
    unread = WIDTHS[FEATURES] * 8 - WORD_BITS - SIGNATURE_BITS
    codes = [(number << unread).to_bytes(WIDTHS[FEATURES]) for number in read]
    n, times = len(codes), (np.arange(len(codes)) * every_s).astype(np.float64)
    shaped = np.frombuffer(b"".join(codes), np.uint8).reshape(n, -1)
    return Fingerprint(FEATURES, shaped, times, np.full(n, 90, np.uint8))


def crowd(seed: int, n: int = 300) -> Fingerprint:
    """Features of few words, many of them in one frame: neither a word nor a place is their own."""
    rng = np.random.default_rng(seed)
    signature = rng.integers(0, 2**SIGNATURE_BITS, n)
    return features((rng.integers(0, 5, n) << 8).tolist(), signature.tolist(), every_s=0.004)


def near(index: Index, word: int, signature: int) -> list[float]:
    """The seconds of what is found of one word and signature."""
    signed = np.array([signature], np.uint32)
    found = index.near(FEATURES, np.array([word], np.int64), signed)
    return sorted(at / 25 for _, _, at, _ in postings_of(found))


@pytest.mark.parametrize("own", [0, 2**SIGNATURE_BITS - 1, 0xA5C3_0F96])
def test_a_signature_is_near_up_to_its_bits_and_not_further(tmp_path: Path, own: int) -> None:
    for order in (range(SIGNATURE_BITS), reversed(range(SIGNATURE_BITS))):
        masks = [0]
        for bit in order:
            masks.append(masks[-1] | 1 << bit)
        index = Index(tmp_path / str(masks[1]))
        index.add(FEATURES, {1: features([77] * len(masks), [own ^ mask for mask in masks])})
        assert near(index, 77, own) == list(range(NEAR_BITS + 1))


def test_words_are_found_that_are_asked_for_and_no_others(tmp_path: Path) -> None:
    word = 0b1010_1010_1010_1010_1010
    stored = [word, word ^ 1, word ^ 1 << 19, word ^ 0b11, word ^ 1 << 19 ^ 1]
    index = Index(tmp_path)
    index.add(FEATURES, {1: features(stored, [9] * 5)})
    assert near(index, word, 9) == [0.0]
    asked = beside(np.array([word])).ravel()
    found = index.near(FEATURES, asked, np.full(len(asked), 9, np.uint32))
    assert sorted(at / 25 for _, _, at, _ in postings_of(found)) == [0.0, 1.0, 2.0]


def test_what_is_near_is_counted_for_each_that_asks(tmp_path: Path) -> None:
    """A word may be asked for with several signatures, and in any order."""
    index = Index(tmp_path)
    index.add(FEATURES, {1: features([6, 4, 4, 4], [0, 0, 2**32 - 1, 1])})
    index.add(FEATURES, {2: features([4], [2**32 - 2])})
    asked = np.array([4, 5, 4, 6, 4], np.int64)
    signed = np.array([2**32 - 1, 0, 0, 2**31, 2**16 - 1], np.uint32)
    found = index.near(FEATURES, asked, signed)
    assert found.counts.sum(axis=0).tolist() == [2, 0, 2, 1, 0]
    assert [(n, which, at // 25) for n, which, at, _ in sorted(postings_of(found))] == [
        (1, 0, 2),
        (1, 2, 1),
        (1, 2, 3),
        (1, 3, 0),
        (2, 0, 0),
    ]


def test_nothing_is_near_in_an_empty_index_or_of_no_features(tmp_path: Path) -> None:
    index = Index(tmp_path)
    assert near(index, 5, 5) == []
    index.add(FEATURES, {1: fingerprint(FEATURES, 1, 30)})
    none = index.near(FEATURES, np.empty(0, np.int64), np.empty(0, np.uint32))
    assert (none.counts.shape, len(none.places)) == ((1, 0), 0)


def held(sizes: Sequence[int]) -> dict[int, Fingerprint]:
    return {n: fingerprint(FEATURES, 1000 + n, size) for n, size in enumerate(sizes, 1)}


def found_by_each_cut(folder: Path, references: dict[int, Fingerprint]) -> list[Hits]:
    """What is found if all are added at once, one by one, or in two parts the wrong way round."""
    ways = [[references], [{n: one} for n, one in references.items()]]
    late = {n: one for n, one in references.items() if n % 2}
    ways.append([late, {n: one for n, one in references.items() if n not in late}])
    found = []
    for i, way in enumerate(ways):
        index = Index(folder / str(i))
        for part in way:
            index.add(FEATURES, part)
        found += [hits(index, SUSPECT), hits(Index(folder / str(i)), SUSPECT)]
    return found


@pytest.mark.parametrize("most_rows", [0, 70, 10**9])
def test_how_the_index_is_cut_does_not_change_what_is_near(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_rows: int
) -> None:
    monkeypatch.setattr("index.store.MOST_ROWS", most_rows)
    references = held(SIZES)
    expected = naive(SUSPECT, references)
    assert len(expected) > 20
    for found in found_by_each_cut(tmp_path, references):
        assert found == expected
    cuts = [len(Index(tmp_path / str(i))._manifest.segments) for i in range(3)]
    assert cuts[0] == 1
    assert cuts[1] == {0: 7, 70: 3, 10**9: 1}[most_rows]


def test_removing_and_merging_leave_the_others_where_they_were(tmp_path: Path) -> None:
    index, model = filled(tmp_path, FEATURES, [80, 40, 30])
    index.remove([2])
    model.remove({2})
    assert {n for n, *_ in hits(index, SUSPECT)} == {1, 3}
    before = len(index._manifest.segments)
    for number in (7, 2, 5):  # whatever is merged, nothing of the removed one comes back
        one = {number: fingerprint(FEATURES, number, 60)}
        index.add(FEATURES, one)
        model.add(FEATURES, one)
        assert hits(index, SUSPECT) == naive(SUSPECT, model.held[FEATURES])
    assert len(index._manifest.segments) < before + 3
    check(Index(tmp_path), model)


def rows_of(references: dict[int, Fingerprint]) -> Rows:
    return concatenate([FeatureSegment.rows_of(n, one) for n, one in references.items()])


def written(folder: Path, name: str, rows: Rows) -> tuple[Rows, list[bytes]]:
    """The rows that a segment gives back, and the bytes of its files."""
    FeatureSegment.write(folder / name, rows)
    files = sorted(folder.glob(f"{name}.*"))
    return FeatureSegment.open(folder / name).rows, [path.read_bytes() for path in files]


@pytest.mark.parametrize("make", [crowd, lambda seed: fingerprint(FEATURES, seed, 90)])
def test_the_bytes_of_a_segment_do_not_depend_on_how_it_was_merged(
    tmp_path: Path, make: Callable[[int], Fingerprint]
) -> None:
    numbers = (4, 9, 2, 7)
    parts = {n: rows_of({n: make(n)}) for n in numbers}
    _, at_once = written(tmp_path, "all", concatenate([parts[n] for n in sorted(numbers)]))
    assert len(at_once) == 5
    again, _ = written(tmp_path, "first", parts[numbers[0]])
    for n in numbers[1:]:  # each merge reads back what the last one wrote
        again, merged = written(tmp_path, f"to{n}", concatenate([again, parts[n]]))
    assert merged == at_once
    _, unchanged = written(tmp_path, "again", again)
    assert unchanged == at_once


def test_an_index_merged_one_by_one_has_the_bytes_of_one_filled_at_once(tmp_path: Path) -> None:
    references = held(SIZES)
    Index(tmp_path / "once").add(FEATURES, references)
    for n, one in references.items():
        Index(tmp_path / "slowly").add(FEATURES, {n: one})
    once, slowly = (
        {p.name.split(".", 2)[2]: p.read_bytes() for p in (tmp_path / way).glob("*.npy")}
        for way in ("once", "slowly")
    )
    assert len(once) == 7
    assert once == slowly


def test_the_rows_of_a_segment_are_what_was_written(tmp_path: Path) -> None:
    references = {n: crowd(n) for n in (4, 9, 2)}
    again, _ = written(tmp_path, "one", rows_of(references))
    expected = sorted(
        (n, step(time), int(word), int(signature))
        for n, one in references.items()
        for time, word, signature in zip(
            one.times.tolist(), words(one.codes), signatures(one.codes), strict=True
        )
    )
    value = again.values.astype(np.uint64)
    parts: Sequence[NDArray[np.unsignedinteger]] = (
        again.owners,
        again.ticks // 160,
        value & np.uint64(2**WORD_BITS - 1),
        value >> np.uint64(WORD_BITS),
    )
    assert sorted(zip(*(part.tolist() for part in parts), strict=True)) == expected
    assert all(a <= b for a, b in pairwise(zip(again.owners, again.ticks, strict=True)))


def test_what_was_damaged_is_not_near_until_it_is_added_again(tmp_path: Path) -> None:
    index, model = filled(tmp_path, FEATURES, [100, 30])
    before = hits(index, SUSPECT)
    (path,) = tmp_path.glob("*.000001.signatures.npy")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    opened = Index(tmp_path)
    assert {n for n, *_ in hits(opened, SUSPECT)} == {2}
    opened.add(FEATURES, {1: model.held[FEATURES][1]})
    assert hits(opened, SUSPECT) == hits(Index(tmp_path), SUSPECT) == before
