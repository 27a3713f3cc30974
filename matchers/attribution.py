"""Whose is what was found: a work's own, or what works share?

Twenty episodes with one intro all match a suspect that shows the intro, and none of them is more to
blame than the others. So a match is put down to its work only if it would be reported by what it
shows where no other work shows as much: by that evidence alone its E-value has to be under the
bound. Otherwise it is put down to all that hold the stretch, and to their series if they are of
one. Sound and picture are looked at apart: of two dubs of one picture the sound tells which it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchers.alignment import Segment
from matchers.calibration import calibration
from matchers.joining import overlap_s
from matchers.match import Match, Testimony
from matchers.significance import of_kin
from media.clip import Span

# Seconds by which others may hold more than was found of them: ends are known no better.
MARGIN_S = 1.0
# Of the nats of a match, in a stretch, from which another work holds that stretch too: encodes of
# one intro differ, and so do a track and another that took a sample of it.
AS_MUCH = 0.25

Owner = Literal["work", "series", "shared"]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose a match is, with the series if it is a series'."""

    owner: Owner
    series: str | None = None


OWN = Attribution("work")


def attribute(
    matches: Sequence[Match],
    works: Mapping[int, str],
    series: Mapping[int, str],
    max_e_value: float,
) -> list[Attribution]:
    """Whose each match is, by the work and the series of each reference, if it has one."""
    return [_attribution(match, matches, works, series, max_e_value) for match in matches]


def testimony(segment: Segment) -> Testimony:
    """What a segment proves, moment by moment."""
    times = segment.query_times
    if segment.kind == "peaks":
        nats = segment.evidence / calibration().peak_dispersion
        return Testimony("audio", segment.query, times, nats)
    return Testimony("video", segment.query, times, segment.evidence)


def _attribution(
    match: Match,
    matches: Sequence[Match],
    works: Mapping[int, str],
    series: Mapping[int, str],
    max_e_value: float,
) -> Attribution:
    own = works[match.reference]
    others = [m for m in matches if works[m.reference] != own]
    alone = sum(_alone(one, others) for one in match.testimonies)
    holders = [m.reference for m in others if overlap_s(m.query, match.query) > 0]
    if not holders or _log_e(match, alone) <= np.log(max_e_value):
        return OWN
    names = {series.get(number) for number in (match.reference, *holders)}
    name = names.pop()
    return Attribution("shared") if names or name is None else Attribution("series", name)


def _log_e(match: Match, nats: float) -> float:
    """The logarithm of the E-value that a match would have if it proved so much."""
    log_e = match.charge - nats
    return of_kin(log_e) if match.of_sound else log_e


def _alone(one: Testimony, others: Sequence[Match]) -> float:
    """Nats of the moments that no other work holds as well."""
    held = np.zeros(len(one.times), bool)
    for other in (t for m in others for t in m.testimonies if t.sense == one.sense):
        there = _within(one, other.span, 0.0)
        if other.nats.sum() >= AS_MUCH * one.nats[there].sum():
            held |= _within(one, other.span, MARGIN_S)
    return float(np.maximum(one.nats[~held].sum(), 0.0))


def _within(one: Testimony, span: Span, margin_s: float) -> NDArray[np.bool_]:
    return np.asarray(one.times >= span.start_s - margin_s) & (one.times <= span.end_s + margin_s)
