"""What lists say of many cases, in a few questions to the database whatever their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import LargeBinary, cast, func, select
from sqlalchemy.orm import Session

from capture.chain import head_of
from casework import reading
from casework.journal import Head, Kind, Recorded
from casework.models import CustodyRow, RecordRow
from casework.record import Case

_MANY = 1000  # values in one IN (...); every database takes as many


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list of cases says of one."""

    case: Case
    samples: int
    findings: int
    head: Head


def ids(session: Session) -> list[str]:
    """The ids of all cases, ascending."""
    first = select(CustodyRow.case_id).where(CustodyRow.n == 0)
    return list(session.scalars(first.order_by(CustodyRow.case_id)))


def summaries(session: Session, names: Sequence[str]) -> Iterator[Summary]:
    """Of each of these cases that there is, in their order."""
    opened = records(session, names, ("case",))
    samples = _counts(session, names, ("begun", "sample"))
    findings = _counts(session, names, ("finding",))
    heads = _heads(session, names)
    for name in names:
        if name in opened:
            case = reading.case_of(opened[name][0].value)
            yield Summary(case, samples.get(name, 0), findings.get(name, 0), heads[name])


def records(
    session: Session, names: Sequence[str], kinds: Sequence[Kind]
) -> dict[str, list[Recorded]]:
    """What is on record of these kinds, by case, each in the order in which it came to be."""
    body = cast(RecordRow.body, LargeBinary)  # as bytes, whatever a stranger has put there
    wanted = select(RecordRow.case_id, RecordRow.n, RecordRow.kind, RecordRow.name, body)
    found: dict[str, list[Recorded]] = {}
    for some in _parts(names):
        of_kinds = wanted.where(RecordRow.case_id.in_(some), RecordRow.kind.in_(kinds))
        for row in session.execute(of_kinds.order_by(RecordRow.case_id, RecordRow.n)):
            found.setdefault(row.case_id, []).append(Recorded(*row[1:]))
    return found


def _counts(session: Session, names: Sequence[str], kinds: Sequence[Kind]) -> dict[str, int]:
    """How many different names are on record of these kinds, by case."""
    each = select(RecordRow.case_id, func.count(RecordRow.name.distinct()))
    found: dict[str, int] = {}
    for some in _parts(names):
        of_kinds = each.where(RecordRow.case_id.in_(some), RecordRow.kind.in_(kinds))
        found.update((name, n) for name, n in session.execute(of_kinds.group_by(RecordRow.case_id)))
    return found


def _heads(session: Session, names: Sequence[str]) -> dict[str, Head]:
    found: dict[str, Head] = {}
    for some in _parts(names):
        last = select(CustodyRow.case_id, func.max(CustodyRow.n).label("n"))
        ends = last.where(CustodyRow.case_id.in_(some)).group_by(CustodyRow.case_id).subquery()
        line = select(CustodyRow.case_id, CustodyRow.n, cast(CustodyRow.line, LargeBinary))
        at_end = (ends.c.case_id == CustodyRow.case_id) & (ends.c.n == CustodyRow.n)
        for name, n, said in session.execute(line.join(ends, at_end)):
            found[name] = Head(n + 1, head_of(said + b"\n"))
    return found


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _MANY] for start in range(0, len(names), _MANY))
