"""Do two moments hold one recording, under other sound perhaps? Their waves say, by octaves.

Works that quote one recording share it sample by sample, and an instrument of a sample library is
a recording: where two works strike the same one, what is under it differs and what it alone fills
does not. So both sounds are cut into octaves, and in each the second is laid on the first at every
lag. One recording shows as one lag at which they agree far better than at any other, the same in
neighbouring octaves; two tunes alike, or two held notes, agree about as well at many lags. Only
sound played at the same speed can be told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.signal import (  # type: ignore[attr-defined]  # named at run time
    butter,
    correlate,
    sosfiltfilt,
)

from benchmarks.excerpt import RATE, sound
from benchmarks.same_waves import F64, energies
from media.clip import F32, Span

LAG_S = 1.0  # seconds that the second may lie before or after where it is said to be
APART_S = 0.02  # lags nearer than this are of one peak
OCTAVES_HZ = ((100, 200), (200, 400), (400, 800), (800, 1600), (1600, 3200), (3200, 6400))


@dataclass(frozen=True, slots=True)
class Octave:
    """How alike two moments are within one octave."""

    from_hz: int
    to_hz: int
    correlation: float  # the greatest, 0 … 1; an inverted wave is the same sound
    lag_s: float  # where that is: by how much the second lies later than said
    next_best: float  # the greatest at a lag that is not of the same peak


def measure(
    first: Path, first_s: float, second: Path, second_s: float, seconds: float
) -> Sequence[Octave]:
    """How alike two files are from a moment of each on, by octave.

    Raises ValueError where a file is no media, is silent there, or has not `LAG_S` before it.
    """
    if second_s < LAG_S:
        raise ValueError(f"the second moment must lie {LAG_S:g} s within its file")
    around = Span(second_s - LAG_S, second_s + seconds + LAG_S)
    return octaves(
        sound(first, Span(first_s, first_s + seconds)).mean(axis=0),
        sound(second, around).mean(axis=0),
    )


def octaves(first: F32, second: F32) -> Sequence[Octave]:
    """How alike a sound is to one that begins `LAG_S` earlier and ends as much later, by octave.

    Raises ValueError where either is silent or the second is not that much longer.
    """
    lags = round(LAG_S * RATE)
    if len(second) != len(first) + 2 * lags:
        raise ValueError(f"the second sound is to be {2 * LAG_S:g} s longer than the first")
    if not first.any() or not second.any():
        raise ValueError("silence is like nothing")
    return [_octave(first, second, *band) for band in OCTAVES_HZ]


def _octave(first: F32, second: F32, from_hz: int, to_hz: int) -> Octave:
    likeness = _likeness(_within(first, from_hz, to_hz), _within(second, from_hz, to_hz))
    at, near = int(likeness.argmax()), round(APART_S * RATE)
    others = np.concatenate([likeness[: max(at - near, 0)], likeness[at + near :]])
    lag = at / RATE - LAG_S
    return Octave(from_hz, to_hz, float(likeness[at]), lag, float(others.max(initial=0.0)))


def _likeness(first: F64, second: F64) -> F64:
    """The normalised correlation of the first with the second, at each place where it fits."""
    loud = energies(second, len(first)) * float(np.sum(first**2))
    return np.asarray(np.abs(correlate(second, first, "valid")) / np.sqrt(np.maximum(loud, 1e-12)))


def _within(heard: F32, from_hz: int, to_hz: int) -> F64:
    return np.asarray(
        sosfiltfilt(butter(4, [from_hz, to_hz], "bandpass", fs=RATE, output="sos"), heard),
        np.float64,
    )
