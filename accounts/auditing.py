"""The audit log: one chain of lines for all organisations, and whether it is still what it was.

Lines are those of `capture.chain`. Whoever can write the database can write another log from any
line on; that is seen only by who noted a head of some time before, as with custody logs
(`casework.custody`). Without one, all changes, gaps and additions are found, and a cut-off end
unless `audit_end` was changed with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import LargeBinary, cast, insert, select, update
from sqlalchemy.orm import Session

from accounts.errors import AccountsDamaged
from accounts.models import AuditEndRow, AuditRow
from accounts.principal import Principal
from accounts.records import AuditLine, Head, Outcome
from capture.chain import ORIGIN, Follower, head_of, line_of
from capture.clock import Clock, iso
from reference_catalog.engine import bytes_in

# Somebody who was let in; a name, of whoever works at the command line; the service itself.
By = Principal | str | None
MOST_LINE = 1 << 16  # bytes; a line is about somebody's act, not its outcome
_AT_ONCE = 1000  # lines in memory
_ONE = 1


class AuditLog:
    """The log in a session; for appending, that of a writing transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def head(self) -> Head:
        """How far it goes."""
        row = self._session.execute(_end).first()
        return Head(*row) if row else Head(0, ORIGIN)

    def append(
        self,
        by: By,
        act: str,
        what: str,
        outcome: Outcome,
        facts: Mapping[str, Any],
        of: str | None = None,
    ) -> None:
        """Write a line; `of` is whose account it is about, where nobody is known who acts. Raises
        ValueError for facts that JSON cannot say, or too many."""
        head = self.head()
        said = {"at": iso(self._clock.wall()), **_who(by, of), "what": what, "outcome": outcome}
        line = line_of(head.entries, head.sha256, act, {**said, "facts": dict(facts)})
        if len(line) > MOST_LINE:
            raise ValueError(f"a line of the audit log takes {MOST_LINE} bytes at most")
        its = {"n": head.entries, "organisation": said["organisation"]}
        self._session.execute(insert(AuditRow), {**its, "line": line.removesuffix(b"\n")})
        self._set_end(head.entries, head_of(line))

    def after(self, organisation: str | None, n: int, limit: int) -> list[AuditLine]:
        """Lines behind number `n`, the oldest first."""
        wanted = _of(organisation).where(AuditRow.n > n).order_by(AuditRow.n)
        return self._lines(wanted.limit(limit))

    def before(
        self,
        organisation: str | None,
        n: int | None,
        limit: int,
        holding: Sequence[bytes] = (),
        least: int = 0,
    ) -> list[AuditLine]:
        """Lines before number `n`, or all, the newest first; of those from number `least` on those
        alone that hold each of some bytes, wherever it is."""
        wanted = _of(organisation).where(AuditRow.n >= least).order_by(AuditRow.n.desc())
        wanted = wanted if n is None else wanted.where(AuditRow.n < n)
        connection = self._session.connection()
        held = [bytes_in(connection, AuditRow.line, one) for one in holding]
        return self._lines(wanted.where(*held).limit(limit))

    def problems(self, noted: str | None = None) -> list[str]:
        """What differs from what was written, one sentence each. `noted` is a head."""
        return list(problems_of(self._all(), self.head(), noted))

    def _set_end(self, before: int, sha256: str) -> None:
        said = {"entries": before + 1, "sha256": sha256}
        end = update(AuditEndRow).where(AuditEndRow.one == _ONE).values(said)
        changed = self._session.execute(end.returning(AuditEndRow.one)).all()
        if not changed:
            self._session.execute(insert(AuditEndRow), {"one": _ONE, **said})

    def _all(self) -> Iterator[tuple[int, str | None, bytes]]:
        last = None
        while rows := self._session.execute(_behind(last).limit(_AT_ONCE)).all():
            yield from ((n, organisation, line) for n, organisation, line in rows)
            last = rows[-1].n

    def _lines(self, wanted: Any) -> list[AuditLine]:
        return [_read(n, line + b"\n") for n, _, line in self._session.execute(wanted)]


def problems_of(
    rows: Iterable[tuple[int, str | None, bytes]], end: Head, noted: str | None
) -> Iterator[str]:
    """What differs of lines with the number and organisation that they are filed under, one
    sentence each; `end` is how far the log went."""
    chain, heads = Follower(), noted in {None, ORIGIN}
    for n, organisation, line in rows:
        entry = chain.take(line + b"\n")
        if entry is None:
            yield chain.problem or f"line {chain.count} of the log is no entry"
            break
        if (entry["n"], entry.get("organisation")) != (n, organisation):
            yield f"line {n} of the log is filed under another number or organisation"
        heads = heads or chain.head == noted
    else:
        if (chain.count, chain.head) != (end.entries, end.sha256):
            yield f"the log ends after {chain.count} lines, and not as it did"
    if not heads:
        yield "the head that was noted is not in the log: it was cut off or written anew"


# As bytes, whatever a stranger has put there.
_end = select(AuditEndRow.entries, AuditEndRow.sha256).where(AuditEndRow.one == _ONE)
_rows = select(AuditRow.n, AuditRow.organisation, cast(AuditRow.line, LargeBinary))


def _of(organisation: str | None) -> Any:
    return _rows if organisation is None else _rows.where(AuditRow.organisation == organisation)


def _behind(n: int | None) -> Any:
    return (_rows if n is None else _rows.where(AuditRow.n > n)).order_by(AuditRow.n)


def _read(n: int, line: bytes) -> AuditLine:
    try:
        return AuditLine.of(line)
    except ValueError as error:
        raise AccountsDamaged(f"line {n} of the audit log is not what was written") from error


def _who(by: By, of: str | None) -> dict[str, Any]:
    if isinstance(by, Principal):
        return {"by": by.actor, "organisation": by.organisation, "via": by.via}
    via = "service" if by is None else "command line"
    return {"by": by, "organisation": of, "via": via}
