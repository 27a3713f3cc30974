"""Sound at another speed, tempo or pitch. Lengths come out exact, and time 0 stays where it was."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.signal import resample_poly  # type: ignore[attr-defined]  # untyped

from benchmarks.sound_filter import through
from media.clip import F32

# A ratio of pitch as a fraction of whole numbers this small is right to a hundredth of a cent.
MAX_DENOMINATOR = 1000
# `atempo` joins stretches of sound where they fit best, and that is nearly always at the edge of
# where it may look: it plays slowed sound early and hurried sound late, music by 8–16 ms, speech by
# 0–7 ms. A part of that is taken back: truths are right to 5 ms as a rule, and to 12 at worst.
ATEMPO_LAG_S = 0.010


def retime(samples: F32, rate: int, speed: Fraction, tempo: float, semitones: float) -> F32:
    """Play (2, n) `speed` times as fast, then `tempo` times as fast at its pitch, and raise it."""
    raised = Fraction(2 ** (semitones / 12)).limit_denominator(MAX_DENOMINATOR)
    return stretch(resample(samples, speed * raised), rate, tempo / float(raised))


def resample(samples: F32, speed: Fraction) -> F32:
    """Play `speed` times as fast, so that pitch and tempo rise together."""
    if speed == 1:
        return samples
    slower = resample_poly(samples, speed.denominator, speed.numerator, axis=1)
    return np.asarray(slower, np.float32)


def stretch(samples: F32, rate: int, tempo: float) -> F32:
    """Play `tempo` times as fast at the same pitch, by ffmpeg's overlap and add."""
    if tempo == 1:
        return samples
    lag = round(ATEMPO_LAG_S * rate)
    early = np.pad(samples, ((0, 0), (lag, 0))) if tempo < 1 else samples[:, lag:]
    # What the filter keeps back at the end of its input is silence that is cut off.
    played = through(np.pad(early, ((0, 0), (0, rate))), rate, "atempo", f"{tempo:.9f}")
    return played[:, : round(samples.shape[1] / tempo)]
