"""Where things lie in the drawings of cases."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from casework.links import Kind, Link, Links, Strength
from casework.missing import MISSED
from casework.record import Plan
from media.clip import Span
from reelprint.console.gapline import drawn, gapline
from reelprint.console.linkgraph import graph, pairs
from reelprint.console.pages.verify import answered
from reelprint.console.planline import planline, state_of
from reelprint.console.rarity import picture, rarity, speed
from reelprint.console.texts import Texts, texts_of
from reelprint.desk.captures import CaptureShown, Gap, Media, Run
from reelprint.desk.casefile import Taken
from reelprint.desk.checking import NAMES, Checked, Words

EN, KO = texts_of("en"), texts_of("ko")
RUNS = (Run(0, 3, 4, 8.0), Run(6, 9, 4, 8.0))
GAP = Gap("failed", "status 404", "main", 4, 5, 4.0, True, 1.0)


def captured(*gaps: Gap, runs: tuple[Run, ...] = RUNS) -> CaptureShown:
    media = Media("media/main-000.ts", "main", 16.0, 1, "0", runs)
    return CaptureShown(
        "S1", "c", "finished", "finished", "it ended", True, 20.0, 1, 1, (media,), gaps
    )


def test_a_gap_lies_between_what_was_received() -> None:
    (track,) = gapline(captured(GAP), 0.0).tracks.values()
    assert [(one.span, one.gap) for one in track] == [
        (Span(0.0, 8.0), None),
        (Span(8.0, 12.0), GAP),
        (Span(12.0, 20.0), None),
    ]


def test_a_gap_without_a_length_is_as_long_as_its_segments_usually_are() -> None:
    (track,) = gapline(captured(replace(GAP, seconds=None)), 0.0).tracks.values()
    assert (track[1].span, track[1].is_estimated) == (Span(8.0, 12.0), True)
    ticks = replace(GAP, seconds=None, last=10**12)
    assert gapline(captured(ticks), 0.0).seconds == 18.0


def test_gaps_lie_at_the_ends_too_and_those_without_a_place_nowhere() -> None:
    first, last = replace(GAP, first=-2, last=-1), replace(GAP, first=10, last=11)
    unplaced = replace(GAP, first=None, last=None)
    (track,) = gapline(captured(last, first, unplaced), 0.0).tracks.values()
    assert [one.gap for one in track] == [first, None, None, last]


def test_numbers_that_begin_anew_do_not_move_gaps() -> None:
    again = (Run(0, 3, 4, 8.0), Run(0, 1, 2, 4.0), Run(3, 4, 2, 4.0))
    (track,) = gapline(captured(replace(GAP, first=2, last=2), runs=again), 0.0).tracks.values()
    assert [one.gap is not None for one in track] == [False, False, True, False]


def test_what_is_even_is_a_notch_and_a_file_is_one_stretch() -> None:
    even = replace(GAP, kind="discontinuity", first=6, last=6, seconds=None, loses=False)
    lane = drawn(gapline(captured(even), 0.0), KO).lanes[0]
    assert [bar.kind for bar in lane.bars] == ["covered", "plain", "covered"]
    assert lane.bars[1].says.startswith("고르지 않음")
    whole = gapline(captured(runs=()), 7.0)
    assert whole.seconds == 16.0


def sample(name: str, planned_at: str | None, **more: object) -> Taken:
    made = Taken(
        sample_id=name,
        site="a.example",
        source="https://a.example/x",
        planned_at=planned_at,
        taken_at=planned_at or at(5),
        ended_at=at(6),
        seconds=1.0,
        outcome="readable",
        reason=None,
        capture="c",
        manifest_sha256="0",
        segments=1,
        media=(),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def at(minute: int) -> str:
    return f"2026-11-23T12:{minute:02}:00.000000Z"


def test_moments_are_planned_taken_gone_by_and_to_come() -> None:
    plan = Plan("P1", "a.example", "https://a.example/x", at(0), tuple(map(at, (0, 10, 20))))
    missed = sample("S2", at(10), capture=None, reason=MISSED, outcome="empty", taken_at=at(30))
    (row,) = planline([plan], [sample("S1", at(0)), missed, sample("S3", None)]).rows
    assert [(one.state, one.x, one.is_planned) for one in row.points] == [
        ("readable", 0.0, True),
        ("readable", 25.0, False),
        ("missed", 50.0, True),
        ("due", 100.0, True),
    ]
    assert state_of(sample("S4", None, outcome=None)) == "taken"
    assert planline([], []).rows == ()


def test_an_axis_of_days_names_them() -> None:
    plan = Plan("P1", "a", "b", at(0), ("2026-11-23T12:00:00Z", "2026-11-26T12:00:00Z"))
    texts = [tick.text for tick in planline([plan], []).ticks]
    assert texts == ["11-24 00:00", "11-25 00:00", "11-26 00:00"]


def link(one: str, two: str, strength: Strength = "strong", kind: Kind = "segments") -> Link:
    return Link((one, two), kind, strength, "why", ("quote",), 2)


def test_the_graph_is_the_same_for_the_same_links_and_no_two_sites_meet() -> None:
    names = [f"s{number}" for number in range(12)]
    made = tuple(link(a, b) for a, b in pairwise(names))
    found = Links((*names, "alone"), made, (tuple(names), ("alone",)), ())
    drawing = graph(found)
    assert drawing == graph(found)
    assert (len(drawing.nodes), len(drawing.edges), drawing.alone) == (12, 11, 1)
    places = {(node.x, node.y) for node in drawing.nodes}
    assert len(places) == 12
    assert all(0 < x < 760 and 0 < y < 520 for x, y in places)


def test_a_pair_is_one_line_as_strong_as_its_strongest_link() -> None:
    some = (link("a", "b", "weak", "settings"), link("a", "b", "medium", "logo"))
    found = Links(("a", "b"), some, (("a",), ("b",)), ())
    (edge,) = graph(found).edges
    assert (edge.strength, edge.kinds, edge.number) == ("medium", ("settings", "logo"), 1)
    assert pairs(found.links) == {("a", "b"): list(some)}
    assert {node.source for node in graph(found).nodes} == {None}
    long = graph(Links(("a", "x" * 99), (link("a", "x" * 99),), (("a", "x" * 99),), ()))
    assert max(len(node.name) for node in long.nodes) == 22


@pytest.mark.parametrize(
    ("e_value", "said"),
    [
        (0.5, "would give a match this good in a search like this one"),
        (3.2e-19, "in about 10¹⁸ searches"),
        (1e-19, "in about 10¹⁹ searches"),
        (2e-300, "in 10¹⁰⁰ searches"),
    ],
)
def test_rarity_is_never_overstated(e_value: float, said: str) -> None:
    assert said in rarity(e_value, EN)
    assert rarity(e_value, KO)


def test_matches_are_said_in_words() -> None:
    plain = {"mirrored": False, "inverted": False, "crop": None, "picture": None}
    match = {"modality": "both", "speed": 1.05, "transform": {**plain, "rotation_deg": 0.0}}
    assert (speed(match, EN), picture(match, EN)) == (
        "5.0 % faster than the work",
        "as in the work",
    )
    turned = {**match, "speed": 0.96, "transform": {**plain, "mirrored": True, "rotation_deg": 5}}
    assert (speed(turned, KO), picture(turned, KO)) == (
        "저작물보다 4.0 % 느림",
        "좌우 반전, 5° 회전",
    )
    assert picture({**match, "modality": "audio"}, EN) == "no part in it"


def test_the_worst_answer_to_a_question_counts() -> None:
    words = Words("", "")
    checks = [
        Checked("time stamp", words, "ok", words, "a"),
        Checked("sums", words, "ok", words, "b"),
        Checked("time stamp", words, "not checked", words, "c"),
        Checked("time stamp", words, "fail", words, "d"),
    ]
    assert [(one.key, one.state, len(one.details)) for one in answered(checks)] == [
        ("time_stamp", "fail", 3),
        ("sums", "ok", 1),
    ]


@pytest.mark.parametrize("texts", [EN, KO])
def test_each_question_about_a_package_has_its_words(texts: Texts) -> None:
    for name in NAMES:
        key = name.replace(" ", "_").replace("-", "_")
        assert all(texts(f"check.{key}.{part}") for part in ("name", "proves", "not"))
