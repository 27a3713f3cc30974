"""E-values: how many matches at least this good would chance give in a search of this size?

Null model. Along any one line, the observations of an unrelated pair are draws whose likelihood
ratios have mean one, so by Ville's inequality the chance that a run starting at a given observation
ever reaches a score of S nats is at most exp(-S), whatever its length. The expected number of such
runs is therefore at most (starting points tried) × exp(-S). A starting point is a pair of one
suspect observation and one place in the references, under one hypothesis and one damage model.

Observations are not quite independent, which makes sums too sure of themselves: sums of peaks are
divided by a measured dispersion, frames are weighted by novelty. Sounds are not quite unrelated
either: some are of one composer, one key, one set of instruments, and among the best of what chance
gives these are most. There chance falls off more slowly, by a slope that was measured too, and a
score pays for it. The model is checked against excerpts of unregistered works by `python -m
benchmarks calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matchers.alignment import Hypothesis, Kind, Segment
from matchers.calibration import calibration
from matchers.constellation import FRAME_S
from matchers.hypotheses import PICTURE_SPEEDS, WINDOW_S, is_unaltered
from matchers.landmarks import SURVIVAL
from media.clip import Span

LEAST_LOG_E = -690.0  # 10^-300; smaller ones are all the same, and 0 would claim certainty
LEAST_E = float(np.exp(LEAST_LOG_E))
VIEWS = 4  # as it is, mirrored, in negative, and both …
INSIDE = 2  # … and of frames what is inside bars, as it is and mirrored
# A picture is hardly ever shown in negative, so hardly any of the chance matches allowed go there:
# a bright disc on black is the negative of a dark one, and 33 nats were found for such a pair.
NEGATIVE = 1e7
# Ways to lay one picture on another that differ as much as chance can tell.
PLACEMENTS = 300
# The share of starting points that count was measured in a catalogue of three hours; it holds for
# larger ones, and a smaller one is taken to be as large.
LEAST_EXTENT_S = 3 * 3600.0
# Chance gives runs of S nats along the line of another sense, in a window, at most so many times
# exp(-S); see docs/decisions/0020-what-the-other-sense-says.md.
ALONG: Mapping[Kind, float] = {"peaks": 1.0, "frames": 1.0, "features": PLACEMENTS}
PEAK_PLACE_S = 3 * FRAME_S  # two offsets nearer than this meet the same reference peaks


@dataclass(frozen=True, slots=True)
class Search:
    """How much was searched for one suspect in one modality."""

    observations: float  # of the suspect, counted by how much each can prove
    places: float  # in all references
    hypotheses: float
    unaltered: float | None = None  # hypotheses charged where nothing was done; None: all of them
    beside: float = 1.0  # what a second sense, looked at along the line of the first, has to pay
    kinship: float = 0.0  # nats that a score of sound pays, for it may be of kin

    @property
    def starting_points(self) -> float:
        """Pairs from which a chance run may begin, at least one, and what is paid beside them."""
        pairs = max(1.0, self.observations * self.places * self.hypotheses)
        return pairs * self.beside * float(np.exp(self.kinship))

    @property
    def nats(self) -> float:
        """What a score has to pay for so many starting points."""
        return float(np.log(self.starting_points))

    def under(self, hypothesis: Hypothesis) -> Search:
        """What a match under one hypothesis is charged."""
        if hypothesis.inverted:
            return replace(self, hypotheses=self.hypotheses * NEGATIVE)
        if self.unaltered is None or not is_unaltered(hypothesis):
            return self
        return replace(self, hypotheses=self.unaltered)


def of_kin(log_e: float) -> float:
    """The logarithm of an E-value of sound where some sounds are of kin, from what it would be if
    none were: under `kin_from` it is multiplied by `kin_slope` from there on. See
    docs/decisions/0042-kin.md.
    """
    model = calibration()
    rarer = float(np.clip(np.log(model.kin_from) - log_e, 0.0, -LEAST_LOG_E))
    return log_e + (1 - model.kin_slope) * rarer


def among_kin(search: Search, score: float) -> Search:
    """A search of sound, as a score in nats is charged that was found in it."""
    log_e = search.nats - score
    return replace(search, kinship=of_kin(log_e) - log_e)


def needed(search: Search, kind: Kind, bound: float) -> float:
    """The score in nats from which a search gives E-values as low as a bound.

    >>> needed(Search(1, 1, 1), "frames", 1.0)
    0.0
    """
    bare = replace(search, kinship=0.0).nats
    if kind != "peaks":
        return bare - float(np.log(bound))
    model = calibration()
    below = min(0.0, float(np.log(bound / model.kin_from)))
    return bare - float(np.log(bound)) + below - below / model.kin_slope


def sound_search(peaks: int, extent_s: float, hypotheses: int) -> Search:
    """The search of a suspect's peaks through `extent_s` seconds of reference.

    Half of the chance matches that are allowed go to copies of which nothing was altered, and half
    to all the rest: weights fixed beforehand, as in Genovese, Roeder, Wasserman, "False discovery
    control with p-value weighting", Biometrika 2006.
    """
    model = calibration()
    places = max(extent_s, LEAST_EXTENT_S) / PEAK_PLACE_S * float(np.exp(model.log_candidates))
    altered, unaltered = 2 * hypotheses, 2 * model.unaltered_worth
    return Search(peaks, places, altered * len(SURVIVAL), unaltered * len(SURVIVAL))


def picture_search(novel_frames: float, rows: int, still: bool) -> Search:
    """The search of a suspect's frames, counted by novelty, through `rows` reference frames."""
    speeds = 1 if still else len(PICTURE_SPEEDS)
    return Search(novel_frames, rows, (VIEWS + INSIDE) * speeds * len(calibration().frame_models))


def feature_search(frames: int, key_frames: float) -> Search:
    """The search of a suspect's frames through the key frames of the references."""
    return Search(frames, key_frames, VIEWS * PLACEMENTS)


def beside(score: float, kind: Kind, span: Span) -> float:
    """The factor that evidence of `score` nats, found along a line that another sense found over a
    span, pays for being counted beside it.

    Twice, for either sense may be the first, the runs that chance gives along such a line; and
    because it was not fixed beforehand how much each of the two brings, (1 + v)² for v nats beyond
    those. For let at most N exp(-s) chance lines of the first have s nats, and v be reached along
    them with a chance of exp(-v): then N exp(-t) at most have s + v - 2 log(1 + v) >= t, since the
    mean of exp(v - 2 log(1 + v)) is one.
    """
    chance = 2 * ALONG[kind] * max(1.0, span.duration_s / WINDOW_S)
    return chance * (1 + max(score - float(np.log(chance)), 0.0)) ** 2


def sound_score(segment: Segment) -> float:
    """Nats of a segment of peaks, their dependence discounted."""
    return segment.score / calibration().peak_dispersion


def e_value(score: float, search: Search) -> float:
    """Expected number of chance runs that reach `score` nats.

    >>> round(e_value(10.0, Search(10, 100, 1)), 4)
    0.0454
    """
    return float(np.exp(np.clip(np.log(search.starting_points) - score, LEAST_LOG_E, 700.0)))
