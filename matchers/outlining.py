"""How well the outline that is kept of a reference lies on the relief of a suspect.

Peaks say where a sound is loudest. An outline says, band by band, whether it stands over its
neighbours in pitch or not, which a room, noise on top, and an excerpt of a second leave as it was
more often than not. Each band agrees a little; thousands of them agree beyond doubt. How far they
would agree by accident is measured on the pair: the same reference slid in time, in its key and its
manner. Over many slides the sum of all bands is spread as a normal distribution is, so how many of
its deviations it stands out where the line puts it says how likely chance is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.moments import rows_at
from fingerprint.audio.relief import CELLS, STEPS, cells_of_bands, signs, unpacked
from fingerprint.scheme import Fingerprint
from matchers.alignment import Line
from matchers.foretelling import follow_each_other, foretold
from media.clip import Span

SLIDES = 48  # moments by which a reference is slid to either side: 10 s
NEAREST = 2  # moments; nearer than that music is still the same
LEAST_SLIDES, LEAST_MOMENTS = 12, 3  # from which on anything can be told
SLIDE_WORTH = 0.5  # of a slide, which is not independent of its neighbours
TRUST = (2.0, 3.5, 5.0)  # deviations by which a copy is taken to stand out from the slides
CHOICES = 2 * len(TRUST) + 1  # each for a window or a part of it; or the outline is not asked
WORTH = 2.0  # a nat of an outline is worth so many of peaks, which depend on each other more
LEAST_DEVIATION = 1e-6
# Deviations from which, and up to which, the network is asked: below a line is hardly a copy's,
# above it is one.
DOUBT = (0.75, 8.0)
HEARD = 0.5  # of a deviation of what is foretold, that one of what is heard is worth beside it

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a reference."""

    times: F64  # (n,) seconds
    signs: I8  # (n, BANDS) 1 where a band is raised, -1 elsewhere
    # (n, BANDS + BITS) the same, and the bits that were learned; read when it is first asked for
    learned: Callable[[], I8 | None] = lambda: None

    @classmethod
    def of(
        cls, fingerprint: Fingerprint, learned: Callable[[], Fingerprint | None] = lambda: None
    ) -> Outline:
        """The outline that a fingerprint holds, and what was learned of the same moments, if there
        is anything."""
        known = signs(fingerprint.codes)

        @cache
        def both() -> I8 | None:
            beside = learned()
            if beside is None or not np.array_equal(beside.times, fingerprint.times):
                return None
            bits = np.unpackbits(beside.codes, axis=1).astype(np.int8) * np.int8(2) - np.int8(1)
            return np.concatenate([known, bits], axis=1)

        return cls(fingerprint.times, known, both)

    def seen_in(self, span: Span, line: Line) -> slice:
        """Which moments a line puts into a stretch of the suspect."""
        ends = line.reference_time(np.array([span.start_s, span.end_s]))
        first, end = np.searchsorted(self.times, ends)
        return slice(int(first), int(end))


@dataclass(frozen=True, slots=True)
class Relief:
    """The relief of a suspect."""

    times: F64  # (n,) seconds
    steps: I8  # (n, COUNT)

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> Relief:
        """The relief that a fingerprint holds."""
        return cls(fingerprint.times, unpacked(fingerprint.codes))

    def frame(self, times: F64) -> I64:
        """The nearest frame to each time; those outside take the last on their side."""
        at = rows_at(times, float(self.times[0]))
        return np.asarray(np.clip(at, 0, len(self.times) - 1))


class Laid:
    """The outline of a reference, laid along a line on the relief of a suspect."""

    def __init__(self, relief: Relief, outline: Outline, line: Line) -> None:
        self._relief, self._outline, self._line = relief, outline, line
        self._foretold: tuple[slice, F64] | None = None  # of which moments, and what

    def moments(self, span: Span) -> F64:
        """The moments of the outline that the line puts into a stretch, shape (n,)."""
        return self._outline.times[self._outline.seen_in(span, self._line)]

    def agreement(self, span: Span) -> tuple[F64, float]:
        """Suspect times of the moments of the outline in a stretch, shape (n,), and the nats of all
        of them together, none or more: the greatest likelihood ratio of a normal distribution so
        many deviations above what slides give and one about it, less what it costs to have chosen
        it."""
        far, times = self.stands_out(span)
        best = max(trust * far - trust**2 / 2 for trust in TRUST)
        return times, WORTH * max(0.0, best - math.log(CHOICES))

    def stands_out(self, span: Span) -> tuple[float, F64]:
        """By how many deviations the outline agrees better along the line than when slid, zero
        where that cannot be told; and the suspect times of its moments in a stretch, shape (n,)."""
        seen = self._outline.seen_in(span, self._line)
        moments = self._outline.times[seen]
        times = (moments - self._line.offset_s) / self._line.hypothesis.speed
        if len(times) < LEAST_MOMENTS or not len(self._relief.times):
            return 0.0, times
        heard = _as_heard(self._relief, times, seen, self._outline, self._line)
        far = heard.deviations
        in_doubt = DOUBT[0] <= far < DOUBT[1] and follow_each_other(moments)
        learned = self._outline.learned() if in_doubt else None
        if learned is None:
            return far, times
        said = self._said(seen)
        said = said - said.mean(axis=0)
        return _Sums.of(said, learned, seen).joined(heard, HEARD).deviations, times

    def _said(self, seen: slice) -> F64:
        """What the network says of moments; of a part of those that it was last asked about, it has
        said it already."""
        if self._foretold is None or not _within(seen, self._foretold[0]):
            relief, moments = self._relief, self._outline.times[seen]
            self._foretold = seen, foretold(relief.times, relief.steps, moments, self._line)
        known, said = self._foretold
        return said[seen.start - known.start : seen.stop - known.start]


@dataclass(frozen=True, slots=True)
class _Sums:
    """How well all that is said of moments agrees with them, and with those of other times."""

    here: float
    elsewhere: F64  # (slides,)

    @classmethod
    def of(cls, said: F64, signs: I8, seen: slice) -> _Sums:
        """Of bits, shape (moments, bits), and of a reference, shape (n, bits)."""
        first = max(seen.start - SLIDES, 0)
        around = signs[first : seen.stop + SLIDES].astype(np.float64)
        pairs = around @ said.T  # of every moment of the reference and every one of the suspect
        slides, here = len(around) - len(said) + 1, seen.start - first
        moments = np.arange(len(said))
        sums = pairs[np.arange(slides)[:, None] + moments, moments].sum(axis=1)
        return cls(float(sums[here]), sums[np.abs(np.arange(slides) - here) >= NEAREST])

    def joined(self, other: _Sums, worth: float) -> _Sums:
        """Both together, the other one at so much of its own deviation."""
        ours, theirs = 1 / self._deviation, worth / other._deviation
        return _Sums(
            self.here * ours + other.here * theirs, self.elsewhere * ours + other.elsewhere * theirs
        )

    @property
    def deviations(self) -> float:
        """How far the one sum lies above the others, in their deviations; fewer where so few tell a
        deviation badly, as Student's distribution has it, and none where they tell nothing."""
        if len(self.elsewhere) < LEAST_SLIDES or not (self.here or self.elsewhere.any()):
            return 0.0
        far = (self.here - float(self.elsewhere.mean())) / self._deviation
        freedom = SLIDE_WORTH * len(self.elsewhere)
        return math.copysign(math.sqrt(freedom * math.log1p(far**2 / freedom)), far)

    @property
    def _deviation(self) -> float:
        return max(float(self.elsewhere.std(ddof=1)), LEAST_DEVIATION)


def _as_heard(relief: Relief, times: F64, seen: slice, outline: Outline, line: Line) -> _Sums:
    """How well the bands that stand out in the suspect agree with the outline."""
    cells, heard = cells_of_bands(round(line.hypothesis.pitch_octaves * CELLS))
    standing = _standing(relief.steps[relief.frame(times)][:, cells[heard]])
    return _Sums.of(standing, outline.signs[:, heard], seen)


def _standing(steps: I8) -> F64:
    """How far each band stands out beside its mean over the moments, shape (moments, bands): what
    sounds all the time, in every reference of that key, counts nothing."""
    roots = _ROOTS[steps + STEPS]
    return np.asarray(roots - roots.mean(axis=0))


def _within(part: slice, whole: slice) -> bool:
    return bool(whole.start <= part.start and part.stop <= whole.stop)


_LEVELS = np.arange(-STEPS, STEPS + 1)
_ROOTS = np.sign(_LEVELS) * np.sqrt(np.abs(_LEVELS))  # so that what is loud does not rule
