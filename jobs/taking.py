"""Whose turn it is: the oldest job that is due, of the organisation that has least."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from capture.clock import iso
from jobs import ending
from jobs.models import JobRow, TurnRow

GONE = "the process that worked on it ended, or was not heard of for too long"
_SWEPT = 100  # jobs at once


def anything(session: Session, kinds: Collection[str], now: str) -> bool:
    """Whether there is anything to take, or to take back."""
    waits, lies = (exists().where(one) for one in (_due(kinds, now), _overdue(now)))
    return bool(session.scalar(select(or_(waits, lies))))


def sweep(session: Session, at: datetime) -> None:
    """Take back jobs whose lease ran out."""
    overdue = select(JobRow).where(_overdue(iso(at))).order_by(JobRow.number).limit(_SWEPT)
    for row in session.scalars(overdue).all():
        give_up(session, row, at)


def give_up(session: Session, row: JobRow, at: datetime) -> None:
    """Let a job whose worker is gone be tried again, or have failed."""
    times = "" if row.attempts == 1 else f", {row.attempts} times"
    ending.fail(session, row, at, GONE + times, retry=True)


def take(
    session: Session, worker: str, kinds: Collection[str], at: datetime, lease_s: float
) -> JobRow | None:
    """The next job, leased; None if none is due."""
    row = _next(session, kinds, iso(at))
    if row is None:
        return None
    turn = session.get_one(TurnRow, row.organisation)
    turn.taken = (session.scalar(select(func.max(TurnRow.taken))) or 0) + 1
    row.state, row.worker, row.token = "running", worker, secrets.token_hex(16)
    row.lease_until = iso(at + timedelta(seconds=lease_s))
    row.attempts += 1
    row.started_at = row.started_at or iso(at)
    return row


def _next(session: Session, kinds: Collection[str], now: str) -> JobRow | None:
    """Of the organisations with the fewest running jobs that which waited longest for a turn: its
    job that is due longest. One look-up in an index for each organisation."""
    waiting, running = aliased(JobRow), aliased(JobRow)
    first = (
        select(waiting.number)
        .where(waiting.organisation == TurnRow.organisation, _due(kinds, now, waiting))
        .order_by(waiting.due_at, waiting.number)
        .limit(1)
        .scalar_subquery()
    )
    busy = (
        select(func.count())
        .where(running.organisation == TurnRow.organisation, running.state == "running")
        .scalar_subquery()
    )
    found = select(first.label("number"), busy.label("busy"), TurnRow.taken).subquery()
    order = (found.c.busy, found.c.taken, found.c.number)
    number = session.scalar(
        select(found.c.number).where(found.c.number.is_not(None)).order_by(*order).limit(1)
    )
    return None if number is None else session.get_one(JobRow, number)


def _due(kinds: Collection[str], now: str, of: type[JobRow] = JobRow) -> ColumnElement[bool]:
    return and_(of.state == "queued", of.due_at <= now, of.kind.in_(sorted(kinds)))


def _overdue(now: str) -> ColumnElement[bool]:
    return and_(JobRow.state == "running", JobRow.lease_until < now)
