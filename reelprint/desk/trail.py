"""The audit log: who of an organisation did what, and whether the chain holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.principal import Principal
from accounts.records import AuditLine
from reelprint.desk.casefile import Head
from reelprint.desk.desk import Desk, need, recorded

AT_ONCE = 500  # lines in memory
MOST_LOOKED_AT = 20_000  # lines for one page
# Lines of these say who works on which case; so do those of jobs, of which some are on cases.
_ON_CASES = frozenset(
    {"cases.read", "cases.write", "samples.take", "findings.make", "reviews.write"}
    | {"verdicts.read", "evidence.export", "jobs.read", "jobs.remove"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line, as far as it may be seen."""

    n: int
    at: str
    by: str | None
    via: str
    act: str
    what: str
    outcome: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Only:
    """Which lines are asked for; empty: any."""

    by: str = ""
    act: str = ""
    day: str = ""  # in UTC, as 2026-11-23

    def fits(self, line: AuditLine) -> bool:
        """Whether a line is one of them."""
        return (
            self.by in ("", line.by) and self.act in ("", line.act) and line.at.startswith(self.day)
        )

    def parts(self) -> list[bytes]:
        """What lines that fit hold; some others hold it too."""
        said = {"by": self.by, "event": self.act}
        parts = [f'"{name}": {json.dumps(value)}' for name, value in said.items() if value]
        return [one.encode("ascii") for one in [*parts, *self._days()]]

    def _days(self) -> list[str]:
        return [f'"at": {json.dumps(self.day)[:-1]}'] if self.day else []


EVERYTHING = Only()


@dataclass(frozen=True, slots=True)
class Trail:
    """Whether the log of all organisations is still what was written."""

    sound: bool
    problems: tuple[str, ...]
    head: Head


def audit(
    desk: Desk,
    who: Principal,
    before: int | None = None,
    limit: int = 100,
    only: Only = EVERYTHING,
) -> tuple[list[Line], int | None]:
    """What people of the principal's organisation did, the newest first; and before which line the
    next page begins. Somebody who reviews sees no lines on cases: they say who analysed what.

    A page may hold fewer lines and not be the last: no more than MOST_LOOKED_AT are looked at.
    """
    need(desk, who, "audit.read", "audit log")
    with recorded(desk, who, "audit.read", "audit log", before=before):
        lines: list[Line] = []
        last, least = None, _least(desk, before, only)
        for looked, one in enumerate(_newest(desk, who, before, only, least)):
            if len(lines) == limit or looked == MOST_LOOKED_AT:
                return lines, last
            last = one.n
            if only.fits(one) and not _withheld(who, one):
                lines.append(_line(one))
        return lines, least or None


def _least(desk: Desk, before: int | None, only: Only) -> int:
    """The first line that is looked at. Where few may fit, that counts the lines of all."""
    if only == EVERYTHING:
        return 0
    return max(0, (desk.accounts.head().entries if before is None else before) - MOST_LOOKED_AT)


def _newest(
    desk: Desk, who: Principal, before: int | None, only: Only, least: int
) -> Iterator[AuditLine]:
    parts = only.parts()
    while found := desk.accounts.audit_before(who.organisation, before, AT_ONCE, parts, least):
        yield from found
        before = found[-1].n


def verify_audit(desk: Desk, who: Principal, noted: str | None = None) -> Trail:
    """Compute the chain anew; nothing of what others did is told. `noted` is a head."""
    need(desk, who, "audit.read", "audit log")
    with recorded(desk, who, "audit.read", "audit log", verified=True):
        problems, head = desk.accounts.verify_audit(noted), desk.accounts.head()
        return Trail(not problems, tuple(problems), Head(head.entries, head.sha256))


def _line(one: AuditLine) -> Line:
    return Line(one.n, one.at, one.by, one.via, one.act, one.what, one.outcome, one.facts)


def _withheld(who: Principal, one: AuditLine) -> bool:
    return who.may("reviews.write") and one.act in _ON_CASES and one.by != who.actor
