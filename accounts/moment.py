"""One transaction at one moment: what the functions of this room work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from accounts.auditing import AuditLog, By
from accounts.records import Outcome
from capture.clock import Clock, iso

Facts = Mapping[str, Any]
NOTHING: Facts = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Moment:
    """A transaction, when it takes place, and the audit log that is written with it."""

    rows: Session
    now: datetime
    log: AuditLog

    @classmethod
    def of(cls, rows: Session, clock: Clock) -> Moment:
        """This transaction, now."""
        return cls(rows, clock.wall(), AuditLog(rows, clock))

    @property
    def at(self) -> str:
        """When, as it is kept."""
        return iso(self.now)

    def later(self, seconds: float) -> str:
        """So many seconds from now, or before it, as it is kept."""
        return iso(self.now + timedelta(seconds=seconds))

    def record(
        self,
        by: By,
        act: str,
        what: str,
        facts: Facts = NOTHING,
        outcome: Outcome = "done",
        of: str | None = None,
    ) -> None:
        """Write a line of the audit log."""
        self.log.append(by, act, what, outcome, facts, of)
