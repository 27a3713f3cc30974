"""How a job ends, or goes back to those that wait; and telling of it.

Who is to be told is written down in the transaction that ends the job, as jobs of their own: so
nobody is told of what did not happen, and nothing that happened is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from capture.clock import iso
from jobs import checking, rows
from jobs.job import ANY, WEBHOOK
from jobs.models import HookRow, JobRow

BACK_OFF_S, MOST_BACK_OFF_S = 10.0, 3600.0
TOLD_ATTEMPTS = 9  # about an hour and a half
End = Literal["done", "failed", "cancelled"]


def back_off_s(attempts: int) -> float:
    """How long a job waits after so many attempts, in seconds.

    >>> [back_off_s(n) for n in (1, 2, 3, 20)]
    [10.0, 20.0, 40.0, 3600.0]
    """
    doubled: float = BACK_OFF_S * 2 ** min(attempts - 1, 30)
    return min(doubled, MOST_BACK_OFF_S)


def end(
    session: Session,
    row: JobRow,
    state: End,
    now: str,
    result: Mapping[str, Any] | None = None,
    problem: str | None = None,
) -> None:
    """Let a job have ended, and tell whoever wants to know."""
    _let_go(row)
    row.state, row.ended_at = state, now
    row.result = (
        checking.as_json(dict(result), checking.MOST_RESULT) if result is not None else None
    )
    row.problem = _kept(problem)
    if row.kind != WEBHOOK:
        about = {"id": row.id, "kind": row.kind, "state": state, "problem": problem}
        announce(session, row.organisation, f"{row.kind}.{state}", {"job": about}, now)


def put_back(row: JobRow, due_at: str, problem: str | None = None) -> None:
    """Let a job wait again."""
    _let_go(row)
    row.state, row.due_at, row.problem = "queued", due_at, _kept(problem)


def fail(session: Session, row: JobRow, at: datetime, problem: str, retry: bool) -> None:
    """Let a job be tried again after a while, or have failed."""
    if row.cancelling:
        end(session, row, "cancelled", iso(at), problem=problem)
    elif retry and row.attempts < row.most_attempts:
        put_back(row, iso(at + timedelta(seconds=back_off_s(row.attempts))), problem)
    else:
        end(session, row, "failed", iso(at), problem=problem)


def announce(
    session: Session, organisation: str, event: str, body: Mapping[str, Any], now: str
) -> None:
    """Have each webhook of an organisation that wants it told of an event."""
    for hook in session.scalars(select(HookRow).where(HookRow.organisation == organisation)):
        if {ANY, event} & set(json.loads(hook.events)):
            payload = {"hook": hook.id, "event": event, "at": now, "body": dict(body)}
            rows.new_job(
                session, WEBHOOK, organisation, hook.actor, payload, TOLD_ATTEMPTS, now
            )  # fmt: skip


def _let_go(row: JobRow) -> None:
    row.token = row.lease_until = row.worker = row.progress = None
    row.cancelling = False


def _kept(problem: str | None) -> str | None:
    return None if problem is None else json.dumps(problem[: checking.MOST_SAID])
