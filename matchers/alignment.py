"""The nouns inside this room: a hypothesis, a line through time, an aligned segment.

Conventions: a line maps suspect time q to reference time r by r = offset_s + speed * q. Pitch is
how far the suspect lies above the reference, in octaves. A segment keeps its evidence observation
by observation, so that overlapping pieces of one alignment can be joined, counting nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchers.view import View
from media.clip import F64, Span

Kind = Literal["peaks", "frames", "features"]  # of observations


UNITS_PER_S = 4000  # observations are named by the time of what they observe of the reference …
# … and peaks by their pitch as well, of six octaves in 192 steps; twice as many, for there are
# moments of outlines after them.
UNITS_A_TICK: Mapping[Kind, int] = {"peaks": 2 * 6 * 192, "frames": 1, "features": 1}


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What may have been done to a work before it was shown."""

    speed: float = 1.0  # reference seconds per suspect second
    pitch_octaves: float = 0.0
    mirrored: bool = False
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A place where a suspect may run along a reference, found by votes."""

    reference: int
    hypothesis: Hypothesis
    offset_s: float
    surprise: float  # how far the votes exceed what chance gives there, in nats

    def reference_time(self, query_s: F64) -> F64:
        """Where suspect times lie in the reference, in seconds."""
        return self.offset_s + self.hypothesis.speed * query_s


@dataclass(frozen=True, slots=True)
class Segment:
    """A verified stretch of a line."""

    reference: int
    hypothesis: Hypothesis  # with the refined speed
    offset_s: float
    query: Span
    anchor: tuple[float, float]  # a suspect time and the reference time surely known to match it
    units: NDArray[np.int64]  # (n,) observations, ascending, named alike in every window
    evidence: NDArray[np.float64]  # (n,) nats of each: for the match if positive
    closeness: NDArray[np.float64]  # (n,) how near each fits, to choose between rival lines
    kind: Kind
    view: View | None = None  # how the picture was found to lie in the suspect's
    # (n,) nats of each before the limit on what one picture proves; None where there is no limit
    unlimited: NDArray[np.float64] | None = None

    @property
    def score(self) -> float:
        """Evidence in nats."""
        return float(self.evidence.sum())

    @property
    def offered(self) -> NDArray[np.float64]:
        """Nats of each observation before any limit on what one picture proves, shape (n,)."""
        return self.evidence if self.unlimited is None else self.unlimited

    @property
    def preference(self) -> float:
        """What rival alignments of one stretch are compared by."""
        return self.score + float(self.closeness.sum())

    @property
    def reference_times(self) -> NDArray[np.float64]:
        """When in the reference each observation lies, in seconds, shape (n,)."""
        return np.asarray(self.units // UNITS_A_TICK[self.kind] / UNITS_PER_S)

    @property
    def query_times(self) -> NDArray[np.float64]:
        """When along the line each lies in the suspect, in seconds, shape (n,)."""
        return (self.reference_times - self.offset_s) / self.hypothesis.speed

    def reference_time(self, query_s: float) -> float:
        """Where a suspect time lies in the reference, in seconds."""
        return self.offset_s + self.hypothesis.speed * query_s


def middle_of(query: Span, line: Line) -> tuple[float, float]:
    """The middle of a suspect span and the reference time there."""
    middle = (query.start_s + query.end_s) / 2
    return middle, line.offset_s + line.hypothesis.speed * middle
