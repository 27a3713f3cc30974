"""Rows of the tables, and the values that they stand for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import checking
from jobs.errors import NoSuchJob
from jobs.job import Hook, Job, Progress, State
from jobs.models import HookRow, JobRow, TurnRow


def new_job(
    session: Session,
    kind: str,
    organisation: str,
    actor: str,
    payload: Mapping[str, Any],
    most_attempts: int,
    now: str,
) -> JobRow:
    """A job that waits from now on. Raises ValueError."""
    row = JobRow(
        id=checking.new_id("j"),
        kind=checking.kind(kind),
        organisation=checking.name(organisation, 100),
        actor=checking.name(actor, 320),
        payload=checking.as_json(dict(payload), checking.MOST_PAYLOAD),
        state="queued",
        attempts=0,
        most_attempts=checking.attempts(most_attempts),
        due_at=now,
        cancelling=False,
        created_at=now,
    )
    session.add(row)
    if session.get(TurnRow, organisation) is None:
        session.add(TurnRow(organisation=organisation, taken=0))
    session.flush()
    return row


def by_id(session: Session, job_id: str) -> JobRow:
    """The job of this id. Raises NoSuchJob."""
    row = session.scalars(select(JobRow).where(JobRow.id == job_id)).one_or_none()
    if row is None:
        raise NoSuchJob(f"there is no job {job_id[:40]!r}")
    return row


def job_of(row: JobRow, with_result: bool = True) -> Job:
    """The value."""
    return Job(
        row.id,
        row.kind,
        row.organisation,
        row.actor,
        json.loads(row.payload),
        state_of(row.state),
        Progress(**json.loads(row.progress)) if row.progress else None,
        json.loads(row.result) if with_result and row.result else None,
        json.loads(row.problem) if row.problem else None,
        row.attempts,
        row.most_attempts,
        row.cancelling,
        row.created_at,
        row.started_at,
        row.ended_at,
    )


def hook_of(row: HookRow) -> Hook:
    """The value."""
    events = tuple(json.loads(row.events))
    return Hook(
        row.id, row.organisation, row.actor, row.url, events, row.created_at, row.secret
    )  # fmt: skip


def progress_as_json(progress: Progress) -> str:
    """As it is kept."""
    return checking.as_json(asdict(progress), checking.MOST_PAYLOAD)


def state_of(said: str) -> State:
    """A state as it is kept."""
    found: State = next(one for one in get_args(State) if one == said)
    return found
