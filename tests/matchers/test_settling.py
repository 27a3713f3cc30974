from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchers.alignment import Segment
from matchers.keyframes import Seed
from matchers.settling import settle, sure_lines
from matchers.view import View
from media.clip import Span
from tests.matchers.build import segment
from tests.matchers.scenery import SAME, SIZE

VIEW = View(SAME, SIZE, SIZE, False)


def features(
    query: tuple[float, float], offset_s: float = 0.0, score: float = 100.0, **more: float
) -> Segment:
    found = segment(query, offset_s, score, kind="features", **more)  # type: ignore[arg-type]
    return replace(found, view=VIEW)


def test_features_that_prove_more_keep_their_evidence_on_the_line_of_the_frames() -> None:
    frames = segment((0, 10), 100.0, 60)
    (one,) = settle([frames], [features((1, 9), 100.4, 200)])
    assert one.score == pytest.approx(200)
    assert (one.kind, one.view) == ("features", VIEW)
    assert (one.offset_s, one.query) == (100.0, Span(0, 10))
    assert one.anchor == frames.anchor


def test_frames_that_prove_more_learn_how_the_picture_lies() -> None:
    (one,) = settle([segment((0, 10), 100.0, 300)], [features((1, 9), 100.4, 200)])
    assert one.score == pytest.approx(300)
    assert (one.kind, one.view, one.offset_s) == ("frames", VIEW, 100.0)


def test_frames_that_are_hardly_sure_do_not_set_the_line() -> None:
    (one,) = settle([segment((0, 10), 100.0, 19)], [features((1, 9), 100.4, 200)])
    assert (one.offset_s, one.query) == (100.4, Span(1, 9))


def test_a_short_stretch_of_frames_does_not_cut_a_long_one_of_features() -> None:
    (one,) = settle([segment((0, 4), 100.0, 60)], [features((0, 20), 100.4, 200)])
    assert (one.offset_s, one.query) == (100.0, Span(0, 20))


@pytest.mark.parametrize(
    "other",
    [features((0, 10), 100.0, reference=2), features((10, 20), 100.0)],
    ids=["work", "time"],
)
def test_those_of_other_works_or_times_stay_two(other: Segment) -> None:
    assert len(settle([segment((0, 10), 100.0, 60)], [other])) == 2


@pytest.mark.parametrize(
    "other",
    [
        features((0, 10), 101.0),
        features((0, 10), 100.0, mirrored=True),
        features((0, 10), 99.5, speed=1.1),
    ],
    ids=["place", "mirrored", "speed"],
)
@pytest.mark.parametrize("more", [20.0, -20.0])
def test_of_two_that_disagree_the_one_that_proves_more_stays(other: Segment, more: float) -> None:
    frames = segment((0, 10), 100.0, other.score + more)
    assert [s.kind for s in settle([frames], [other])] == ["frames" if more > 0 else "features"]


def test_a_partner_is_taken_once() -> None:
    frames = segment((0, 20), 100.0, 60)
    first, second = features((0, 9), 100.0), features((11, 20), 100.0)
    found = settle([frames], [first, second])
    assert [one.kind for one in found] == ["features", "features"]
    assert found[1] is second


def test_either_may_be_alone() -> None:
    frames, feature = segment((0, 10)), features((0, 10))
    assert settle([], []) == []
    assert settle([frames], []) == [frames]
    assert settle([], [feature]) == [feature]
    assert np.isfinite(feature.score)


@pytest.mark.parametrize(
    ("frames", "is_known"),
    [
        (segment((0, 10), 100.0, 60), True),
        (segment((0, 10), 102.0, 60), False),  # elsewhere
        (segment((0, 10), 100.0, 15), False),  # hardly sure
        (segment((0, 10), 100.0, 60, mirrored=True), False),
        (segment((0, 10), 100.0, 60, reference=2), False),
    ],
)
def test_frames_know_a_line_near_what_features_found(frames: Segment, is_known: bool) -> None:
    seed = Seed(1, 105.0, 5.0, SAME, 12)
    assert [line.offset_s for line in sure_lines([frames], seed, False)] == [100.0] * is_known
