"""What a score and an E-value are made of, so that anyone can add them up again.

A score is the sum of what each sense counts. A sense counts what its observations offer, divided by
how much they depend on each other, less what the limit on a single picture holds back. The E-value
is (starting points) × exp(-score). Nothing is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchers import frames, landmarks
from matchers.alignment import Hypothesis, Kind, Segment
from matchers.calibration import calibration
from matchers.fusion import Claim
from matchers.joining import overlap_s
from matchers.settling import agree
from matchers.significance import LEAST_LOG_E, Search, needed
from matchers.testimony import DISPERSION, PICTURE_NATS, STILL_NATS
from media.clip import Span

Sense = Literal["peaks", "outline", "frames", "features"]

F64 = NDArray[np.float64]
Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """What one sense adds to a score: counted = offered / divided_by - held_back, in nats."""

    sense: Sense
    observations: int
    speaking: int  # of these, how many speak for the match
    offered: float
    divided_by: float  # because observations depend on each other
    held_back: float  # by the limit on what one picture proves
    limit: float | None  # that limit, where there is one
    counted: float
    seconds: tuple[tuple[int, float], ...]  # nats counted in each second of the suspect


@dataclass(frozen=True, slots=True)
class Account:
    """How the score and the E-value of a claim come about."""

    parts: tuple[Part, ...]
    score: float  # nats
    charged: Kind  # whose search it is charged
    search: Search
    e_value: float
    bound: float  # the E-value up to which a claim is reported

    @property
    def log_starting_points(self) -> float:
        """The natural logarithm of the pairs from which a chance run may begin."""
        return self.search.nats

    @property
    def needed(self) -> float:
        """The score in nats that makes an E-value as low as the bound in this search."""
        return needed(self.search, self.charged, self.bound)

    @property
    def is_least(self) -> bool:
        """Whether the E-value is the least that is ever said, and not what the sum gives."""
        return self.log_starting_points - self.score < LEAST_LOG_E


@dataclass(frozen=True, slots=True)
class Rival:
    """A claim of another work for the same stretch of a suspect."""

    claim: Claim
    shared_s: float  # seconds of the suspect that both speak of


def account(claim: Claim, bound: float) -> Account:
    """How a claim came by its score and E-value, under a bound."""
    parts = [
        part for segment in (claim.sound, claim.picture) if segment for part in _parts(segment)
    ]
    match = claim.match
    return Account(
        tuple(parts), match.score, claim.charged, claim.search, match.e_value, bound
    )  # fmt: skip


def uncounted(claim: Claim, segments: Mapping[Kind, Sequence[Segment]]) -> Segment | None:
    """The other way of looking at a picture, if it says the same: whole frames beside features, or
    the reverse. Both see one picture, so only the one that proves more counts."""
    picture = claim.picture
    if picture is None:
        return None
    if picture.kind == "features":
        return next((f for f in segments["frames"] if agree(f, picture)), None)
    return next((f for f in segments["features"] if agree(picture, f)), None)


def runner_up(
    claim: Claim, claims: Sequence[Claim], is_other: Callable[[Claim], bool]
) -> Rival | None:
    """The most certain claim of another work for some of the same stretch, whatever became of it;
    `claims` come with the most certain first."""
    for other in claims:
        shared_s = overlap_s(claim.match.query, other.match.query)
        moment = 0.0 in (claim.match.query.duration_s, other.match.query.duration_s)
        if is_other(other) and (shared_s > 0 or (moment and shared_s == 0)):
            return Rival(other, shared_s)
    return None


def least_needed(search: Search, kind: Kind, bound: float) -> float:
    """The score in nats from which a claim of the cheapest kind, an unaltered copy, is reported."""
    return needed(search.under(Hypothesis()), kind, bound)


def apportioned(values: Sequence[float], digits: int, total: float | None = None) -> list[float]:
    """Values rounded so that they still add up to their rounded sum, or to a total near it: those
    that lose most by rounding down are rounded up.

    >>> apportioned([0.4, 0.4, 0.4], 0), apportioned([0.4, 0.4, 0.4], 0, 2.0)
    ([1.0, 0.0, 0.0], [1.0, 1.0, 0.0])
    """
    scale = 10**digits
    down = [math.floor(value * scale) for value in values]
    wanted = sum(values) if total is None else total
    left = round(round(wanted, digits) * scale) - sum(down)
    order = sorted(range(len(values)), key=lambda i: (down[i] - values[i] * scale, i))
    for i in order[:left] if left >= 0 else order[left:]:
        down[i] += 1 if left >= 0 else -1
    return [whole / scale for whole in down]


def _parts(segment: Segment) -> list[Part]:
    if segment.kind != "peaks":
        divided_by = DISPERSION if segment.kind == "features" else 1.0
        return [_part(segment.kind, segment, np.ones(len(segment.units), bool), divided_by)]
    outline = landmarks.of_outline(segment.units)
    by_sense: dict[Sense, Bits] = {"peaks": ~outline, "outline": outline}
    return [
        _part(sense, segment, which, calibration().peak_dispersion)
        for sense, which in by_sense.items()
        if which.any()
    ]


def _part(sense: Sense, segment: Segment, which: Bits, divided_by: float) -> Part:
    nats, limit = segment.evidence[which], (segment.offered - segment.evidence)[which]
    # What is kept of frames and features was divided before the limit, of sound it is not yet.
    later = divided_by if segment.kind == "peaks" else 1.0
    earlier = divided_by / later
    return Part(
        sense=sense,
        observations=int(which.sum()),
        speaking=int((nats > 0).sum()),
        offered=float(segment.offered[which].sum()) * earlier,
        divided_by=divided_by,
        held_back=float(limit.sum()) / later,
        limit=_limit(segment),
        counted=float(nats.sum()) / later,
        seconds=_by_second(segment.query_times[which], nats / later, segment.query),
    )


def _limit(segment: Segment) -> float | None:
    """Nats that one picture proves by itself at most, each time a line is verified."""
    is_picture = segment.query.duration_s == 0.0
    match segment.kind:
        case "peaks":
            return None
        case "frames":
            return None if is_picture else frames.STILL_NATS
        case "features":
            return PICTURE_NATS if is_picture else STILL_NATS


def _by_second(times: F64, nats: F64, query: Span) -> tuple[tuple[int, float], ...]:
    """Sums over the whole seconds of a stretch; a line may lead a little outside it."""
    first, last = math.floor(query.start_s), math.floor(query.end_s)
    second = np.clip(np.floor(times).astype(np.int64), first, last) - first
    sums = np.bincount(second, nats, minlength=last - first + 1)
    return tuple((first + i, float(total)) for i, total in enumerate(sums))
