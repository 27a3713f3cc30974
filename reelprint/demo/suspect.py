"""The nouns of the demo: a suspect, and what is expected to be found in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media.clip import Span
from reelprint.answer import Answer, Named, Status

AGREE_S = 1.0  # how far a match may lie from where the piece was taken


@dataclass(frozen=True, slots=True)
class Expected:
    """A stretch of a work that was put into a suspect."""

    work_id: str
    suspect: Span
    work: Span

    def is_found_by(self, named: Named) -> bool:
        """Whether a match says so: the work, and the place, in the middle of what both cover."""
        match = named.match
        start = max(match.query.start_s, self.suspect.start_s)
        end = min(match.query.end_s, self.suspect.end_s)
        if named.work_id != self.work_id or end < start:
            return False
        middle = (start + end) / 2
        there = place(middle, match.query, match.matched)
        return abs(there - place(middle, self.suspect, self.work)) <= AGREE_S


@dataclass(frozen=True, slots=True)
class Suspect:
    """A file to be made, and what Reelprint ought to say of it."""

    name: str  # of the file
    label: str
    what: str  # was done, for people
    make: Callable[[Path], None]
    expected: tuple[Expected, ...] = ()
    readable: bool = True

    @property
    def status(self) -> Status:
        """The outcome that is expected."""
        if not self.readable:
            return "unreadable"
        return "identified" if self.expected else "no_match"

    def is_met_by(self, answer: Answer) -> bool:
        """Whether every expected stretch was found, and no other work."""
        works = {expected.work_id for expected in self.expected}
        return (
            answer.status == self.status
            and all(any(e.is_found_by(m) for m in answer.matches) for e in self.expected)
            and all(named.work_id in works for named in answer.matches)
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A suspect and what was said of it."""

    suspect: Suspect
    path: Path
    answer: Answer

    @property
    def label(self) -> str:
        """The suspect in a few words."""
        return self.suspect.label

    @property
    def as_expected(self) -> bool:
        """Whether the answer is what it ought to be."""
        return self.suspect.is_met_by(self.answer)


def place(at_s: float, one: Span, other: Span) -> float:
    """Where a time of one span lies in another that it maps onto linearly.

    >>> place(5.0, Span(0, 10), Span(100, 120))
    110.0
    """
    if one.duration_s == 0:
        return other.start_s
    return other.start_s + (at_s - one.start_s) / one.duration_s * other.duration_s
