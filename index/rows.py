"""What every segment is made of: values with the reference and the time that each belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TICKS_PER_S = 4000  # reference times are kept in quarter milliseconds; uint32 lasts 298 hours
LAST_TICK = 2**32 - 1


# (n, width) codes, (n,) keys, or (n,) words below their signatures
Values = NDArray[np.uint8] | NDArray[np.uint32] | NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Frame codes or hash keys, as columns of equal length."""

    values: Values
    owners: NDArray[np.uint32]  # (n,) reference numbers
    ticks: NDArray[np.uint32]  # (n,) reference times

    def __len__(self) -> int:
        return len(self.owners)

    def take(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Rows:
        """The rows selected by a mask or by positions."""
        return Rows(self.values[keep], self.owners[keep], self.ticks[keep])


def rows_of_one(
    number: int,
    values: Values,
    times: NDArray[np.float64],
) -> Rows:
    """Rows that all belong to one reference; `times` in seconds, kept within what ticks can say."""
    ticks = np.rint(times * TICKS_PER_S).clip(0, LAST_TICK).astype(np.uint32)
    return Rows(values, np.full(len(ticks), number, np.uint32), ticks)


def concatenate(parts: Sequence[Rows]) -> Rows:
    """All rows of one or more parts, in order."""
    return Rows(
        np.concatenate([p.values for p in parts]),
        np.concatenate([p.owners for p in parts]),
        np.concatenate([p.ticks for p in parts]),
    )
