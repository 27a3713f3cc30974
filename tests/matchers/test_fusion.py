from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchers.alignment import Kind, Segment
from matchers.calibration import calibration
from matchers.fusion import MOST_ASKED, fuse, reported
from matchers.match import Match
from matchers.significance import Search, beside, e_value, sound_score
from matchers.view import Transform
from media.clip import Span
from tests.matchers.build import segment

SEARCHES: dict[Kind, Search] = {"peaks": Search(300, 1e5, 100), "frames": Search(30, 1e4, 100)}


def fused(sound: list[Segment], picture: list[Segment], bound: float = 1e-4) -> list[Match]:
    return reported(fuse([replace(s, kind="peaks") for s in sound], picture, SEARCHES, bound))


def test_sound_and_picture_that_agree_are_one_match() -> None:
    (match,) = fused([segment((0, 10), 100, 120)], [segment((0.5, 9.5), 100.2, 80)])
    assert match.modality == "both"
    assert match.query == Span(0, 10)
    assert match.score == 120 / calibration().peak_dispersion + 80


def test_evidence_too_weak_alone_may_do_together() -> None:
    sound, picture = segment((0, 10), 100, 56), segment((0, 10), 100, 22)
    assert fused([sound], []) == fused([], [picture]) == []
    assert fused([sound], [picture])[0].modality == "both"


def test_a_scrap_of_sound_at_another_speed_does_not_join_a_picture() -> None:
    scrap = segment((4, 5), 101.35, 20, speed=0.7)
    (match,) = fused([scrap], [segment((0, 10), 100, 300)])
    assert match.modality == "video"
    assert match.speed == 1.0


def test_little_sound_does_not_decide_where_a_film_lies() -> None:
    (match,) = fused([segment((4, 5), 100.4, 20)], [segment((0, 10), 100, 300)])
    assert match.modality == "both"
    assert match.matched == Span(100, 110)


def test_those_that_disagree_stay_two_matches() -> None:
    found = fused([segment((0, 10), 100, 200)], [segment((0, 10), 300, 100, reference=2)])
    assert sorted(m.modality for m in found) == ["audio", "video"]


def test_matches_are_sorted_by_certainty_and_kept_under_the_bound() -> None:
    found = fused([segment((20 * i, 20 * i + 10), 100 * i, 30 * i) for i in range(1, 9)], [])
    values = [m.e_value for m in found]
    assert values == sorted(values)
    assert max(values) <= 1e-4
    assert len(found) < 8


@given(st.floats(0, 900), st.floats(0, 100), st.floats(1, 1e9))
def test_an_e_value_falls_with_score_and_grows_with_the_search(
    score: float, more: float, places: float
) -> None:
    small, large = Search(10, places, 5), Search(10, 2 * places, 5)
    assert e_value(score + more, small) <= e_value(score, small) <= e_value(score, large)
    assert 0 < e_value(score, small) < np.inf


def test_a_match_keeps_inside_the_suspect_and_the_reference() -> None:
    match = Match(1, "video", Span(-0.1, 10.2), Span(-0.4, 9.9), 1.0, 0.0, Transform(), 50, 1e-9)
    inside = match.inside(10.0)
    assert inside.query == Span(0.30000000000000004, 10.0)
    assert inside.matched.start_s == 0.0
    assert abs(inside.matched.duration_s - inside.query.duration_s) < 1e-9


def test_a_stretch_that_two_references_hold_is_said_to_be_shared() -> None:
    jingle = [segment((0, 10), 100, 200, reference=n) for n in (1, 2, 5)]
    alone = segment((20, 30), 50, 200, reference=3)
    found = {m.reference: m.shared for m in fused([*jingle, alone], [])}
    assert found == {1: (2, 5), 2: (1, 5), 5: (1, 2), 3: ()}


def test_what_is_not_reported_is_kept_with_the_reason() -> None:
    best = segment((0, 10), 100, 400, kind="peaks")
    weak = segment((20, 30), 100, 5, reference=2, kind="peaks")
    elsewhere = segment((1, 9), 300, 90)  # of the same reference, by its picture
    found = fuse([best, weak], [elsewhere], SEARCHES, 1e-4)
    assert [(c.match.reference, c.fate) for c in found] == [
        (1, "reported"), (1, "covered"), (2, "above_bound"),
    ]  # fmt: skip
    assert [c.match.e_value for c in found] == sorted(c.match.e_value for c in found)
    assert found[0].sound is best
    assert found[0].picture is None
    assert (found[0].charged, found[1].charged) == ("peaks", "frames")


def test_of_two_senses_the_surer_is_charged_its_search_and_the_other_what_chance_gives() -> None:
    sound = segment((0, 10), 100, 120, kind="peaks")
    (claim,) = fuse([sound], [segment((0, 10), 100, 80)], SEARCHES, 1e-4)
    assert claim.charged == "frames"
    paid = beside(sound_score(sound), "peaks", Span(0, 10))
    assert claim.search == replace(SEARCHES["frames"], beside=paid)
    assert claim.match.e_value == e_value(claim.match.score, claim.search)
    assert paid > 1 + sound_score(sound)


@given(st.floats(0, 200), st.floats(0, 200))
def test_two_senses_are_never_less_sure_than_one(heard: float, seen: float) -> None:
    sound, picture = segment((0, 10), 100, heard, kind="peaks"), segment((0, 10), 100, seen)
    alone = [fuse([sound], [], SEARCHES, 1.0)[0], fuse([], [picture], SEARCHES, 1.0)[0]]
    best = fuse([sound], [picture], SEARCHES, 1.0)[0]
    assert best.match.e_value <= min(claim.match.e_value for claim in alone)


def test_the_other_sense_is_asked_along_the_line_that_one_found() -> None:
    sound = segment((0, 10), 100, 90, kind="peaks")
    along = segment((1, 9), 100.1, 40)
    (claim,) = fuse([sound], [], SEARCHES, 1e-4, lambda asked: [along] if asked is sound else [])
    assert (claim.sound, claim.picture, claim.match.modality) == (sound, along, "both")


def test_a_line_elsewhere_does_not_displace_the_one_that_both_senses_follow() -> None:
    sound, loop = segment((0, 10), 100, 90, kind="peaks"), segment((0, 10), 96, 80)
    along = segment((0, 10), 100, 78)
    found = fuse([sound], [loop], SEARCHES, 1e-4, lambda asked: [along] if asked is sound else [])
    assert [(c.match.modality, c.fate) for c in found] == [
        ("both", "reported"),
        ("video", "covered"),
    ]
    assert found[0].match.matched == Span(100, 110)


def test_only_lines_that_chance_hardly_gives_are_asked_about_and_not_many() -> None:
    asked: list[Segment] = []

    def across(segment: Segment) -> list[Segment]:
        asked.append(segment)
        return []

    weak = [segment((0, 10), 100, 3, reference=1, kind="peaks")]
    sure = [segment((0, 10), 100, 200, reference=n, kind="peaks") for n in range(2, 40)]
    fuse(weak, [], SEARCHES, 1e-4, across)
    assert asked == []
    fuse(sure, [], SEARCHES, 1e-4, across)
    assert len(asked) == MOST_ASKED
