"""From a line that was found to the line that is: by the moments of frames, then between them.

Both kinds of evidence of pictures use it, codes of whole frames and features of key frames. How
unlike a reference frame a suspect is grows about evenly with the time between them, so that between
two frames of the suspect it may be interpolated, and the line along which the sum over all
reference frames is least is known better than any frame's own moment.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchers.alignment import Line

SLOPES = np.arange(-15, 16) * 0.002
SHIFTS_S = np.arange(-8, 9) * 0.01
SLOPE_COST = 1.0  # a change of 1 % has to take away 1 % of what can be
LEAST_FRAMES = 4

F64 = NDArray[np.float64]


def polish(line: Line, shown_s: F64, real_s: F64, unlike: F64) -> Line:
    """The best line near another one. `unlike`, shape (n, m), says how little n reference frames,
    at `real_s`, are like m suspect frames, at `shown_s`."""
    at = (real_s - line.offset_s) / line.hypothesis.speed
    inside = (at >= shown_s[0]) & (at <= shown_s[-1])
    if inside.sum() < LEAST_FRAMES or len(shown_s) < LEAST_FRAMES:
        return line
    real_s, unlike = real_s[inside], unlike[inside]
    slope, shift = (g.ravel() for g in np.meshgrid(SLOPES, SHIFTS_S, indexing="ij"))
    nearest_first = np.lexsort((np.abs(shift), np.abs(slope)))  # so that ties change nothing
    slope, shift = slope[nearest_first], shift[nearest_first]
    speed = line.hypothesis.speed * (1 + slope)
    offset = line.offset_s + shift - line.hypothesis.speed * slope * float(shown_s[[0, -1]].mean())
    moments = (real_s - offset[:, None]) / speed[:, None]
    contrast = float((unlike.max(axis=1) - unlike.min(axis=1)).sum())
    cost = _between(shown_s, unlike, moments).sum(axis=1) + SLOPE_COST * contrast * np.abs(slope)
    best = int(np.argmin(cost))
    turned = replace(line.hypothesis, speed=float(speed[best]))
    return replace(line, hypothesis=turned, offset_s=float(offset[best]))


def nearest(times: F64, at: F64) -> NDArray[np.int64]:
    """The position of the time nearest to each, of the shape of `at`; the earlier of two."""
    right = np.clip(np.searchsorted(times, at), 0, len(times) - 1)
    left = np.maximum(right - 1, 0)
    return np.where(np.abs(times[left] - at) <= np.abs(times[right] - at), left, right)


def fitted(line: Line, shown_s: F64, real_s: F64, shrink_s: float) -> Line:
    """The least-squares line through moments at which the suspect shows moments of the reference,
    its speed shrunk towards the one it had, which is worth `shrink_s` seconds of spread."""
    late = real_s - line.reference_time(shown_s)
    lever = shown_s - shown_s.mean()
    slope = float(late @ lever / (lever @ lever + len(lever) * shrink_s**2))
    return replace(
        line,
        hypothesis=replace(line.hypothesis, speed=line.hypothesis.speed + slope),
        offset_s=line.offset_s + float(late.mean()) - slope * float(shown_s.mean()),
    )


def _between(shown_s: F64, unlike: F64, moments: F64) -> F64:
    """What `unlike` is at moments between frames, shape (lines, n)."""
    right = np.clip(np.searchsorted(shown_s, moments), 1, len(shown_s) - 1)
    left = right - 1
    part = np.clip((moments - shown_s[left]) / (shown_s[right] - shown_s[left]), 0.0, 1.0)
    row = np.arange(len(unlike))
    return np.asarray(unlike[row, left] * (1 - part) + unlike[row, right] * part)
