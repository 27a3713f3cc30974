"""Collects what could not be used of a file: one loss of each kind, however often it happens."""

from __future__ import annotations

from media.clip import Loss


class Ledger:
    """Losses in the order in which their kinds were first noted."""

    def __init__(self) -> None:
        self._losses: dict[str, Loss] = {}

    def note(self, kind: str, detail: str, at_s: float | None = None) -> None:
        """Record a loss; a second one of the same kind is added to the first one's detail."""
        seen = self._losses.get(kind)
        if seen is not None:
            detail = f"{seen.detail}; {detail}"
            at_s = at_s if seen.at_s is None else seen.at_s
        self._losses[kind] = Loss(kind, detail, at_s)

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What was noted so far."""
        return tuple(self._losses.values())

    @property
    def reason(self) -> str:
        """All details as one sentence."""
        return "; ".join(loss.detail for loss in self._losses.values())


class Count:
    """How often something happened, and when first."""

    def __init__(self) -> None:
        self.n = 0
        self.at_s: float | None = None

    def add(self, at_s: float | None = None) -> None:
        """One more."""
        self.n += 1
        if self.at_s is None:
            self.at_s = at_s


def counted(n: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "gap"), counted(3, "gap")
    ('1 gap', '3 gaps')
    """
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
