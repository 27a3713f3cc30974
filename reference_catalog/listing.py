"""Works as a list shows them: searched, sorted and a page at a time, all in the database.

Letters are compared as people read them: whatever their case, their width, and whether an accent or
a syllable of Hangul is one character or several. No database does that of itself in the same way as
another, so what is compared is kept beside each work (`sort_title`, `sought`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from reference_catalog import engine
from reference_catalog.models import MOST_SORTED, ReferenceRow, WorkRow

Sort = Literal["title", "work_id", "kind", "owner", "references", "duration", "registered"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the catalogue is to be shown."""

    text: str = ""  # part of a title, a work_id, an owner or a series
    kind: str = ""  # of works; empty: any
    sort: Sort = "title"
    down: bool = False  # the largest first
    start: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A work in a list."""

    work_id: str
    title: str
    kind: str
    owner: str | None
    series: str | None
    references: int  # how many
    duration_s: float  # of all of them
    registered_at: str | None  # the newest of them; None when there is none


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the catalogue."""

    works: tuple[Listed, ...]
    found: int  # by what was wanted, on all pages
    all: int  # that were looked through


def folded(text: str) -> str:
    """A text as it is compared.

    >>> folded("\\uff21B Straße"), folded("가") == folded("\\u1100\\u1161")
    ('ab strasse', True)
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def fold(row: WorkRow) -> None:
    """Keep with a work what it is found and sorted by."""
    row.sort_title = folded(row.title)[:MOST_SORTED]
    row.sought = folded("\n".join((row.title, row.work_id, row.owner or "", row.series or "")))


def shelf(session: Session, wanted: Wanted, among: Collection[str] | None) -> Shelf:
    """A page of what is wanted; `among` are the work_ids that are looked through, None: all."""
    seen = _seen(session, WorkRow.work_id.expression, among)
    found, every = _narrowed(seen, wanted), _count(session, seen)
    count = every if found is seen else _count(session, found)
    # Not the column alone: SQLite would look up all that are among them and sort those, where it
    # can walk along an order and ask of each work whether it is.
    one_by_one = _seen(session, WorkRow.work_id.concat(""), among)
    page = _sorted(_narrowed(one_by_one, wanted), wanted).offset(wanted.start).limit(wanted.limit)
    ids = list(session.scalars(page)) if wanted.start < count else []
    return Shelf(tuple(_listed(session, ids)), count, every)


def _seen(
    session: Session, work_id: ColumnElement[str], among: Collection[str] | None
) -> Select[Any]:
    if among is None:
        return select(WorkRow.id)
    return select(WorkRow.id).where(work_id.in_(engine.values(session.connection(), among)))


def _narrowed(seen: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.kind:
        seen = seen.where(WorkRow.kind == wanted.kind)
    text = folded(wanted.text.strip())
    return seen.where(WorkRow.sought.contains(text, autoescape=True)) if text else seen


def _count(session: Session, seen: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(seen.subquery())) or 0


def _sorted(found: Select[Any], wanted: Wanted) -> Select[Any]:
    plain: Mapping[Sort, ColumnElement[Any]] = {
        "title": WorkRow.sort_title.expression,
        "work_id": WorkRow.work_id.expression,
        "kind": WorkRow.kind.expression,
        "owner": func.lower(func.coalesce(WorkRow.owner, "")),
    }
    by = plain.get(wanted.sort)
    if by is None:
        totals, by = _totals(wanted.sort)
        found = found.outerjoin(totals, totals.c.work == WorkRow.id)
    return found.order_by(by.desc() if wanted.down else by, WorkRow.work_id)


def _totals(sort: Sort) -> tuple[Any, ColumnElement[Any]]:
    """What is sorted by of all references of each work, and with none of them."""
    by: Mapping[Sort, tuple[ColumnElement[Any], object]] = {
        "references": (func.count(), 0),
        "duration": (func.sum(ReferenceRow.duration_s), 0.0),
        "registered": (func.max(ReferenceRow.registered_at), ""),
    }
    total, none = by[sort]
    each = select(ReferenceRow.work, total.label("total")).group_by(ReferenceRow.work).subquery()
    return each, func.coalesce(each.c.total, none)


def _listed(session: Session, ids: list[int]) -> list[Listed]:
    """A line for each of these works, in their order."""
    of_work = (WorkRow.work_id, WorkRow.title, WorkRow.kind, WorkRow.owner, WorkRow.series)
    counted = (
        func.count(ReferenceRow.number),
        func.coalesce(func.sum(ReferenceRow.duration_s), 0.0),
        func.max(ReferenceRow.registered_at),
    )
    each = select(WorkRow.id, *of_work, *counted).outerjoin(WorkRow.references)
    lines = each.where(WorkRow.id.in_(ids)).group_by(WorkRow.id, *of_work)
    found = {row[0]: Listed(*row[1:]) for row in session.execute(lines)}
    return [found[one] for one in ids]
