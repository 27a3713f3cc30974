"""Whose a stretch is, in words: a work's, or what several works share, said once."""

from __future__ import annotations

from collections.abc import Sequence

from matchers.joining import is_same
from matchers.overlaps import MANY, Part
from reelprint.answer import Named

PARTS: dict[Part, str] = {
    "beginning": "shared intro",
    "end": "shared credits",
    "middle": "shared stretch",
}


def together(matches: Sequence[Named]) -> list[list[Named]]:
    """Matches of works by themselves, and those that share a stretch in one, in the order given."""
    groups: list[list[Named]] = []
    for named in matches:
        for group in groups:
            if _same_stretch(group[0], named):
                group.append(named)
                break
        else:
            groups.append([named])
    return groups


def whose(holders: Sequence[Named]) -> str:
    """The work, or the series or the works that hold a stretch."""
    first = holders[0]
    name = f"{first.title} [{first.work_id}]" if first.title != first.work_id else first.work_id
    if first.attribution.owner == "work":
        return name
    works = {first.work_id, *first.shared_with, *(one.work_id for one in holders)}
    series = first.attribution.series
    if series is None:
        return f"shared by {len(works)} works: {', '.join(sorted(works))}"
    parts = {one.part for one in holders}
    of_titles = len(parts) == 1 and len(works) > MANY
    what = PARTS[parts.pop() if of_titles else "middle"]
    return f"series {series}, {what} ({len(works)} works)"


def _same_stretch(a: Named, b: Named) -> bool:
    if a.attribution != b.attribution or a.attribution.owner == "work":
        return False
    return is_same(a.match.query, b.match.query)
