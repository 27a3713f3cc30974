"""Whose a stretch is: a work's own, or what several hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchers.alignment import UNITS_A_TICK, UNITS_PER_S, Kind, Segment
from matchers.attribution import Attribution, attribute
from matchers.fusion import fuse, reported
from matchers.match import Match
from matchers.significance import Search
from tests.matchers.build import segment

SEARCHES: dict[Kind, Search] = {"peaks": Search(300, 1e5, 100), "frames": Search(30, 1e4, 100)}
BOUND = 1e-4
WORKS = {1: "ep1", 2: "ep2", 3: "ep3", 4: "film", 5: "ep1"}
SERIES = {1: "Bunnies", 2: "Bunnies", 3: "Bunnies", 5: "Bunnies"}


def owners(sound: list[Segment], picture: list[Segment] | None = None) -> dict[int, Attribution]:
    matches: list[Match] = reported(fuse(sound, picture or [], SEARCHES, BOUND))
    said = attribute(matches, WORKS, SERIES, BOUND)
    return {m.reference: owner for m, owner in zip(matches, said, strict=True)}


def heard(query: tuple[float, float], number: int, nats: float = 300.0) -> Segment:
    """A stretch at the same time of a reference, its evidence spread evenly."""
    return spread(segment(query, query[0], nats, reference=number, kind="peaks"))


def seen(query: tuple[float, float], number: int, nats: float = 300.0) -> Segment:
    return spread(segment(query, query[0], nats, reference=number, kind="frames"), 1)


def spread(one: Segment, a_tick: int = UNITS_A_TICK["peaks"]) -> Segment:
    """The same with a hundred observations, named as those of real segments are."""
    times = np.linspace(one.query.start_s, one.query.end_s, 100)
    units = np.rint((one.offset_s + times) * UNITS_PER_S).astype(np.int64) * a_tick
    evidence, nothing = np.full(100, one.score / 100), np.zeros(100)
    return replace(one, units=units, evidence=evidence, closeness=nothing)


def test_what_one_work_alone_holds_is_its_own() -> None:
    assert owners([heard((0, 20), 1)]) == {1: Attribution("work")}


def test_what_all_episodes_hold_is_the_series() -> None:
    said = owners([heard((0, 20), n) for n in (1, 2, 3)])
    assert set(said.values()) == {Attribution("series", "Bunnies")}


def test_what_works_of_no_one_series_hold_is_shared() -> None:
    said = owners([heard((0, 20), n) for n in (1, 2, 4)])
    assert set(said.values()) == {Attribution("shared")}


def test_an_episode_that_goes_on_stands_for_itself() -> None:
    said = owners([heard((0, 30), 1), heard((0, 20), 2), heard((0, 20.4), 3)])
    assert said[1] == Attribution("work")
    assert said[2] == said[3] == Attribution("series", "Bunnies")


def test_ends_that_are_found_a_little_later_accuse_nobody() -> None:
    said = owners([heard((0, 20.9), 1, 3000), heard((0, 20), 2, 2900)])
    assert said[1].owner == "series"


def test_two_cuts_of_one_work_do_not_share() -> None:
    said = owners([heard((0, 20), 1), heard((0, 20), 5)])
    assert set(said.values()) == {Attribution("work")}


def test_a_weak_likeness_takes_nothing_from_a_work() -> None:
    said = owners([heard((0, 20), 1, 1000), heard((0, 20), 4, 100)])
    assert said == {1: Attribution("work"), 4: Attribution("shared")}


def test_of_two_dubs_of_one_picture_the_sound_tells() -> None:
    said = owners([heard((0, 20), 1)], [seen((0, 20), 1), seen((0, 20), 2)])
    assert said[1] == Attribution("work")
    assert said[2].owner == "series"
