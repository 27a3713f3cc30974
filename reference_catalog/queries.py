"""The statements, each on a session that the caller opens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, func, select, sql
from sqlalchemy.orm import Session, joinedload, selectinload

from reference_catalog import rows
from reference_catalog.errors import CatalogMoved
from reference_catalog.models import (
    CatalogueRow,
    ExclusionRow,
    FingerprintRow,
    ReferenceRow,
    WorkRow,
)
from reference_catalog.work import Exclusion, Reference, WorkDetails

_MANY = 1000  # values in one IN (...); every database takes as many
PAGE = 500  # works read at once by a listing


def catalogue(session: Session) -> CatalogueRow:
    """Which catalogue this is."""
    return session.scalars(select(CatalogueRow)).one()


def refuse_moved(session: Session, name: str) -> None:
    """Raise CatalogMoved where the catalogue in a database of this name is another now."""
    moved_to = catalogue(session).moved_to
    if moved_to is not None:
        raise CatalogMoved(
            f"the catalogue in {name} was moved to {moved_to}: nothing is written here any more"
        )


def work(session: Session, work_id: str) -> WorkRow | None:
    """The work of this name."""
    return session.scalars(select(WorkRow).where(WorkRow.work_id == work_id)).one_or_none()


def works_after(session: Session, work_id: str, most: int) -> Sequence[WorkRow]:
    """The next page of works in order of work_id, with all that belongs to them."""
    later = select(WorkRow).where(WorkRow.work_id > work_id)
    return _whole(session, later.limit(most))


def works_named(session: Session, names: Collection[str]) -> Sequence[WorkRow]:
    """The works of these names in order of work_id, with all that belongs to them."""
    return _whole(session, select(WorkRow).where(WorkRow.work_id.in_(names)))


def _whole(session: Session, works: Select[Any]) -> Sequence[WorkRow]:
    parts = (WorkRow.identifiers, WorkRow.licences)
    of_references = selectinload(WorkRow.references).joinedload(ReferenceRow.origin)
    whole = works.options(*map(selectinload, parts), of_references)
    return session.scalars(whole.order_by(WorkRow.work_id)).all()


def put_work(session: Session, details: WorkDetails) -> WorkRow:
    """The work that the details name, made or revised as they say."""
    row = work(session, details.work_id)
    if row is None:
        row = WorkRow(work_id=details.work_id, title=details.title, kind=details.kind)
        session.add(row)
    rows.revise(row, details)
    return row


def state_work(session: Session, row: WorkRow | None, details: WorkDetails) -> WorkRow:
    """A work exactly as the details say; its references and licences stay."""
    if row is None:
        row = WorkRow(work_id=details.work_id, title=details.title, kind=details.kind)
        session.add(row)
    rows.state(row, details)
    session.flush()
    return row


def delete(session: Session, row: WorkRow) -> None:
    """Forget a work; the database takes along all that belongs to it."""
    session.execute(sql.delete(WorkRow).where(WorkRow.id == row.id))


def by_sha256(session: Session, sha256: str) -> Reference | None:
    """The reference made from this file."""
    return _reference(session, select(ReferenceRow).where(ReferenceRow.sha256 == sha256))


def by_number(session: Session, number: int) -> Reference | None:
    """The reference of this number."""
    return _reference(session, select(ReferenceRow).where(ReferenceRow.number == number))


def titles(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """(work_id, title) by reference number."""
    columns = select(ReferenceRow.number, WorkRow.work_id, WorkRow.title)
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(numbers), _MANY):
        some = [int(number) for number in numbers[start : start + _MANY]]
        rows_of = columns.join(ReferenceRow.of_work).where(ReferenceRow.number.in_(some))
        found.update((number, (name, title)) for number, name, title in session.execute(rows_of))
    return found


def series(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """Series by reference number, of those that are of one."""
    columns = select(ReferenceRow.number, WorkRow.series).join(ReferenceRow.of_work)
    found: dict[int, str] = {}
    for start in range(0, len(numbers), _MANY):
        some = [int(number) for number in numbers[start : start + _MANY]]
        chosen = columns.where(ReferenceRow.number.in_(some))
        found.update((number, name) for number, name in session.execute(chosen) if name)
    return found


def exclusions(session: Session, number: int | None = None) -> list[Exclusion]:
    """What is excluded, of one reference or of all, by number and time."""
    some = select(ExclusionRow).order_by(
        ExclusionRow.number, ExclusionRow.start_s, ExclusionRow.end_s
    )
    if number is not None:
        some = some.where(ExclusionRow.number == number)
    return [rows.to_exclusion(row) for row in session.scalars(some)]


def put_exclusion(session: Session, one: Exclusion) -> bool:
    """Keep it; whether that range was not excluded before. A later reason takes over."""
    row = session.get(ExclusionRow, (one.number, one.span.start_s, one.span.end_s))
    if row is None:
        session.add(rows.new_exclusion(one))
        return True
    row.reason = one.reason
    return False


def delete_exclusion(session: Session, one: Exclusion) -> bool:
    """Forget it; whether it was there."""
    row = session.get(ExclusionRow, (one.number, one.span.start_s, one.span.end_s))
    if row is not None:
        session.delete(row)
    return row is not None


def numbers(session: Session, scheme: str) -> list[int]:
    """References with a fingerprint of this scheme, ascending."""
    column = select(FingerprintRow.number).where(FingerprintRow.scheme == scheme)
    return list(session.scalars(column.order_by(FingerprintRow.number)))


def blob(session: Session, number: int, scheme: str) -> str | None:
    """SHA-256 of the blob with this fingerprint."""
    row = session.get(FingerprintRow, (number, scheme))
    return row.blob_sha256 if row else None


def blobs(session: Session) -> set[str]:
    """SHA-256 of all blobs."""
    return set(session.scalars(select(FingerprintRow.blob_sha256).distinct()))


def blobs_of(session: Session, row: WorkRow) -> set[str]:
    """SHA-256 of all blobs of a work."""
    column = select(FingerprintRow.blob_sha256).join(ReferenceRow)
    return set(session.scalars(column.where(ReferenceRow.work == row.id)))


def named(session: Session, blobs: Collection[str]) -> set[str]:
    """Those of these blobs that some reference still needs."""
    column = FingerprintRow.blob_sha256
    wanted = sorted(blobs)
    found: set[str] = set()
    for start in range(0, len(wanted), _MANY):
        some = wanted[start : start + _MANY]
        found.update(session.scalars(select(column).where(column.in_(some)).distinct()))
    return found


def fingerprint_bytes(session: Session) -> int:
    """Bytes of all blobs; one that two references share counts once."""
    each = select(FingerprintRow.blob_sha256, FingerprintRow.bytes).distinct().subquery()
    return int(session.scalar(select(func.sum(each.c.bytes))) or 0)


def duration_s(session: Session) -> float:
    """Seconds of all references."""
    return session.scalar(select(func.sum(ReferenceRow.duration_s))) or 0.0


def _reference(session: Session, one: Select[Any]) -> Reference | None:
    whole = one.options(joinedload(ReferenceRow.of_work), joinedload(ReferenceRow.origin))
    row = session.scalars(whole).one_or_none()
    return rows.to_reference(row) if row else None
