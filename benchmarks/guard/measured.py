"""What one run of the guard measured, before anything is judged, and what a baseline holds of it.

Both are plain JSON: a baseline is a run, and what its replicates say of noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.guard.asking import TOLD, Outcome

# A replicate is taken to tell of its own cell, but for as much as so many queries of all its kind.
PRIOR = 30.0
Found = Mapping[str, bool]  # by query


@dataclass(frozen=True, slots=True)
class Noise:
    """How often a query of a cell is found one time and not another, for no fault of the engine."""

    lost: float  # share of the queries that were found
    gained: float  # share of those that were not

    def of(self, was_found: bool) -> float:
        """The probability that a query is found now."""
        return 1 - self.lost if was_found else self.gained


@dataclass(frozen=True, slots=True)
class Run:
    """The answers to every query."""

    found: dict[str, bool]  # of positives
    false_works: dict[str, list[str]]  # of those queries where another work was named
    strangers: dict[str, float | None]  # the rank of the best chance match; None: above `TOLD`
    bound: float  # E-value


def run_of(outcomes: Sequence[Outcome], bound: float) -> Run:
    """The parts of the outcomes that verdicts are made of."""
    false = {
        o.query_id: sorted({*o.false_works, *o.stranger_works})
        for o in outcomes
        if o.false_works or o.stranger_works
    }
    return Run(
        {o.query_id: o.found for o in outcomes if o.work is not None},
        false,
        {o.query_id: o.stranger for o in outcomes},
        bound,
    )


def cell_of(query_id: str) -> str:
    """The cell that a query belongs to."""
    return query_id.partition("/")[0]


def place_of(query_id: str) -> str:
    """The kind and the number of a query, which stand for one place of one work."""
    cell, _, number = query_id.partition("/")
    return f"{cell if kind_of(cell) == 'negative' else kind_of(cell)} {number}"


def kind_of(cell: str) -> str:
    """Sound, picture or both."""
    return cell.partition("_")[0]


def noise(base: Found, replicates: Sequence[Found]) -> dict[str, Noise]:
    """The noise of each cell, from the same queries asked again a little earlier or later.

    Where a cell tells little, it is taken to be like all of its kind.
    """
    cells = sorted({cell_of(q) for q in base})
    kinds = {kind: [c for c in cells if kind_of(c) == kind] for kind in map(kind_of, cells)}
    known: dict[str, Noise] = {}
    for of_kind in kinds.values():
        pool = [_changes(base, replicates, of_kind, was) for was in (True, False)]
        prior = [(changed + 1) / (asked + 2) for changed, asked in pool]
        for cell in of_kind:
            own = [_changes(base, replicates, [cell], was) for was in (True, False)]
            lost, gained = (
                (changed + PRIOR * rate) / (asked + PRIOR)
                for (changed, asked), rate in zip(own, prior, strict=True)
            )
            known[cell] = Noise(lost, gained)
    return known


def _changes(
    base: Found, replicates: Sequence[Found], cells: Sequence[str], was_found: bool
) -> tuple[int, int]:
    """(how often the outcome was another, of how many)."""
    queries = [q for q, found in base.items() if cell_of(q) in cells and found == was_found]
    again = [one[q] for one in replicates for q in queries if q in one]
    return sum(found != was_found for found in again), len(again)


def reached(strangers: Mapping[str, float | None], e_value: float) -> int:
    """How many negatives met a chance match of at most this E-value."""
    if e_value > TOLD:
        raise ValueError(f"nothing is told above {TOLD:g}")
    return sum(rank is not None and 10.0**-rank <= e_value for rank in strangers.values())
