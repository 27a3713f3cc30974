"""Features of many frames in order of where they lie, so that those near a place are found at once.

The picture is cut into squares, and features are sorted by square, then by frame: what lies near a
place in some frames is in nine runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIDE = 10 / 512  # of the picture's longer side
WIDE = 128  # more squares than lie side by side, and two on either side to ask from
BESIDE = tuple((row, column) for row in (-1, 0, 1) for column in (-1, 0, 1))

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]


@dataclass(frozen=True)
class Squares:
    """Features, of shape (n,) each, by square and then by frame."""

    key: I64  # the number of the square and of the frame in it
    x: F64
    y: F64
    frame: I64
    numbers: U32  # (3, n) descriptors
    frames: int

    @classmethod
    def of(cls, at: F64, frame: I64, numbers: U32, frames: int) -> Squares:
        """Sort features at places, shape (n, 2)."""
        key = _squares(at) * frames + frame
        order = np.argsort(key, kind="stable")
        x, y = np.ascontiguousarray(at[order].T)
        return cls(key[order], x, y, frame[order], np.ascontiguousarray(numbers[:, order]), frames)

    def around(self, at: F64, first: I64, last: I64) -> tuple[I64, I64]:
        """The features less than `SIDE` to the side of and above or below each place, shape (n, 2),
        and some beyond, in the frames from the first to before the last, of shape (n,): positions
        of places and of features, both of shape (found,)."""
        squares = _squares(at)[:, None] + [row * WIDE + column for row, column in BESIDE]
        start = np.searchsorted(self.key, squares * self.frames + first[:, None])
        end = np.searchsorted(self.key, squares * self.frames + last[:, None])
        count = np.maximum(end - start, 0).ravel()
        place = np.repeat(np.arange(len(at)), count.reshape(squares.shape).sum(axis=1))
        skipped = start.ravel() - (np.cumsum(count) - count)
        return place, np.arange(len(place)) + np.repeat(skipped, count)


def _squares(at: F64) -> I64:
    """The number of the square of each place, those far outside being taken to be just outside."""
    column, row = np.clip(np.floor(at / SIDE), -2, WIDE - 3).astype(np.int64).T
    return np.asarray(row * WIDE + column)
