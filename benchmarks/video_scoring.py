"""What the video benchmark tells beside the figures that all ranked answers have.

Places in the frame, speeds, false pairs, and the measures that pool all queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.metrics import Proportion
from benchmarks.metrics.placement import judge_account
from benchmarks.ranked import Figures, Ranked, row_of
from benchmarks.rows import Row
from benchmarks.scoring import pooled, spread

# Of a speed, a share; of a turn, degrees; of a box, the area in both over the area in either.
SPEED, TURN_DEG, OVERLAP = 0.01, 3.0, 0.7


def beside(rows: Sequence[Row], every: Sequence[Ranked], pairs: int) -> Figures:
    """For the result of one system; `pairs` is the number of (suspect, reference) pairs."""
    truths = [one.scored.made.truth for one in every]
    false = sum(len(one.scored.judgement.false_works) for one in every)
    true = sum(truth.work is not None for truth in truths)
    by_row = {row.name: [one for one in every if row_of(one) == row.name] for row in rows}
    return {
        "false_pairs": Proportion(false, max(pairs - true, false)).as_dict(),
        "ranked_by_all": pooled(truths, [p for one in every for p in one.said]),
        "shipped": pooled(truths, [p for one in every for p in one.scored.said]),
        "places": {row.name: _places(by_row[row.name]) for row in rows if not row.negative},
    }


def _places(answered: Sequence[Ranked]) -> Figures:
    """Of the matches in the right place: how often what is said beside the place is right."""
    found = [one.scored for one in answered if one.scored.judgement.best is not None]
    accounts = [
        judge_account(one.made.truth.placement, one.judgement.best.transform)
        for one in found
        if one.made.truth.placement is not None and one.judgement.best is not None
    ]
    speeds = [one.judgement.speed_error for one in found]
    return {
        "speed": _right(error <= SPEED for error in speeds if error is not None),
        "mirrored": _told(a.mirrored for a in accounts),
        "inverted": _told(a.inverted for a in accounts),
        "rotation": _told(_within(a.rotation_error_deg) for a in accounts),
        "rotation_error_deg": spread([a.rotation_error_deg for a in accounts]),
        "crop": _told(_over(a.crop_overlap) for a in accounts),
        "crop_overlap": spread([a.crop_overlap for a in accounts]),
        "picture": _told(_over(a.picture_overlap) for a in accounts),
        "picture_overlap": spread([a.picture_overlap for a in accounts]),
    }


def _within(error_deg: float | None) -> bool | None:
    return None if error_deg is None else error_deg <= TURN_DEG


def _over(overlap: float | None) -> bool | None:
    return None if overlap is None else overlap >= OVERLAP


def _told(outcomes: Iterable[bool | None]) -> dict[str, float | int | None] | None:
    """The share that is right of those that say something; None where none does."""
    said = [outcome for outcome in outcomes if outcome is not None]
    return _right(said) if said else None


def _right(outcomes: Iterable[bool]) -> dict[str, float | int | None]:
    known = list(outcomes)
    return Proportion(sum(known), len(known)).as_dict()
