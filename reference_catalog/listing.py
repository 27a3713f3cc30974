"""Works as a list shows them: a line each, without what belongs to them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reference_catalog.models import ReferenceRow, WorkRow


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


def listing(session: Session) -> list[Listed]:
    """All works, by work_id, in one question to the database."""
    of_work = (WorkRow.work_id, WorkRow.title, WorkRow.kind, WorkRow.owner, WorkRow.series)
    counted = (
        func.count(ReferenceRow.number),
        func.coalesce(func.sum(ReferenceRow.duration_s), 0.0),
        func.max(ReferenceRow.registered_at),
    )
    lines = (
        select(*of_work, *counted)
        .outerjoin(WorkRow.references)
        .group_by(WorkRow.id, *of_work)
        .order_by(WorkRow.work_id)
    )
    return [Listed(*row) for row in session.execute(lines)]
