"""The queue: jobs that wait, run and have ended, in one database that any number of processes, on
any number of machines, may use at once.

It knows nothing of what jobs do. The clocks of machines that share a queue have to agree to within
a few seconds: a lease ends by the clock of whoever looks. Should they not, a job may be worked on
twice, but its result is still recorded once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, exists, func, select
from sqlalchemy.orm import Session, defer

from capture.clock import Clock, SystemClock, iso
from jobs import checking, ending, rows, taking
from jobs.duties import Duties
from jobs.errors import (
    Conflict,
    JobsDamaged,
    JobsMissing,
    JobsTooNew,
    JobsUnavailable,
    NoSuchJob,
)
from jobs.hooks import Hooks
from jobs.job import WEBHOOK, Job, State
from jobs.lease import Lease
from jobs.models import SCHEMA, JobRow
from reference_catalog import schema
from reference_catalog.apart import backend
from reference_catalog.engine import Database, Kind

ROOM = "reelprint_jobs"  # its schema in a database of PostgreSQL
LEASE_S = 60.0
MOST_LISTED = 1000
PURGED = 500  # jobs in one transaction
KIND = Kind("queue of jobs", SCHEMA, "jobs:migrations", JobsDamaged, JobsUnavailable, JobsTooNew)


class Queue:
    """One queue. Make it with `create` or `open`; close it, or use it in a `with`.

    Every method may raise JobsDamaged or JobsUnavailable. An instance must not be taken across a
    fork; threads may share one.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.hooks = Hooks(database, clock)
        self.duties = Duties(database, clock)

    @classmethod
    def create(cls, file: Path, url: str | None = None, clock: Clock | None = None) -> Queue:
        """Make the queue, or open the one that is there: in `file`, or in a schema of its own in
        the database of PostgreSQL that `url` names. Raises JobsTooNew, ValueError."""
        if url is None:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        queue = cls(Database(backend(file, url, ROOM), KIND), clock or SystemClock())
        with _closed_on_error(queue):
            schema.create(queue._database)
        return queue

    @classmethod
    def open(cls, file: Path, url: str | None = None, clock: Clock | None = None) -> Queue:
        """Open a queue. Raises JobsMissing, JobsTooNew, ValueError."""
        if url is None and not file.is_file():
            raise JobsMissing(f"there is no queue in {file}")
        queue = cls(Database(backend(file, url, ROOM), KIND), clock or SystemClock())
        with _closed_on_error(queue):
            schema.require(queue._database, JobsMissing if url else None)
        return queue

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Queue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(
        self,
        kind: str,
        organisation: str,
        actor: str,
        payload: Mapping[str, Any],
        key: str | None = None,
        most_attempts: int = 3,
        meant: Mapping[str, Any] | None = None,
        not_before: datetime | None = None,
    ) -> Job:
        """Have a job done, `not_before` a moment if there is one. With an idempotency `key` that
        the organisation used before, for the same kind and payload, it is the job of then; for
        something else, Conflict is raised. `meant` is compared in place of the payload where that
        differs each time, as the name of an upload does; the moment is not. Raises ValueError."""
        stands_for = checking.digest(kind, payload if meant is None else meant)
        with self._writing() as (session, at):
            if key is not None and (known := _by_key(session, organisation, checking.key(key))):
                if known.key_of != stands_for:
                    raise Conflict(f"the idempotency key {key!r} was used for something else")
                return rows.job_of(known)
            row = rows.new_job(session, kind, organisation, actor, payload, most_attempts, iso(at))
            if not_before is not None:
                row.due_at = max(iso(at), iso(not_before))
            if key is not None:
                row.key, row.key_of = key, stands_for
            return rows.job_of(row)

    def get(self, job_id: str) -> Job:
        """The job of an id. Raises NoSuchJob."""
        with self._database.read() as session:
            return rows.job_of(rows.by_id(session, job_id))

    def by_key(self, organisation: str, key: str) -> Job | None:
        """The job that an organisation submitted under an idempotency key."""
        with self._database.read() as session:
            row = _by_key(session, organisation, checking.key(key))
            return None if row is None else rows.job_of(row)

    def list(
        self,
        organisation: str,
        kind: str | None = None,
        state: State | None = None,
        before: str | None = None,
        limit: int = 50,
        results: bool = True,
    ) -> tuple[list[Job], str | None]:
        """Jobs of an organisation, newest first, and what to call with as `before` for those that
        come after; None when these are the last. Without `results`, which may be long, each is as
        if it had none. Raises NoSuchJob for a `before` that is none."""
        limit = max(1, min(limit, MOST_LISTED))
        with self._database.read() as session:
            page = _listing(organisation, kind, state).limit(limit + 1)
            if before is not None:
                page = page.where(JobRow.number < _number(session, organisation, before))
            if not results:
                page = page.options(defer(JobRow.result))
            found = [rows.job_of(row, results) for row in session.scalars(page)]
        return found[:limit], found[limit - 1].id if len(found) > limit else None

    def unfinished(self) -> Iterator[Job]:
        """The jobs of all organisations that wait or run."""
        waiting = select(JobRow).where(JobRow.state.in_(("queued", "running")))
        with self._database.read() as session:
            yield from map(rows.job_of, session.scalars(waiting.order_by(JobRow.number)))

    def cancel(self, job_id: str) -> Job:
        """Have a job not done: at once where it waits; where it runs, its worker is told; one that
        has ended stays as it is. Raises NoSuchJob."""
        with self._writing() as (session, at):
            row = rows.by_id(session, job_id)
            if row.state == "queued":
                ending.end(session, row, "cancelled", iso(at))
            elif row.state == "running":
                row.cancelling = True
            return rows.job_of(row)

    def take(self, worker: str, kinds: Collection[str], lease_s: float = LEASE_S) -> Lease | None:
        """A job of one of these kinds, for this worker alone until `lease_s` seconds have gone by
        without a word from it: that which is due longest, of the organisation with the fewest
        running jobs that waited longest for a turn. None when none is due.

        Jobs that other workers left lying are taken back first.
        """
        with self._database.read() as session:  # those who find nothing hold up no writer
            if not taking.anything(session, kinds, iso(self._clock.wall())):
                return None
        with self._writing() as (session, at):
            taking.sweep(session, at)
            row = taking.take(session, checking.name(worker, 100), kinds, at, lease_s)
            if row is None:
                return None
            return Lease(self._database, self._clock, rows.job_of(row), row.token or "", lease_s)

    def gone(self, worker: str) -> int:
        """Take back what a worker had that is known to have died, without waiting for its lease;
        how many jobs that were."""
        with self._writing() as (session, at):
            its = select(JobRow).where(JobRow.state == "running", JobRow.worker == worker)
            found = session.scalars(its).all()
            for row in found:
                taking.give_up(session, row, at)
            return len(found)

    def counts(self) -> dict[tuple[str, State], int]:
        """How many jobs there are of each kind in each state."""
        counted = select(JobRow.kind, JobRow.state, func.count()).group_by(
            JobRow.kind, JobRow.state
        )
        with self._database.read() as session:
            return {(kind, rows.state_of(state)): n for kind, state, n in session.execute(counted)}

    def oldest_waiting_s(self) -> float:
        """For how many seconds the job that is due longest is; 0 when none is."""
        with self._database.read() as session:
            due_at = session.scalar(select(func.min(JobRow.due_at)).where(JobRow.state == "queued"))
        if due_at is None:
            return 0.0
        waited = self._clock.wall() - datetime.fromisoformat(due_at)
        return max(0.0, waited.total_seconds())

    def needs(self, word: str) -> bool:
        """Whether a job that waits or runs has a text in its payload, as a string of its own."""
        waiting = JobRow.state.in_(("queued", "running"))
        says = JobRow.payload.contains(json.dumps(word), autoescape=True)
        with self._database.read() as session:
            return bool(session.scalar(select(exists().where(waiting, says))))

    def about(self, organisation: str, kind: str, word: str) -> Sequence[str]:
        """The ids of the jobs of a kind that have a text in their payload, as a string of its
        own."""
        its = (JobRow.organisation == organisation, JobRow.kind == kind)
        says = JobRow.payload.contains(json.dumps(word), autoescape=True)
        with self._database.read() as session:
            return session.scalars(select(JobRow.id).where(*its, says)).all()

    def ended(self, before: datetime, telling: bool = False) -> Sequence[tuple[str, str]]:
        """The jobs that ended before a moment, each with its organisation, the oldest end first:
        those that told webhooks, or all others."""
        kind = JobRow.kind == WEBHOOK if telling else JobRow.kind != WEBHOOK
        old = select(JobRow.id, JobRow.organisation).where(JobRow.ended_at < iso(before), kind)
        with self._database.read() as session:
            found = session.execute(old.order_by(JobRow.ended_at, JobRow.id))
            return [(job_id, organisation) for job_id, organisation in found]

    def purge(self, job_ids: Collection[str]) -> None:
        """Forget jobs, and their idempotency keys; those that have not ended stay."""
        ids = tuple(job_ids)
        for n in range(0, len(ids), PURGED):
            some = JobRow.id.in_(ids[n : n + PURGED])
            with self._database.write() as session:
                session.execute(delete(JobRow).where(some, JobRow.ended_at.is_not(None)))

    @contextmanager
    def _writing(self) -> Iterator[tuple[Session, datetime]]:
        """A transaction, and when it began to write."""
        with self._database.write() as session:
            session.connection()  # waits for the lock, so that time is that of the turn
            yield session, self._clock.wall()


def _by_key(session: Session, organisation: str, key: str) -> JobRow | None:
    known = select(JobRow).where(JobRow.organisation == organisation, JobRow.key == key)
    return session.scalars(known).one_or_none()


def _listing(organisation: str, kind: str | None, state: State | None) -> Select[Any]:
    listed = select(JobRow).where(JobRow.organisation == organisation)
    if kind is not None:
        listed = listed.where(JobRow.kind == kind)
    if state is not None:
        listed = listed.where(JobRow.state == state)
    return listed.order_by(JobRow.number.desc())


def _number(session: Session, organisation: str, job_id: str) -> int:
    row = rows.by_id(session, job_id)
    if row.organisation != organisation:
        raise NoSuchJob(f"there is no job {job_id[:40]!r}")
    return row.number


@contextmanager
def _closed_on_error(queue: Queue) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(queue)
        yield
        stack.pop_all()
