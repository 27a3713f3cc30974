"""Moving a record of cases to another database, to the byte, all of it or nothing.

Nobody writes to the old one meanwhile. Lines and records are copied, read back and compared before
the new database commits; then the caller lets the workspace use it. The old one is left as it is,
but for a note that it was moved. Captures are not in it, and stay where they are.

A log only grows, so what is there already may be the beginning of a case and is gone on with: a
move that was stopped at any moment is done again, and so is one back to where the record was.
Other cases that are there stay beside these.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from sqlalchemy import Row, Table, cast, delete, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.types import LargeBinary

from casework.errors import CasesDamaged, CasesInTheWay
from casework.models import Base, CustodyRow, MovedRow
from casework.place import Place, refuse_moved
from reference_catalog import schema
from reference_catalog.engine import Database

_TABLES = tuple(Base.metadata.tables[name] for name in ("custody", "record"))


def move(old: Place, new: Place, switch: Callable[[], None]) -> int:
    """Copy all cases, check the copy, call `switch`, and leave a note in the old record; how many
    cases they are.

    Raises CasesInTheWay when another case of one of these ids is there; CasesMoved, CasesDamaged,
    CasesUnavailable, ValueError. What is raised before `switch` is called leaves the old record in
    use, as it was.
    """
    new.folder.mkdir(parents=True, exist_ok=True)
    with closing(old.database()) as source, closing(new.database()) as target:
        if source.name == target.name:
            raise CasesInTheWay(f"the cases are in {source.name} already")
        schema.require(source)
        with source.write() as reading:
            refuse_moved(reading, source.name)
            cases = _copied(reading, target)
            switch()
            reading.add(MovedRow(id=1, place=target.name))
    return cases


def _copied(reading: Session, target: Database) -> int:
    cases = sorted(reading.scalars(select(CustodyRow.case_id).distinct()))
    with target.write() as writing:
        schema.bring_up(writing, target)
        for case_id in cases:
            for table in _TABLES:
                _carry(table, case_id, reading, writing, target.name)
        writing.execute(delete(MovedRow))  # it may have been moved from here before
    return len(cases)


def _carry(table: Table, case_id: str, reading: Session, writing: Session, name: str) -> None:
    """Copy what is not there yet of a case, and compare all of it."""
    ours, theirs = _rows(table, case_id, reading), _rows(table, case_id, writing)
    if ours[: len(theirs)] != theirs:
        raise CasesInTheWay(f"another case {case_id} is in {name} already")
    if missing := [dict(row._mapping) for row in ours[len(theirs) :]]:
        writing.execute(insert(table), missing)
    if _rows(table, case_id, writing) != ours:
        raise CasesDamaged(f"{name} does not keep case {case_id} as it was recorded")


def _rows(table: Table, case_id: str, session: Session) -> list[Row[tuple[object, ...]]]:
    # As bytes, whatever a stranger has put there.
    said = [
        cast(one, LargeBinary).label(one.name) if isinstance(one.type, LargeBinary) else one
        for one in table.columns
    ]
    of_case = select(*said).where(table.c.case_id == case_id).order_by(table.c.n)
    return list(session.execute(of_case))
