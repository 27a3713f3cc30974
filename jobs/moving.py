"""Moving a queue to another database, all of it or nothing.

What runs is put back, for its worker will not find it any more. The queue is copied, then the
caller lets the workspace use the new one, and then the old one is emptied: nobody works on a job
that was moved. A move that was stopped at any moment is done again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from jobs.errors import JobsInTheWay
from jobs.models import Base, HookRow, JobRow
from jobs.queue import KIND, ROOM
from reference_catalog import engine, schema
from reference_catalog.apart import backend
from reference_catalog.engine import Database

_TABLES: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)
_AT_ONCE = 500  # rows in memory


def move(file: Path, old: str | None, new: str | None, switch: Callable[[], None]) -> int:
    """Move the queue of `file`, or of the database at a URL, to that of another; how many jobs it
    has. Without a queue `switch` is called all the same. Raises JobsInTheWay when the new one has
    other jobs; JobsDamaged, JobsUnavailable, JobsTooNew, ValueError."""
    if old is None and not file.is_file():
        switch()
        return 0
    if new is None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(_database(file, old)) as source, closing(_database(file, new)) as target:
        if source.name == target.name:
            raise JobsInTheWay(f"the jobs are in {source.name} already")
        schema.create(source)
        with source.write() as reading:
            reading.execute(_PUT_BACK)
            count = _copied(reading, target)
            switch()
            for table in _TABLES:
                reading.execute(delete(table))
    return count


def _database(file: Path, url: str | None) -> Database:
    return Database(backend(file, url, ROOM), KIND)


# As `jobs.ending.put_back` does of one.
_PUT_BACK = (
    update(JobRow)
    .where(JobRow.state == "running")
    .values(
        state="queued",
        attempts=JobRow.attempts - 1,
        token=None,
        lease_until=None,
        worker=None,
        progress=None,
    )
)


def _copied(reading: Session, target: Database) -> int:
    with target.write() as writing:
        schema.bring_up(writing, target)
        for kept in (JobRow.id, HookRow.id):
            if set(writing.scalars(select(kept))) - set(reading.scalars(select(kept))):
                raise JobsInTheWay(f"other jobs are in {target.name} already")
        for table in _TABLES:
            writing.execute(delete(table))
            _carry(table, reading, writing)
        last = writing.scalar(select(func.max(JobRow.number))) or 0
        engine.continue_after(writing.connection(), "job", "number", last)
        return writing.scalar(select(func.count()).select_from(JobRow)) or 0


def _carry(table: Table, reading: Session, writing: Session) -> None:
    rows = reading.execute(select(table)).mappings()
    while some := rows.fetchmany(_AT_ONCE):
        writing.execute(insert(table), [dict(row) for row in some])
