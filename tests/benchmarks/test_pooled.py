"""The measures of VSC2022 and VCSL: laws, and examples worked out by hand."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.metrics import (
    Prediction,
    Truth,
    micro_average_precision,
    segment_average_precision,
    segment_score,
)
from media.clip import Span

TEN = Span(0, 10)


def truth(query: str = "q", work: str | None = "w", at: float = 100, length: float = 10) -> Truth:
    return Truth(query, work, Span(0, length), Span(at, at + length))


def said(
    query: str = "q",
    work: str = "w",
    span: Span = TEN,
    at: float = 100,
    rank: float = 1.0,
) -> Prediction:
    reference = Span(at + span.start_s, at + span.end_s)
    return Prediction(query, work, span, reference, 1.0, rank)


truths = st.lists(
    st.builds(
        truth,
        query=st.uuids().map(str),
        work=st.sampled_from(["a", "b", None]),
        at=st.integers(0, 500),
        length=st.integers(1, 60),
    ),
    min_size=1,
    max_size=6,
)


def perfect(all_true: list[Truth]) -> list[Prediction]:
    return [
        Prediction(t.query_id, t.work, t.query, t.reference, t.speed, 1.0)
        for t in all_true
        if t.work is not None
    ]


@given(truths)
def test_a_perfect_answer_scores_one(all_true: list[Truth]) -> None:
    answers = perfect(all_true)
    score = segment_score(all_true, answers)
    expected = pytest.approx(1.0) if answers else None
    assert micro_average_precision(all_true, answers) == expected
    assert segment_average_precision(all_true, answers) == expected
    assert score.f1 == expected


@given(truths, st.data())
def test_splitting_a_segment_changes_nothing(all_true: list[Truth], data: st.DataObject) -> None:
    answers = [p for p in perfect(all_true) if data.draw(st.booleans())]
    pieces = [piece for p in answers for piece in split(p, data.draw(st.floats(0.1, 0.9)))]
    before, after = segment_score(all_true, answers), segment_score(all_true, pieces)
    assert segment_average_precision(all_true, pieces) == same(
        segment_average_precision(all_true, answers)
    )
    assert (after.precision, after.recall) == (same(before.precision), same(before.recall))


def split(whole: Prediction, share: float) -> list[Prediction]:
    q = whole.query.start_s + share * whole.query.duration_s
    r = whole.reference.start_s + share * whole.reference.duration_s
    w = whole
    head = Span(w.query.start_s, q), Span(w.reference.start_s, r)
    tail = Span(q, w.query.end_s), Span(r, w.reference.end_s)
    return [
        Prediction(w.query_id, w.work, query, reference, w.speed, w.rank)
        for query, reference in (head, tail)
    ]


def same(value: float | None) -> object:
    return value if value is None else pytest.approx(value)


@given(truths, st.data())
def test_order_does_not_matter(all_true: list[Truth], data: st.DataObject) -> None:
    ranks = st.sampled_from([1.0, 2.0, 3.0])
    noisy = [
        said(t.query_id, data.draw(st.sampled_from(["a", "b"])), rank=data.draw(ranks))
        for t in all_true
    ]
    shuffled = data.draw(st.permutations(noisy))
    for measure in (micro_average_precision, segment_average_precision):
        assert measure(all_true, noisy) == same(measure(all_true, shuffled))
    assert segment_score(all_true, noisy).f1 == same(segment_score(all_true, shuffled).f1)


def test_micro_average_precision_by_hand() -> None:
    # Ranked: right, wrong, right; two of three true pairs are found.
    all_true = [truth("1"), truth("2"), truth("3")]
    answers = [said("1", rank=9), said("2", work="x", rank=8), said("3", rank=7)]
    assert micro_average_precision(all_true, answers) == pytest.approx((1 / 1 + 2 / 3) / 3)


def test_micro_average_precision_of_a_tie_is_that_of_its_end() -> None:
    all_true = [truth("1"), truth("2")]
    answers = [said("1", rank=5), said("2", work="x", rank=5)]
    assert micro_average_precision(all_true, answers) == pytest.approx(1 / 2 * 1 / 2)


def test_micro_average_precision_counts_a_pair_once() -> None:
    answers = [said(rank=1), said(span=Span(2, 3), rank=2)]
    assert micro_average_precision([truth()], answers) == 1.0


def test_segment_average_precision_by_hand() -> None:
    # Query 0-10 is said to be 100-110 but only 105-115 is true: query 10 of 10 s, reference 5 of
    # 10 s, for precision and for recall alike.
    answers = [said()]
    all_true = [truth(at=105)]
    share = sqrt(1.0 * 0.5)
    assert segment_average_precision(all_true, answers) == pytest.approx(share * share)


def test_a_surer_false_match_lowers_the_segment_measure() -> None:
    answers = [said(rank=1), said("2", "x", rank=2)]
    all_true = [truth(), truth("2", None)]
    assert segment_average_precision(all_true, answers) == pytest.approx(0.5)


def test_vcsl_by_hand() -> None:
    # Half of the truth is found exactly: precision 1; recall half of each axis, so a quarter.
    score = segment_score([truth()], [said(span=Span(0, 5))])
    assert score.precision == pytest.approx(1.0)
    assert score.recall == pytest.approx(0.25)
    assert score.f1 == pytest.approx(0.4)


def test_vcsl_averages_over_pairs() -> None:
    score = segment_score([truth("1"), truth("2")], [said("1"), said("1", "x")])
    assert score.precision == pytest.approx(0.5)
    assert score.recall == pytest.approx(0.5)


def test_nothing_said_and_nothing_true() -> None:
    assert micro_average_precision([truth()], []) == 0.0
    assert segment_average_precision([truth()], []) == 0.0
    assert segment_score([truth()], []).recall == 0.0
    assert segment_score([truth()], []).precision is None
    assert micro_average_precision([], [said()]) is None
    assert segment_average_precision([truth(work=None)], [said()]) is None
    assert segment_score([], []).f1 is None
