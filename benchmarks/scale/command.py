"""What `python -m benchmarks index` measures, at one size or at every doubling."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.datasets import Dataset
from benchmarks.scale.child import Figures, apart
from benchmarks.scale.material import Material
from benchmarks.scale.postings import measure_postings, small_segments

# Measures one size: ever more figures of it, until it has all.
Side = Callable[[int, Path], Iterator[Figures]]
GROWTH = {
    "codes": (100_000, 20_000_000),
    "postings": (1_000_000, 100_000_000),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How many codes and postings to measure, in order."""

    codes: Sequence[int]
    postings: Sequence[int]

    @classmethod
    def growth(cls) -> Plan:
        """Every doubling."""
        return cls(*(doublings(*GROWTH[side]) for side in ("codes", "postings")))


def doublings(first: int, last: int) -> list[int]:
    """Each size twice the one before, and the last.

    >>> doublings(1, 10)
    [1, 2, 4, 8, 10]
    """
    sizes = []
    while first < last:
        sizes.append(first)
        first *= 2
    return [*sizes, last]


def measure(data: Dataset, plan: Plan, cache: Path, scratch: Path) -> Iterator[Figures]:
    """All that has been measured, whenever there is more; indexes are built in `scratch`."""
    return measure_all(Material.of(data, cache), plan, scratch)


def measure_all(material: Material, plan: Plan, scratch: Path) -> Iterator[Figures]:
    """The same of material that has been read."""
    body: Figures = {
        "bandwidth": apart("bandwidth", "measure"),
        "small_segments": small_segments(material, scratch),
    }
    # Codes have a side of their own here, with `plan.codes` and what measures one size of them.
    sides: Mapping[str, tuple[Sequence[int], Side]] = {
        "postings": (plan.postings, lambda count, to: measure_postings(count, material, to)),
    }
    for name, (sizes, side) in sides.items():
        done: list[Figures] = []
        for size in sizes:
            for figures in side(size, scratch):
                body[name] = [*done, figures]
                yield body
            done = body[name]
