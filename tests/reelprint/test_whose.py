"""What several works hold is said once, and by the name of their series."""

from __future__ import annotations

from dataclasses import replace

from matchers.attribution import Attribution
from matchers.match import Match
from matchers.view import Transform
from media.clip import Span
from reelprint.answer import Named
from reelprint.commands.whose import together, whose

OURS = Attribution("series", "Bunnies")
ALL = ("ep1", "ep2", "ep3")


def named(work_id: str, query: tuple[float, float], attribution: Attribution) -> Named:
    span = Span(*query)
    match = Match(1, "both", span, span, 1.0, 0.0, Transform(), 90.0, 1e-30)
    others = tuple(name for name in ALL if name != work_id)
    return Named(work_id, work_id.upper(), "R000001", match, others, attribution, "beginning")


def test_works_stay_apart_and_holders_of_one_stretch_come_together() -> None:
    own = named("ep1", (0, 30), Attribution("work"))
    intro = [named(name, (0, 8), OURS) for name in ("ep2", "ep3")]
    credits = named("ep3", (20, 30), OURS)
    assert together([own, intro[0], credits, intro[1]]) == [[own], intro, [credits]]


def test_what_they_hold_is_named() -> None:
    holders = [named(name, (0, 8), OURS) for name in ALL]
    assert whose(holders) == "series Bunnies, shared intro (3 works)"
    elsewhere = [replace(holders[0], part="middle"), *holders[1:]]
    assert whose(elsewhere) == "series Bunnies, shared stretch (3 works)"
    two = [replace(one, shared_with=("ep1", "ep2")) for one in holders[:2]]
    assert whose(two) == "series Bunnies, shared stretch (2 works)"
    shared = [replace(one, attribution=Attribution("shared")) for one in holders]
    assert whose(shared) == "shared by 3 works: ep1, ep2, ep3"
    assert whose([named("ep1", (0, 30), Attribution("work"))]) == "EP1 [ep1]"
