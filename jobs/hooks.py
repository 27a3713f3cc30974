"""Where organisations want to be told of what happens."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, select

from capture.clock import Clock, iso
from jobs import checking, ending, rows
from jobs.errors import NoSuchHook
from jobs.job import Hook
from jobs.models import HookRow
from reference_catalog.engine import Database

MOST = 20  # of an organisation: each event is told to all of them


class Hooks:
    """The webhooks that are kept with a queue. Every method may raise JobsUnavailable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, organisation: str, actor: str, url: str, events: Collection[str]) -> Hook:
        """Have events told there: `"<kind>.<done|failed|cancelled>"` of each job, what `announce`
        tells, or `"*"` for all. The hook has a new secret in it. Whether the address may be asked
        is not looked at here. Raises ValueError."""
        with self._database.write() as session:
            row = HookRow(
                id=checking.new_id("h"),
                organisation=checking.name(organisation, 100),
                actor=checking.name(actor, 320),
                url=checking.url(url),
                secret=f"whsec_{secrets.token_hex(32)}",
                events=json.dumps(checking.events(tuple(events))),
                created_at=iso(self._clock.wall()),
            )
            count = select(func.count()).where(HookRow.organisation == organisation)
            if (session.scalar(count) or 0) >= MOST:
                raise ValueError(f"an organisation has at most {MOST} webhooks")
            session.add(row)
            return rows.hook_of(row)

    def list(self, organisation: str) -> list[Hook]:
        """Those of an organisation, oldest first."""
        of_it = select(HookRow).where(HookRow.organisation == organisation)
        with self._database.read() as session:
            found = session.scalars(of_it.order_by(HookRow.created_at, HookRow.id))
            return [rows.hook_of(row) for row in found]

    def get(self, hook_id: str) -> Hook:
        """The one of this id. Raises NoSuchHook."""
        with self._database.read() as session:
            row = session.get(HookRow, hook_id)
            if row is None:
                raise NoSuchHook(f"there is no webhook {hook_id[:40]!r}")
            return rows.hook_of(row)

    def remove(self, hook_id: str) -> None:
        """Tell nothing more there, not even what waits to be told. Raises NoSuchHook."""
        with self._database.write() as session:
            row = session.get(HookRow, hook_id)
            if row is None:
                raise NoSuchHook(f"there is no webhook {hook_id[:40]!r}")
            session.delete(row)

    def announce(self, organisation: str, event: str, body: Mapping[str, Any]) -> None:
        """Have an event that is no end of a job told to those who want it."""
        (named,) = checking.events((event,))
        with self._database.write() as session:
            ending.announce(session, organisation, named, body, iso(self._clock.wall()))
