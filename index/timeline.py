"""The references of a segment one after the other, so that a place among them is one number.

A place is a step of 40 ms. Between two references lies more than a search window reaches beyond the
end of either, so that what is counted around a place belongs to one reference alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.rows import LAST_TICK, TICKS_PER_S, Rows, Values

PLACES_PER_S = 25
TICKS_PER_PLACE = TICKS_PER_S // PLACES_PER_S
MARGIN = 20 * PLACES_PER_S  # on both sides of each reference
LAST_INT32 = 2**31 - 1

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Timeline:
    """References in order of number, with their first places."""

    numbers: I64  # (n,) ascending within a segment
    starts: I64  # (n,) the place of each reference's time 0
    end: int  # one place past the last margin

    @property
    def kind(self) -> type[np.signedinteger]:
        """The type of a place: half as wide as usual where it can be, for places are many."""
        return np.int32 if self.end <= LAST_INT32 else np.int64

    @classmethod
    def of(cls, rows: Rows) -> Timeline:
        """The timeline of all references that have rows; quickly, if those of each lie together."""
        first = _runs(rows)
        numbers, where = np.unique(rows.owners[first], return_inverse=True)
        last = np.zeros(len(numbers), np.int64)
        np.maximum.at(last, where, np.maximum.reduceat(_steps(rows), first))
        ends = np.cumsum(last + 1 + 2 * MARGIN)
        starts = ends - last - 1 - MARGIN
        return cls(numbers.astype(np.int64), starts, int(ends[-1]) if len(ends) else 0)

    def places(self, rows: Rows) -> I64:
        """The place of each row, shape (n,)."""
        first = _runs(rows)
        starts = self.starts[np.searchsorted(self.numbers, rows.owners[first])]
        return np.repeat(starts, np.diff(first, append=len(rows))) + _steps(rows)

    def rows(self, places: I64, values: Values) -> Rows:
        """The rows of values at places, shape (n,); what `places` gave, back."""
        owner = self.owner(places)
        ticks = (places - self.starts[owner]) * TICKS_PER_PLACE
        return Rows(
            values,
            self.numbers[owner].astype(np.uint32),
            np.minimum(ticks, LAST_TICK).astype(np.uint32),
        )

    @classmethod
    def of_column(cls, column: I64) -> Timeline:
        """What `column` gave."""
        return cls(column[0, :-1], column[1, :-1], int(column[1, -1]))

    @classmethod
    def joined(cls, parts: Sequence[Timeline]) -> Timeline:
        """One timeline after the other."""
        none = np.empty(0, np.int64)
        begins = np.cumsum([0, *(part.end for part in parts)])
        starts = (part.starts + begin for part, begin in zip(parts, begins[:-1], strict=True))
        numbers = np.concatenate([none, *(part.numbers for part in parts)])
        return cls(numbers, np.concatenate([none, *starts]), int(begins[-1]))

    def column(self) -> I64:
        """Numbers and first places, shape (2, n + 1), to be stored; the end comes last."""
        return np.array([[*self.numbers, 0], [*self.starts, self.end]], np.int64)

    def owner(self, places: I64) -> I64:
        """The position in `numbers` of the reference that each place belongs to, shape (n,)."""
        return np.maximum(np.searchsorted(self.starts - MARGIN, places, side="right") - 1, 0)


def _runs(rows: Rows) -> I64:
    """Where each run of rows of one reference begins."""
    changes = rows.owners[1:] != rows.owners[:-1]
    return np.flatnonzero(np.concatenate([[len(rows) > 0], changes]))


def _steps(rows: Rows) -> I64:
    return np.rint(rows.ticks / TICKS_PER_PLACE).astype(np.int64)
