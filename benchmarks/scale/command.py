"""What `python -m benchmarks index` measures, at one size or at every doubling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.datasets import Dataset
from benchmarks.scale.child import Figures, apart
from benchmarks.scale.codes import Given, measure_codes
from benchmarks.scale.material import Material
from benchmarks.scale.postings import measure_postings, small_segments

# Measures one size: ever more figures of it, until it has all.
Side = Callable[[int], Iterator[Figures]]
GROWTH = {  # the sizes of which targets are stated, and the first and last of the growth
    "codes": (10_000_000, 100_000, 20_000_000),
    "postings": (20_000_000, 1_000_000, 100_000_000),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How many codes, postings, and postings under finer keys to measure, in order."""

    codes: Sequence[int]
    postings: Sequence[int]
    fine: Sequence[int] = ()

    @classmethod
    def growth(cls) -> Plan:
        """Every doubling; under finer keys, the size of which a target is stated."""
        codes, postings = (doublings(*GROWTH[side]) for side in ("codes", "postings"))
        return cls(codes, postings, [GROWTH["postings"][0]])


def doublings(through: int, first: int, last: int) -> list[int]:
    """Each size twice the one before and one of them as named, between a first and a last.

    >>> doublings(20, 4, 50)
    [4, 5, 10, 20, 40, 50]
    """
    size = through
    while size >= 2 * first:
        size //= 2
    sizes = {first, last}
    while size <= last:
        sizes.add(size)
        size *= 2
    return sorted(sizes)


def measure(data: Dataset, plan: Plan, cache: Path, scratch: Path) -> Iterator[Figures]:
    """All that has been measured, whenever there is more; indexes are built in `scratch`."""
    material = Material.of(data, cache)
    body: Figures = {
        "bandwidth": apart("bandwidth", "measure"),
        "small_segments": small_segments(material, scratch),
    }
    of_postings = partial(measure_postings, material=material, scratch=scratch)
    sides: dict[str, Side] = {"postings": of_postings, "fine": partial(of_postings, fine=True)}
    if plan.codes:
        given = Given.of(data, scratch)
        sides = {"codes": partial(measure_codes, given=given, scratch=scratch), **sides}
    return steps(body, plan, sides)


def steps(body: Figures, plan: Plan, sides: Mapping[str, Side]) -> Iterator[Figures]:
    """A body with each side's sizes, whenever there is more of them."""
    for name, side in sides.items():
        done: list[Figures] = []
        for size in getattr(plan, name):
            for figures in side(size):
                body[name] = [*done, figures]
                yield body
            done = body[name]
