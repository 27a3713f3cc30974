"""Moving accounts to another database, all of them or none.

Nobody writes to the old one meanwhile. Rows are copied, read back and compared before the new
database commits; then the caller lets the workspace use it, and the old one lets nobody in any
more. Sessions and what else lasts for minutes is not carried over: everybody logs in anew.

The audit log only grows, so what is there already may be an earlier state of the same accounts and
is gone on with: a move that was stopped at any moment is done again, and so is one back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.orm import Session

from accounts.auditing import AuditLog
from accounts.errors import AccountsDamaged, AccountsInTheWay
from accounts.models import AuditRow, Base, MovedRow
from accounts.place import Place, refuse_moved
from capture.clock import SystemClock
from reference_catalog import engine, schema
from reference_catalog.engine import Database

_NAMES = ("organisation", "account", "api_key", "identity", "belonging", "audit_end")
_CARRIED = tuple(Base.metadata.tables[name] for name in _NAMES)
_FOR_MINUTES = tuple(
    Base.metadata.tables[name] for name in ("session", "one_time", "oidc_login", "attempts")
)
_AUDIT = Base.metadata.tables["audit"]
_AT_ONCE = 1000  # lines in memory


def move(old: Place, new: Place, switch: Callable[[], None]) -> int:
    """Copy all accounts, check the copy, call `switch`, and leave a note in the old database; how
    many accounts they are.

    Raises AccountsInTheWay when others are there; AccountsMoved, AccountsDamaged,
    AccountsUnavailable, ValueError. What is raised before `switch` is called leaves the old ones
    in use, as they were.
    """
    new.file.parent.mkdir(parents=True, exist_ok=True)
    with closing(old.database()) as source, closing(new.database()) as target:
        if source.name == target.name:
            raise AccountsInTheWay(f"the accounts are in {source.name} already")
        schema.require(source)
        with source.write() as reading:
            refuse_moved(reading, source.name)
            count = _copied(reading, target)
            switch()
            reading.add(MovedRow(id=1, place=target.name))
    return count


def _copied(reading: Session, target: Database) -> int:
    with target.write() as writing:
        schema.bring_up(writing, target)
        _carry_log(reading, writing, target.name)
        for table in (*_FOR_MINUTES, *reversed(_CARRIED)):
            writing.execute(delete(table))
        for table in _CARRIED:
            _carry(table, reading, writing)
        writing.execute(delete(MovedRow))  # they may have been moved from here before
        _check(reading, writing, target.name)
        last = writing.scalar(select(func.max(_account.c.number))) or 0
        engine.continue_after(writing.connection(), "account", "number", last)
        return writing.scalar(select(func.count()).select_from(_account)) or 0


def _carry_log(reading: Session, writing: Session, name: str) -> None:
    """Copy the lines that are not there yet, behind those that are the same."""
    there = writing.scalar(select(func.count()).select_from(_AUDIT)) or 0
    for first in range(0, _lines(reading), _AT_ONCE):
        wanted = select(_AUDIT).where(AuditRow.n >= first, AuditRow.n < first + _AT_ONCE)
        ours, theirs = (
            [dict(row._mapping) for row in one.execute(wanted.order_by(AuditRow.n))]
            for one in (reading, writing)
        )
        if ours[: len(theirs)] != theirs:
            raise AccountsInTheWay(f"other accounts are in {name} already")
        if missing := ours[len(theirs) :]:
            writing.execute(insert(_AUDIT), missing)
    if there > _lines(reading):
        raise AccountsInTheWay(f"other accounts are in {name} already")


def _carry(table: Table, reading: Session, writing: Session) -> None:
    rows = [dict(row._mapping) for row in reading.execute(select(table))]
    if rows:
        writing.execute(insert(table), rows)


def _check(reading: Session, writing: Session, name: str) -> None:
    """Raise AccountsDamaged unless all that was copied is there as it was."""
    ours, theirs = (AuditLog(one, SystemClock()) for one in (reading, writing))
    sound = ours.head() == theirs.head() and theirs.problems() == ours.problems()
    if not sound or any(_rows(table, reading) != _rows(table, writing) for table in _CARRIED):
        raise AccountsDamaged(f"{name} does not keep the accounts as they were")


def _rows(table: Table, session: Session) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]


def _lines(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(_AUDIT)) or 0


_account = Base.metadata.tables["account"]
