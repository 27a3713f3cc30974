"""The log of one case and what is recorded with its lines, within one transaction.

Whatever is recorded is recorded by `append`, which writes the line of the log with it: there is
no other way to write into these tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import LargeBinary, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from capture.chain import ORIGIN, head_of, line_of
from capture.clock import Clock, iso
from casework import names
from casework.canonical import canonical, digest
from casework.models import CustodyRow, RecordRow

Kind = Literal["case", "plan", "order", "begun", "sample", "examined", "finding", "review"]
Event = Literal[
    "opened", "planned", "started", "stopped", "begun", "sampled", "missed", "examined", "found",
    "reviewed", "shown", "log_shown", "judged", "linked", "exported",
]  # fmt: skip


_FRAME = frozenset({"n", "event", "case", "at", "by", "record", "before"})


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log goes: how many lines, and the SHA-256 of the last, with its line feed."""

    entries: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {"entries": self.entries, "head": self.sha256}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A value that is on record, with the number of its line in the log."""

    n: int
    kind: str
    name: str
    body: bytes

    @property
    def value(self) -> dict[str, Any]:
        """What was recorded."""
        value: dict[str, Any] = json.loads(self.body)
        return value


class Journal:
    """One case in a session; for appending, that of a writing transaction."""

    def __init__(self, session: Session, case_id: str, clock: Clock) -> None:
        self._session = session
        self.case_id = case_id
        self._clock = clock

    def now(self) -> str:
        """The wall clock's time."""
        return iso(self._clock.wall())

    def head(self) -> Head:
        """How far the log goes."""
        of_case = CustodyRow.case_id == self.case_id
        last = select(CustodyRow.n, _line).where(of_case).order_by(CustodyRow.n.desc()).limit(1)
        row = self._session.execute(last).first()
        return Head(row[0] + 1, head_of(row[1] + b"\n")) if row else Head(0, ORIGIN)

    def lines(self) -> list[bytes]:
        """The log, each line with its line feed."""
        found = select(_line).where(CustodyRow.case_id == self.case_id).order_by(CustodyRow.n)
        return [line + b"\n" for line in self._session.scalars(found)]

    def records(self, *kinds: Kind) -> list[Recorded]:
        """What is on record of these kinds, or of all, in the order in which it came to be."""
        wanted = _records.where(RecordRow.case_id == self.case_id).order_by(RecordRow.n)
        rows = self._session.execute(wanted.where(RecordRow.kind.in_(kinds)) if kinds else wanted)
        return [Recorded(*row) for row in rows]

    def records_without(self, kind: Kind, other: Kind) -> list[Recorded]:
        """What is on record of a kind, where nothing of another kind has the same name."""
        there = exists().where(
            *(_twin.case_id == self.case_id, _twin.kind == other, _twin.name == RecordRow.name)
        )
        its = (RecordRow.case_id == self.case_id, RecordRow.kind == kind, ~there)
        rows = self._session.execute(_records.where(*its).order_by(RecordRow.n))
        return [Recorded(*row) for row in rows]

    def names(self, *kinds: Kind) -> list[str]:
        """The names of what is on record of these kinds, each once, ascending."""
        of_case = RecordRow.case_id == self.case_id
        wanted = select(RecordRow.name).where(of_case, RecordRow.kind.in_(kinds)).distinct()
        return list(self._session.scalars(wanted.order_by(RecordRow.name)))

    def named(self, kind: Kind, name: str) -> Recorded | None:
        """The one of a name."""
        of_case = _records.where(RecordRow.case_id == self.case_id)
        wanted = of_case.where(RecordRow.kind == kind, RecordRow.name == name)
        row = self._session.execute(wanted).first()
        return Recorded(*row) if row else None

    def new_name(self, letter: str, *kinds: Kind) -> str:
        """The next name of a kind, as S000001. None is used twice, for nothing is deleted."""
        its = (RecordRow.case_id == self.case_id, RecordRow.kind.in_(kinds))
        last = self._session.scalar(select(func.max(RecordRow.name)).where(*its))
        return f"{letter}{int(last[1:]) + 1 if last else 1:06}"

    def append(
        self,
        event: Event,
        by: str,
        facts: Mapping[str, Any],
        record: tuple[Kind, str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Write a line, and what is recorded with it."""
        if taken := _FRAME & facts.keys():
            raise ValueError(f"{min(taken)} is said by each line already")
        head = self.head()
        said: dict[str, Any] = {
            "case": self.case_id,
            "at": self.now(),
            "by": names.actor(by),
            **facts,
        }
        if record is not None:
            kind, name, value = record
            body = canonical(value)
            said["record"] = {"kind": kind, "name": name, "sha256": digest(body)}
        line = line_of(head.entries, head.sha256, event, said).removesuffix(b"\n")
        self._session.add(CustodyRow(case_id=self.case_id, n=head.entries, line=line))
        self._session.flush()
        if record is not None:
            row = RecordRow(case_id=self.case_id, n=head.entries, kind=kind, name=name, body=body)
            self._session.add(row)
            self._session.flush()


_twin = aliased(RecordRow)
# As bytes, whatever a stranger has put there.
_line = cast(CustodyRow.line, LargeBinary)
_records = select(RecordRow.n, RecordRow.kind, RecordRow.name, cast(RecordRow.body, LargeBinary))
