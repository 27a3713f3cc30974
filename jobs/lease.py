"""A job in the hands of one worker, for as long as the worker is heard of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from capture.clock import Clock, iso
from jobs import ending, rows
from jobs.job import Job, Progress
from jobs.models import JobRow
from reference_catalog.engine import Database

Follow = tuple[str, Mapping[str, Any]]  # kind and payload
FOLLOW_ATTEMPTS = 3


class Lease:
    """What a worker may say of its job. Whoever lost it, because its time ran out, says nothing:
    each method is then False, and nothing is changed.

    Each may raise JobsUnavailable; it may then be called again.
    """

    def __init__(
        self, database: Database, clock: Clock, job: Job, token: str, lease_s: float
    ) -> None:
        self.job = job
        self.seconds = lease_s  # without a word, after which it is lost
        self._database = database
        self._clock = clock
        self._token = token

    def renew(self, progress: Progress | None = None) -> bool:
        """Say that the work goes on, and how far it is; False when it is to stop, for the job was
        cancelled or is lost."""

        def renewed(_: Session, row: JobRow) -> None:
            until = self._clock.wall() + timedelta(seconds=self.seconds)
            row.lease_until = iso(until)
            row.progress = row.progress if progress is None else rows.progress_as_json(progress)

        return self._write(renewed) and self.is_wanted()

    def is_wanted(self) -> bool:
        """Whether the job is still this worker's, and nobody cancelled it; nothing is written."""
        with self._database.read() as session:
            wanted = select(JobRow.cancelling).where(*self._own)
            return session.scalar(wanted) is False

    def done(self, result: Mapping[str, Any], follow: Sequence[Follow] = ()) -> bool:
        """Record the result, and with it the jobs that follow, or neither. Raises ValueError for
        what cannot be kept."""

        def end(session: Session, row: JobRow) -> None:
            now = iso(self._clock.wall())
            ending.end(session, row, "done", now, result)
            for kind, payload in follow:
                rows.new_job(
                    session, kind, row.organisation, row.actor, payload, FOLLOW_ATTEMPTS, now
                )  # fmt: skip

        return self._write(end)

    def failed(self, problem: str, retry: bool) -> bool:
        """Record why it failed; with `retry` it is tried again, each time after twice as long, as
        often as its job says."""
        return self._write(lambda s, row: ending.fail(s, row, self._clock.wall(), problem, retry))

    def wait(self, until: datetime, progress: Progress | None = None) -> bool:
        """Let go of the job until a moment, of which it has more to come: it went well so far, so
        its attempts are counted from there. It is cancelled if that was asked for."""

        def waits(session: Session, row: JobRow) -> None:
            now = iso(self._clock.wall())
            if row.cancelling:
                ending.end(session, row, "cancelled", now)
                return
            row.attempts = 0
            ending.put_back(row, max(now, iso(until)))
            row.progress = None if progress is None else rows.progress_as_json(progress)

        return self._write(waits)

    def put_back(self) -> bool:
        """Stop: the job is cancelled if that was asked for, and else another worker may take it at
        once, as if it had not been taken."""

        def back(session: Session, row: JobRow) -> None:
            now = iso(self._clock.wall())
            if row.cancelling:
                ending.end(session, row, "cancelled", now)
            else:
                row.attempts -= 1
                ending.put_back(row, row.due_at)

        return self._write(back)

    @property
    def _own(self) -> tuple[Any, ...]:
        return (JobRow.id == self.job.id, JobRow.token == self._token, JobRow.state == "running")

    def _write(self, change: Callable[[Session, JobRow], None]) -> bool:
        with self._held() as (session, row):
            if row is not None:
                change(session, row)
            return row is not None

    @contextmanager
    def _held(self) -> Iterator[tuple[Session, JobRow | None]]:
        """The job's row, if it is still this worker's; for writing."""
        with self._database.write() as session:
            yield session, session.scalars(select(JobRow).where(*self._own)).one_or_none()
