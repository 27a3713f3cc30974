"""Whether a run is worse than its baseline, by rules that are fixed beforehand.

*Recall.* Each query of the baseline is found again with the probability that its replicates give.
A cell fails where so few or fewer would be found by such noise less than `ALPHA` / cells of the
time. All together fail when more queries are lost than gained, by a sign test at `ALPHA`: noise
loses as many as it gains. The same engine on the same machine gives
the same answers, so it never fails; elsewhere a sound engine fails about once in fifty machines.

*Matches that are not there.* Any other work named at the shipped bound fails, but for the faults
that the baseline states; and a new workspace may not report above the bound that is promised.

*E-values.* Of n negatives, n × x may be expected with E ≤ x at most; more than Poisson allows
(`ALPHA` / decades) fails. Pair by pair with the baseline, chance matches may not have grown surer:
a sign test over pairs that differ by a factor of two.

*Size and cost.* Bytes a second of each kind may grow by 2 %; the cost of each stage, as a multiple
of a yardstick measured in the same minute, by a quarter; on another
processor than the baseline's it may double.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

from benchmarks.guard import chance
from benchmarks.guard.asking import TOLD
from benchmarks.guard.measured import Noise, Run, cell_of, place_of, reached
from benchmarks.metrics import Proportion

ALPHA = 0.01
# More than one match a negative cannot be too many, so the rule begins below 1.
DECADES = (0.1, 0.01, 1e-3, 1e-4)
TOLD_DECADES = (TOLD, 1e4, 100.0, 1.0, *DECADES)
SURER = log10(2.0)  # a chance match that is told with half the E-value
PROMISED_E = 1e-4  # what a new workspace reports at most
MORE_BYTES = 1.02
MORE_COST = 1.25
MORE_COST_ELSEWHERE = 2.0  # on another processor yardstick and stages may scale unlike


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and what became of it."""

    name: str
    ok: bool
    says: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Recall of one cell beside its baseline."""

    name: str
    found: Proportion
    before: int
    least: int  # the least count that passes
    p: float  # of so few or fewer, by noise alone
    lost: tuple[str, ...]  # queries found in the baseline and not now
    gained: tuple[str, ...]


def cells(
    found: Mapping[str, bool], before: Mapping[str, bool], noise: Mapping[str, Noise]
) -> list[Cell]:
    """Every cell of the baseline, in its order."""
    names = list(dict.fromkeys(map(cell_of, before)))
    return [_cell(n, found, before, noise[n], ALPHA / len(names)) for n in names]


def _cell(
    name: str, found: Mapping[str, bool], before: Mapping[str, bool], noise: Noise, alpha: float
) -> Cell:
    queries = [q for q in before if cell_of(q) == name]
    chances = [noise.of(before[q]) for q in queries]
    now = sum(found[q] for q in queries)
    return Cell(
        name,
        Proportion(now, len(queries)),
        sum(before[q] for q in queries),
        chance.least(chances, alpha),
        chance.at_most(chances, now),
        tuple(q for q in queries if before[q] and not found[q]),
        tuple(q for q in queries if found[q] and not before[q]),
    )


def recall(judged: Sequence[Cell]) -> Check:
    """No cell below its least count."""
    fallen = [c for c in judged if c.found.k < c.least]
    said = "; ".join(
        f"{c.name}: {c.found.k} of {c.found.n} found, {c.before} before, "
        f"fewer than {c.least} are no noise (p = {c.p:.1g})"
        for c in fallen
    )
    return Check("recall of each cell", not fallen, said or f"{len(judged)} cells hold")


def recall_of_all(found: Mapping[str, bool], before: Mapping[str, bool]) -> Check:
    """Not more lost than gained, in all: many small falls are one large one."""
    lost = sum(was and not found[q] for q, was in before.items())
    gained = sum(found[q] and not was for q, was in before.items())
    p = chance.sign_test(lost, gained)
    said = (
        f"{sum(found[q] for q in before)} of {len(before)} found, {sum(before.values())} before: "
    )
    return Check(
        "recall of all cells", p >= ALPHA, f"{said}{lost} lost, {gained} gained (p = {p:.2g})"
    )


def false_matches(run: Run, before: Run) -> Check:
    """No other work named, in any query, but where the baseline states it as a fault."""
    known = _mistaken(before)
    new = {
        query: fresh
        for query, works in run.false_works.items()
        if (fresh := [work for work in works if (place_of(query), work) not in known])
    }
    searches, old = len(run.strangers) + len(run.found), len(run.false_works) - len(new)
    said = f"{len(new)} in {searches} searches, and {old} that the baseline knows of"
    named = "".join(f"; {query}: {', '.join(works)}" for query, works in new.items())
    return Check("false matches", not new, said + named)


def _mistaken(run: Run) -> set[tuple[str, str]]:
    """Places that are taken for another work: the same place in other damage is the same fault."""
    return {(place_of(query), work) for query, works in run.false_works.items() for work in works}


def bound(run: Run) -> Check:
    """The shipped bound is the one that is promised."""
    said = f"a new workspace reports up to {run.bound:g}, promised is {PROMISED_E:g}"
    return Check("bound", run.bound <= PROMISED_E, said)


def e_values(strangers: Mapping[str, float | None]) -> Check:
    """Not more chance matches of an E-value than it says."""
    said, ok = [], True
    for x in DECADES:
        expected = len(strangers) * x
        seen, most = reached(strangers, x), chance.most(expected, ALPHA / len(DECADES))
        if seen > most:
            ok = False
            said.append(f"E ≤ {x:g}: {seen} of {len(strangers)}, at most {most} may be")
    return Check("E-values", ok, "; ".join(said) or f"hold over {len(DECADES)} decades")


def surer(now: Mapping[str, float | None], before: Mapping[str, float | None]) -> Check:
    """Chance matches not surer than those of the baseline, pair by pair."""
    changes = [_rank(now[q]) - _rank(before[q]) for q in before]
    up, down = sum(c >= SURER for c in changes), sum(c <= -SURER for c in changes)
    p = chance.sign_test(up, down)
    said = f"{up} of {len(changes)} at least twice as sure, {down} half as sure or less"
    return Check("E-values beside the baseline", p >= ALPHA, f"{said} (p = {p:.2g})")


def _rank(rank: float | None) -> float:
    return -log10(TOLD) if rank is None else rank


def stored(now: Mapping[str, float], before: Mapping[str, float]) -> Check:
    """Bytes a second of each kind."""
    grown = [k for k, was in before.items() if now[k] > was * MORE_BYTES]
    said = "; ".join(
        f"{k}: {now[k]:.1f} bytes a second, {was:.1f} before" for k, was in before.items()
    )
    return Check("stored bytes", not grown, said)


def most_cost(processor: object, before: object) -> float:
    """How many times as dear a stage may be as on the baseline's processor."""
    return MORE_COST if processor == before else MORE_COST_ELSEWHERE


def cost(now: Mapping[str, float], before: Mapping[str, float], most: float = MORE_COST) -> Check:
    """The cost of each stage, in yardsticks."""
    slow = slower(now, before, most)
    said = "; ".join(f"{k}: {now[k] / was:.2f} of the baseline" for k, was in before.items())
    return Check("cost", not slow, f"{said}; {most:g} may be")


def slower(
    now: Mapping[str, float], before: Mapping[str, float], most: float = MORE_COST
) -> list[str]:
    """The stages that cost more than is let pass."""
    return [stage for stage, was in before.items() if now[stage] > was * most]


def same_grid(run: Run, before: Run) -> Check:
    """The baseline is one of these very queries."""
    same = (
        run.found.keys() == before.found.keys() and run.strangers.keys() == before.strangers.keys()
    )
    said = "as in the baseline" if same else "the queries are others: write a new baseline"
    return Check("queries", same, said)
