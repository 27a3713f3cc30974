"""What one process at a time does of those that share a queue, each duty under a lease."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, update

from capture.clock import Clock, iso
from jobs.models import DutyRow
from reference_catalog.engine import Database


class Duty:
    """A duty in the hands of one, for as long as it is heard of. Each method may raise
    JobsUnavailable."""

    def __init__(self, database: Database, clock: Clock, name: str, token: str, lease_s: float):
        self._database = database
        self._clock = clock
        self._own = (DutyRow.name == name, DutyRow.token == token)
        self._lease_s = lease_s

    def renew(self) -> bool:
        """Say that it goes on; False when it was given to another meanwhile."""
        until = iso(self._clock.wall() + timedelta(seconds=self._lease_s))
        renewed = update(DutyRow).where(*self._own).values(until=until).returning(DutyRow.name)
        with self._database.write() as session:
            return session.scalar(renewed) is not None

    def end(self) -> None:
        """Let another have it at once."""
        with self._database.write() as session:
            session.execute(delete(DutyRow).where(*self._own))


class Duties:
    """Those that are kept with a queue."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, name: str, lease_s: float) -> Duty | None:
        """A duty, until `lease_s` seconds have gone by without a word; None while another has it.
        Raises JobsUnavailable."""
        token = secrets.token_hex(16)
        with self._database.write() as session:
            row = session.get(DutyRow, name)
            now = self._clock.wall()  # that of the turn: who writes has waited for it
            if row is not None and row.until > iso(now):
                return None
            until = iso(now + timedelta(seconds=lease_s))
            session.merge(DutyRow(name=name, token=token, until=until))
        return Duty(self._database, self._clock, name, token, lease_s)
