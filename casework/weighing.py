"""From counts to a state, by the ways that a policy names."""

from __future__ import annotations

from dataclasses import dataclass

from casework.chance import is_beyond_chance, is_cleared
from casework.rules import Rules, Way, Ways
from casework.verdict import State

RANK: dict[State, int] = {"cleared": 0, "undecided": 1, "probable": 2, "confirmed": 3}


@dataclass(frozen=True, slots=True)
class Counts:
    """All that a state depends on. It never accuses more when one of the first three falls, or one
    of the next two rises."""

    streams: int  # independent, that matched
    works: int
    reviewed: int  # independent streams with a match that was confirmed
    unmatched: int  # samples in which nothing was found
    unmatched_streams: int
    reserve: int  # samples without a match that chance is reckoned beside, at least


def state_of(counts: Counts, ways: Ways, asked: Rules) -> State:
    """The state that counts lead to."""
    if any(_leads(way, counts, asked) for way in ways.confirmed):
        return "confirmed"
    if any(_leads(way, counts, asked) for way in ways.probable):
        return "probable"
    if not counts.streams and is_cleared(counts.unmatched_streams, asked.cleared):
        return "cleared"
    return "undecided"


def lacking(way: Way, counts: Counts, asked: Rules) -> list[str]:
    """What is missing for a way, in words."""
    missing = []
    if counts.streams < way.streams:
        missing.append(f"{way.streams} independent streams that match (there are {counts.streams})")
    if counts.works < way.works:
        missing.append(f"{way.works} works (there are {counts.works})")
    if counts.reviewed < way.reviewed:
        missing.append(f"{way.reviewed} reviewed and confirmed (there are {counts.reviewed})")
    if not _is_beyond_chance(way, counts, asked):
        missing.append("more matches than chance is allowed beside so many samples without one")
    return missing


def _leads(way: Way, counts: Counts, asked: Rules) -> bool:
    return not lacking(way, counts, asked)


def _is_beyond_chance(way: Way, counts: Counts, asked: Rules) -> bool:
    return is_beyond_chance(way, counts.streams, counts.unmatched, counts.reserve, asked.rate)
