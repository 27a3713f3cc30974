"""What a check of a package comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "fail", "not checked"]
MOST_SAID = 20  # problems of one check that are told


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a package, and its answer in a sentence."""

    name: str
    state: State
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Verified:
    """All checks of one package, in the order in which they were made."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing that was checked fails."""
        return not any(check.state == "fail" for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {
            "verify": "ok" if self.holds else "fail",
            "not_checked": [c.name for c in self.checks if c.state == "not checked"],
            "checks": [check.as_dict() for check in self.checks],
        }


def judged(name: str, problems: Iterable[str], fine: str) -> list[Check]:
    """One failed check for each problem, or one that says what is fine."""
    found = [Check(name, "fail", problem) for problem in problems]
    more = len(found) - MOST_SAID
    if more > 0:
        found = [*found[:MOST_SAID], Check(name, "fail", f"and {more} more")]
    return found or [Check(name, "ok", fine)]
