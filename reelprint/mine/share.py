"""A share with its interval: E. B. Wilson, JASA 22 (1927), at 95 %."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959964  # of a normal distribution, 95 % within


@dataclass(frozen=True, slots=True)
class Share:
    """`found` of `asked`.

    >>> Share(0, 0).interval
    (0.0, 1.0)
    >>> tuple(round(end, 3) for end in Share(10, 10).interval)
    (0.722, 1.0)
    """

    found: int
    asked: int

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and the upper end."""
        if not self.asked:
            return 0.0, 1.0
        n, p = self.asked, self.found / self.asked
        middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
        return max(middle - half, 0.0), min(middle + half, 1.0)

    def as_dict(self) -> dict[str, float | int | None]:
        """For machines."""
        low, high = self.interval
        share = self.found / self.asked if self.asked else None
        return {
            "found": self.found,
            "asked": self.asked,
            "share": share,
            "low": round(low, 4),
            "high": round(high, 4),
        }
