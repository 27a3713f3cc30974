"""How many streams were seen: as many as can be chosen so that no two of them are one.

Two showings are one stream if they are of one source (where the policy says so), of one sample or
one capture, share a segment or a suspect file, or show one work going on. That is asked of two at
a time and not passed on, so that leaving one out never makes more of them: docs/decisions/0025.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from casework.record import Finding, Sample
from casework.rules import Rules

_BRANCHES, _DEPTH = 1_000, 200  # tried before the answer becomes "at least"


@dataclass(frozen=True, slots=True)
class Showing:
    """What a sample showed: a match, or nothing (None)."""

    sample: Sample
    finding: Finding | None = None


def ties(showings: Sequence[Showing], rules: Rules) -> list[int]:
    """For each showing the set of others that are one stream with it, as bits."""
    tied = [0] * len(showings)
    holders: dict[tuple[str, str], int] = defaultdict(int)
    keys = [list(_keys(one, rules)) for one in showings]
    for at, some in enumerate(keys):
        for key in some:
            holders[key] |= 1 << at
    for at, some in enumerate(keys):
        for key in some:
            tied[at] |= holders[key]
    for one_at, two_at in _same_lines(showings, rules.showing_s):
        tied[one_at] |= 1 << two_at
        tied[two_at] |= 1 << one_at
    return [mask & ~(1 << at) for at, mask in enumerate(tied)]


def count_streams(tied: Sequence[int]) -> int:
    """The most showings of which no two are tied."""
    search = _Search(tied)
    return search.most((1 << len(tied)) - 1)


def count_chains(tied: Sequence[int]) -> int:
    """How many streams there would be if ties were passed on."""
    left, count = (1 << len(tied)) - 1, 0
    while left:
        group, edge = 0, left & -left
        while edge:
            group |= edge
            edge = _union(tied[at] for at in _bits(edge)) & left & ~group
        left, count = left & ~group, count + 1
    return count


def why_tied(showings: Sequence[Showing], rules: Rules) -> list[str]:
    """By what showings of different samples are tied, in words."""
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in showings:
        for key in _keys(one, rules):
            holders[key].add(one.sample.sample_id)
    found = {kind for (kind, _), samples in holders.items() if len(samples) > 1}
    if any(_of_two(showings, *pair) for pair in _same_lines(showings, rules.showing_s)):
        found.add("one showing that goes on")
    return sorted(found)


def _keys(one: Showing, rules: Rules) -> Iterator[tuple[str, str]]:
    yield "the same sample", one.sample.sample_id
    if rules.one_source_is_one:
        yield "the same source", one.sample.source
    if one.sample.manifest_sha256 is not None:
        yield "the same capture", one.sample.manifest_sha256
    for sha256 in set(one.sample.segments):
        yield "the same segments", sha256
    if one.finding is not None:
        yield "the same file", one.finding.suspect_sha256


_Line = tuple[str, str, float]  # work, reference, and when it would have begun by the clock


def _line(one: Showing) -> _Line | None:
    if one.finding is None:
        return None
    match = one.finding.match
    speed = float(match["speed"])
    shown = datetime.fromisoformat(one.sample.taken_at).timestamp() + match["query"]["start_s"]
    began = shown - match["reference"]["start_s"] / speed
    return one.finding.work_id, str(match["reference_id"]), began


def _is_one_line(one: _Line, two: _Line, within_s: float) -> bool:
    return one[:2] == two[:2] and abs(one[2] - two[2]) <= within_s


def _same_lines(showings: Sequence[Showing], within_s: float) -> Iterator[tuple[int, int]]:
    """Pairs that lie on one line."""
    lines = sorted((line, at) for at, one in enumerate(showings) if (line := _line(one)))
    for place, (line, at) in enumerate(lines):
        for later, other in lines[place + 1 :]:
            if not _is_one_line(line, later, within_s):
                break
            yield at, other


def _of_two(showings: Sequence[Showing], one: int, two: int) -> bool:
    return showings[one].sample.sample_id != showings[two].sample.sample_id


class _Search:
    """The largest independent set of a graph. One whose neighbours are all tied to each other can
    always be taken, which settles all but contrived graphs; the rest is tried both ways, and when
    that takes too long the least tied is taken: then the answer is "at least"."""

    def __init__(self, tied: Sequence[int]) -> None:
        self._tied = tied
        self._branches = 0

    def most(self, left: int, depth: int = 0) -> int:
        """How many of those left can be chosen."""
        count = 0
        while left:
            taken = self._free(left)
            if taken is None and self._branches < _BRANCHES and depth < _DEPTH:
                return count + self._branch(left, depth + 1)
            if taken is None:
                taken = min(_bits(left), key=partial(self._degree, left))
            left, count = self._without(left, taken), count + 1
        return count

    def _branch(self, left: int, depth: int) -> int:
        self._branches += 1
        many = max(_bits(left), key=partial(self._degree, left))
        without = self.most(left & ~(1 << many), depth)
        return max(without, 1 + self.most(self._without(left, many), depth))

    def _free(self, left: int) -> int | None:
        return next((at for at in _bits(left) if self._is_clique(self._tied[at] & left)), None)

    def _is_clique(self, some: int) -> bool:
        return all(not some & ~(self._tied[at] | 1 << at) for at in _bits(some))

    def _degree(self, left: int, at: int) -> int:
        return (self._tied[at] & left).bit_count()

    def _without(self, left: int, at: int) -> int:
        return left & ~(self._tied[at] | 1 << at)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask &= mask - 1


def _union(masks: Iterator[int]) -> int:
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
