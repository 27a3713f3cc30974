from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.metrics import Answer, Prediction, Truth, judge, predictions
from media.clip import Span

TEN = Span(0, 10)
TRUTH = Truth("q", "w", Span(0, 10), Span(100, 110))
NOTHING = Truth("q", None, Span(0, 10), Span(0, 10))


def said(work: str = "w", query: Span = TEN, start: float = 100, speed: float = 1.0) -> Prediction:
    reference = Span(start, start + speed * query.duration_s)
    return Prediction("q", work, query, reference, speed, 10.0)


def test_a_perfect_answer_is_found_without_error() -> None:
    judgement = judge(TRUTH, [said()])
    assert judgement.ok
    assert judgement.offset_error_s == 0
    assert judgement.speed_error == 0


def test_no_answer_is_a_miss() -> None:
    judgement = judge(TRUTH, [])
    assert not judgement.found
    assert not judgement.ok
    assert judgement.offset_error_s is None


@pytest.mark.parametrize(("start", "found"), [(100.5, True), (100.6, False), (99.4, False)])
def test_the_place_must_be_within_half_a_second(start: float, found: bool) -> None:
    judgement = judge(TRUTH, [said(start=start)])
    assert judgement.found is found
    assert judgement.work_found
    assert judgement.offset_error_s == pytest.approx(abs(start - 100))


def test_places_are_compared_in_the_middle_of_the_overlap() -> None:
    # Seconds 4 to 8 of the query, at double speed from 104: at second 6 that says 108, not 106.
    judgement = judge(TRUTH, [said(query=Span(4, 8), start=104, speed=2.0)])
    assert judgement.offset_error_s == pytest.approx(2.0)
    assert judgement.speed_error == pytest.approx(1.0)


def test_a_wrong_work_is_false_even_beside_the_right_one() -> None:
    judgement = judge(TRUTH, [said(), said(work="x")])
    assert judgement.found
    assert not judgement.ok
    assert judgement.false_works == ("x",)


def test_any_match_on_an_unregistered_work_is_false() -> None:
    assert judge(NOTHING, []).ok
    assert judge(NOTHING, [said()]).false_works == ("w",)


def test_the_best_placed_match_counts() -> None:
    assert judge(TRUTH, [said(start=300), said()]).offset_error_s == 0


def test_a_match_outside_the_true_span_has_no_place() -> None:
    judgement = judge(TRUTH, [said(query=Span(20, 30))])
    assert judgement.work_found
    assert not judgement.found


def test_predictions_of_another_query_are_refused() -> None:
    with pytest.raises(ValueError, match="another query"):
        judge(Truth("p", "w", Span(0, 1), Span(0, 1)), [said()])


def test_the_contract_is_read() -> None:
    answer: Answer = {
        "status": "identified",
        "matches": [
            {
                "work_id": "w",
                "query": {"start_s": 3.0, "end_s": 21.0},
                "reference": {"start_s": 601.0, "end_s": 619.0},
                "speed": 1.0,
                "score": 41.0,
                "e_value": 1e-19,
            }
        ],
    }
    (read,) = predictions("q", answer)
    assert read.rank == pytest.approx(19.0)
    assert replace(read, rank=0.0) == Prediction(
        "q", "w", Span(3.0, 21.0), Span(601.0, 619.0), 1.0, 0.0
    )


def test_without_an_e_value_the_score_ranks_and_zero_ranks_highest() -> None:
    def ranked(e_value: float | None) -> float:
        span = {"start_s": 0.0, "end_s": 1.0}
        match = {"work_id": "w", "query": span, "reference": span, "speed": 1.0, "score": 4.0}
        answer = {"status": "identified", "matches": [{**match, "e_value": e_value}]}
        return predictions("q", answer)[0].rank  # type: ignore[arg-type]  # built as plain dicts

    assert ranked(None) == 4.0
    assert ranked(0.0) > ranked(1e-300)
