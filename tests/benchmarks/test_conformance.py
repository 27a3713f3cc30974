"""The measures of VSC2022, VCSL, ISC2021 and neural-audio-fp on cases that were worked by hand.

What their own scripts answer was held against these functions on 3,000 random cases with several
truths, overlaps and ties: to 1e-9 for VSC2022 and ISC2021, to 1.1e-6 for VCSL, which adds 1e-6 to
what it divides by. The cases here are those in which definitions come apart.
"""

from __future__ import annotations

from math import sqrt

import pytest

from benchmarks.metrics import (
    Prediction,
    SegmentScore,
    Truth,
    hit_rates,
    image_ranking,
    micro_average_precision,
    pair_scores,
    query_set_score,
    segment_average_precision,
    segment_score,
    video_level,
)
from media.clip import Span

Times = tuple[float, float, float, float]  # query from, to; reference from, to


def true(times: Times, query: str = "Q1", work: str = "R1") -> Truth:
    return Truth(query, work, Span(*times[:2]), Span(*times[2:]))


def said(times: Times, rank: float = 1.0, query: str = "Q1", work: str = "R1") -> Prediction:
    return Prediction(query, work, Span(*times[:2]), Span(*times[2:]), 1.0, rank)


WHOLE: Times = (0, 10, 20, 30)


class TestVsc:
    """Lengths of unions on each axis, over all pairs; the geometric mean of the axes."""

    def test_the_same_match_twice_costs_nothing(self) -> None:
        # Unions: the second adds no length, so no precision is lost.
        assert segment_average_precision([true(WHOLE)], [said(WHOLE), said(WHOLE)]) == 1.0

    def test_overlapping_matches_count_their_union(self) -> None:
        # 0–6 and 4–10 cover 0–10 once.
        parts = [said((0, 6, 20, 26), 2.0), said((4, 10, 24, 30), 1.0)]
        assert segment_average_precision([true(WHOLE)], parts) == pytest.approx(1.0)

    def test_a_match_of_a_pair_without_truth_is_length_said_in_vain(self) -> None:
        # First 5 s in vain: precision 0, recall 0. Then 10 of 15 s are right, recall 1.
        answers = [said((0, 5, 0, 5), 2.0, work="R9"), said(WHOLE, 1.0)]
        assert segment_average_precision([true(WHOLE)], answers) == pytest.approx(10 / 15)

    def test_matches_of_one_rank_enter_together(self) -> None:
        # Both at once: 10 of 15 s are right, whatever the order they are listed in.
        answers = [said(WHOLE, 1.0), said((0, 5, 0, 5), 1.0, work="R9")]
        assert segment_average_precision([true(WHOLE)], answers) == pytest.approx(10 / 15)
        assert micro_average_precision([true(WHOLE)], answers) == pytest.approx(1 / 2)

    def test_a_truth_that_no_match_meets_as_a_box_lends_it_nothing(self) -> None:
        # The match lies in the query seconds of one truth and the reference seconds of the other,
        # so neither truth is met: nothing is right, though both axes overlap.
        both = [true((0, 10, 0, 10)), true((20, 30, 20, 30))]
        assert segment_average_precision(both, [said((0, 10, 20, 30))]) == 0.0

    def test_a_met_truth_counts_on_each_axis_by_itself(self) -> None:
        # Query 5 of 10 s, reference 10 of 10 s, for precision and recall alike:
        # P = R = sqrt(0.5 * 1), AP = P * R.
        answer = said((5, 15, 20, 30))
        assert segment_average_precision([true(WHOLE)], [answer]) == pytest.approx(0.5)

    def test_several_truths_of_one_pair_are_found_one_by_one(self) -> None:
        # The first finds half of both axes at precision 1, the second the rest.
        both = [true((0, 10, 0, 10)), true((20, 30, 40, 50))]
        answers = [said((0, 10, 0, 10), 2.0), said((20, 30, 40, 50), 1.0)]
        assert segment_average_precision(both, answers[:1]) == pytest.approx(0.5)
        assert segment_average_precision(both, answers) == pytest.approx(1.0)

    def test_overlapping_truths_are_one_length(self) -> None:
        both = [true((0, 10, 0, 10)), true((5, 15, 5, 15))]
        assert segment_average_precision(both, [said((0, 15, 0, 15))]) == pytest.approx(1.0)

    def test_precision_may_rise_again(self) -> None:
        # Rank 3: 10 s right, R = 10/20, P = 1. Rank 2: 20 s in vain, R unchanged. Rank 1: the other
        # 10 s, R = 1, P = 20/40. AP = 1 * 1/2 + 1/2 * 1/2.
        all_true = [true(WHOLE), true(WHOLE, "Q2")]
        answers = [said(WHOLE, 3.0), said((0, 20, 0, 20), 2.0, "Q3"), said(WHOLE, 1.0, "Q2")]
        assert segment_average_precision(all_true, answers) == pytest.approx(0.75)


class TestVcsl:
    """Per pair, shares of each axis multiplied; then the mean over the pairs."""

    def test_a_perfect_pair_counts_as_one(self) -> None:
        assert segment_score([true(WHOLE)], [said(WHOLE)]) == SegmentScore(1.0, 1.0)

    def test_axes_are_multiplied_not_averaged(self) -> None:
        # Query 5 of 10 s, reference 10 of 10 s: 0.5 * 1, where VSC2022 has its root.
        score = segment_score([true(WHOLE)], [said((5, 15, 20, 30))])
        assert score == SegmentScore(0.5, 0.5)

    def test_the_same_match_twice_costs_nothing(self) -> None:
        # Twice 10 s said, twice 10 s right; of the truth, the union of both is right.
        assert segment_score([true(WHOLE)], [said(WHOLE), said(WHOLE)]) == SegmentScore(1.0, 1.0)

    def test_overlapping_matches_are_said_twice(self) -> None:
        # 0–10 is right; 5–15 by 25–35 is right for 5 of 10 s on both axes: 15 of 20 s each.
        answers = [said(WHOLE), said((5, 15, 25, 35))]
        assert segment_score([true(WHOLE)], answers) == SegmentScore(0.75**2, 1.0)

    def test_one_match_across_two_truths(self) -> None:
        # 30 s said, 20 of them in a truth; each truth is covered whole.
        both = [true((0, 10, 0, 10)), true((20, 30, 20, 30))]
        score = segment_score(both, [said((0, 30, 0, 30))])
        assert score.precision == pytest.approx((20 / 30) ** 2)
        assert score.recall == 1.0

    def test_a_pair_without_truth_has_precision_nought_and_no_recall(self) -> None:
        score = segment_score([true(WHOLE)], [said(WHOLE), said(WHOLE, work="R9")])
        assert score == SegmentScore(0.5, 1.0)

    def test_a_pair_of_which_nothing_is_said_has_recall_nought_and_no_precision(self) -> None:
        score = segment_score([true(WHOLE), true(WHOLE, "Q2")], [said(WHOLE)])
        assert score == SegmentScore(1.0, 0.5)

    def test_nothing_said_at_all(self) -> None:
        assert segment_score([true(WHOLE)], []) == SegmentScore(None, 0.0)
        assert segment_score([true(WHOLE)], []).f1 is None

    def test_whole_pairs(self) -> None:
        # Two copies, one of them not named; two others, one of them named.
        pairs = [("Q1", "R1"), ("Q2", "R1"), ("Q1", "R8"), ("Q1", "R9")]
        answers = [said(WHOLE), said(WHOLE, work="R9")]
        scores = pair_scores([true(WHOLE), true(WHOLE, "Q2")], answers, pairs)
        level = video_level(scores)
        assert (level.false_rejections.k, level.false_rejections.n) == (1, 2)
        assert (level.false_alarms.k, level.false_alarms.n) == (1, 2)

    def test_query_sets_weigh_alike_and_count_the_undefined_as_one(self) -> None:
        # Set a: one perfect pair. Set b: one perfect pair, and one of which nothing is said
        # (precision 1, recall 0). Means: precision (1 + 1) / 2, recall (1 + 0.5) / 2.
        truths = [true(WHOLE), true(WHOLE, "Q2"), true(WHOLE, "Q3")]
        scores = pair_scores(truths, [said(WHOLE), said(WHOLE, query="Q2")])
        sets = {"a": [("Q1", "R1")], "b": [("Q2", "R1"), ("Q3", "R1")]}
        assert query_set_score(scores, sets) == SegmentScore(1.0, 0.75)


class TestIsc:
    """Pairs ranked one by one; of equal ranks the wrong ones first."""

    def test_a_perfect_answer(self) -> None:
        ranking = image_ranking(
            [true(WHOLE), true(WHOLE, "Q2")], [said(WHOLE), said(WHOLE, 2.0, "Q2")]
        )
        assert ranking is not None
        assert (ranking.micro_ap, ranking.recall_at_p90, ranking.rank_at_p90) == (1.0, 1.0, 1.0)
        assert (ranking.recall_at_1, ranking.recall_at_10) == (1.0, 1.0)

    def test_of_equal_ranks_the_wrong_ones_come_first(self) -> None:
        # wrong, right at one rank: precision 1/2 where the one truth is found. VSC2022 says the
        # same here, but for two right ones: wrong, right, right is (1/2 + 2/3) / 2, not 2/3.
        answers = [said(WHOLE), said(WHOLE, query="Q2"), said(WHOLE, work="R9")]
        all_true = [true(WHOLE), true(WHOLE, "Q2")]
        ranking = image_ranking(all_true, answers)
        assert ranking is not None
        assert ranking.micro_ap == pytest.approx((1 / 2 + 2 / 3) / 2)
        assert micro_average_precision(all_true, answers) == pytest.approx(2 / 3)
        # Q1 names R9 as surely as R1, so R1 is not first for it; Q2 names nothing else.
        assert ranking.recall_at_1 == 0.5

    def test_recall_at_a_precision_is_the_most_that_any_rank_gives(self) -> None:
        # Nine right, a wrong one (9/10 is allowed), two right (11/12), two wrong.
        queries = [f"Q{k}" for k in range(12)]
        all_true = [true(WHOLE, query) for query in queries]
        answers = [said(WHOLE, 100.0 - k, query) for k, query in enumerate(queries[:9])]
        answers += [said(WHOLE, 90.0, work="R9")]
        answers += [said(WHOLE, 80.0 - k, query) for k, query in enumerate(queries[9:11])]
        answers += [said(WHOLE, 70.0 - k, work=f"R{k}") for k in (7, 8)]
        ranking = image_ranking(all_true, answers)
        assert ranking is not None
        assert ranking.recall_at_p90 == pytest.approx(11 / 12)
        assert ranking.rank_at_p90 == 79.0

    def test_the_precision_may_never_be_reached(self) -> None:
        ranking = image_ranking([true(WHOLE)], [said(WHOLE, 2.0, work="R9"), said(WHOLE)])
        assert ranking is not None
        assert (ranking.recall_at_p90, ranking.rank_at_p90) == (None, None)
        assert (ranking.recall_at_1, ranking.recall_at_10) == (0.0, 1.0)

    def test_a_pair_said_twice_ranks_as_its_best(self) -> None:
        ranking = image_ranking([true(WHOLE)], [said(WHOLE), said(WHOLE, 9.0)])
        assert ranking is not None
        assert (ranking.micro_ap, ranking.rank_at_p90) == (1.0, 9.0)

    def test_nothing_true_and_nothing_said(self) -> None:
        assert image_ranking([], [said(WHOLE)]) is None
        ranking = image_ranking([true(WHOLE)], [])
        assert ranking is not None
        assert (ranking.micro_ap, ranking.recall_at_p90, ranking.recall_at_1) == (0.0, None, 0.0)


class TestHits:
    """The surest match of each query alone."""

    @pytest.mark.parametrize(
        ("late_s", "exact", "near"),
        [(0.0, 1, 1), (0.25, 1, 1), (0.26, 0, 1), (0.5, 0, 1), (0.51, 0, 0)],
    )
    def test_how_near_is_near(self, late_s: float, exact: int, near: int) -> None:
        answer = said((0, 3, 7 + late_s, 10 + late_s))
        rates = hit_rates([true((0, 3, 7, 10))], {"Q1": [answer]})
        assert (rates.exact.k, rates.near.k, rates.song.k, rates.wrong.k) == (exact, near, 1, 0)

    def test_a_match_that_begins_later_is_drawn_back_by_its_speed(self) -> None:
        # From 2 s of the query on it is at 11 s of the song, at double speed: 7 s when it began.
        answer = Prediction("Q1", "R1", Span(2, 3), Span(11, 13), 2.0, 1.0)
        assert hit_rates([true((0, 3, 7, 10))], {"Q1": [answer]}).exact.k == 1

    def test_only_the_surest_match_counts(self) -> None:
        answers = [said((0, 3, 7, 10), 1.0), said((0, 3, 7, 10), 2.0, work="R9")]
        rates = hit_rates([true((0, 3, 7, 10)), true((0, 3, 0, 3), "Q2")], {"Q1": answers})
        assert (rates.song.k, rates.wrong.k, rates.exact.n) == (0, 1, 2)


def test_the_two_video_measures_differ_by_a_root() -> None:
    # One pair, one match: VSC2022's precision and recall are the roots of VCSL's.
    truths, answers = [true(WHOLE)], [said((5, 15, 22, 32))]
    score = segment_score(truths, answers)
    assert score.precision is not None
    assert score.recall is not None
    expected = sqrt(score.precision) * sqrt(score.recall)
    assert segment_average_precision(truths, answers) == pytest.approx(expected)
