"""Bars around a picture: above and below, on both sides, with or without a caption in them.

A row is one of a bar if hardly anything in it moves and at least half of it has the level of the
bar's edge, so that lines of text may stand in it. In a still scene more may be taken for a bar than
there is; whoever asks looks at the whole picture as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STILL = 4.0  # standard deviation in time, in grey levels, up to which a pixel does not move
ALL_STILL, PAPER = 0.97, 0.5  # shares of a row that are still, and that have the bar's level
NEAR = 12.0  # grey levels from the bar's level
LEAST, MOST_LOST = 0.03, 0.65  # of a side: a narrower bar is none, and so much must not be bars

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Inside:
    """What is left of a picture of (height, width) without its bars, in pixels."""

    top: int
    bottom: int
    left: int
    right: int

    def of(self, luma: U8) -> U8:
        """The same part of frames, shape (n, h, w)."""
        return luma[:, self.top : self.bottom, self.left : self.right]


def inside(luma: U8) -> Inside | None:
    """The picture within the bars of frames, shape (n, h, w); None if there are none, or hardly
    anything else."""
    _, height, width = luma.shape
    mean = luma.mean(axis=0, dtype=np.float32)
    still = luma.std(axis=0, dtype=np.float32) <= STILL
    top, bottom = _ends(mean, still)
    left, right = _ends(mean[top:bottom].T, still[top:bottom].T)
    kept = (bottom - top) / height, (right - left) / width
    if min(kept) < 1 - MOST_LOST or kept == (1.0, 1.0):
        return None
    return Inside(top, bottom, left, right)


def _ends(mean: F32, still: NDArray[np.bool_]) -> tuple[int, int]:
    """The first row after the bar at the top, and the first of the bar at the bottom."""
    rows = len(mean)
    first, last = _bar(mean, still), _bar(mean[::-1], still[::-1])
    return (first, rows - last) if first + last < rows else (0, rows)


def _bar(mean: F32, still: NDArray[np.bool_]) -> int:
    """How many rows from the first on are a bar."""
    level = float(np.median(mean[0]))
    paper = (np.abs(mean - level) <= NEAR).mean(axis=1) >= PAPER
    is_bar = paper & (still.mean(axis=1) >= ALL_STILL)
    rows = len(is_bar) if is_bar.all() else int(np.argmin(is_bar))
    return rows if rows >= LEAST * len(is_bar) else 0
