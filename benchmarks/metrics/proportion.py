"""A share of successes with its 95 % interval.

Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26 (1934): exact, so it also says something about 0 of n.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework.chance import interval


@dataclass(frozen=True, slots=True)
class Proportion:
    """`k` successes in `n` trials.

    >>> Proportion(0, 0).interval()
    (0.0, 1.0)
    >>> tuple(round(bound, 4) for bound in Proportion(0, 1000).interval())
    (0.0, 0.0037)
    """

    k: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.k <= self.n:
            raise ValueError(f"{self.k} successes in {self.n} trials")

    @property
    def share(self) -> float | None:
        """k/n, or None without trials."""
        return self.k / self.n if self.n else None

    def interval(self) -> tuple[float, float]:
        """The exact two-sided 95 % interval of the share."""
        return interval(self.k, self.n)

    def as_dict(self) -> dict[str, float | int | None]:
        """The share and its interval for a result file."""
        low, high = self.interval()
        return {"k": self.k, "n": self.n, "share": self.share, "low": low, "high": high}
