"""What belongs to whom, within one transaction."""

from __future__ import annotations

from sqlalchemy import select

from accounts import names, people
from accounts.errors import Taken
from accounts.models import BelongingRow
from accounts.moment import Moment
from accounts.records import Belongs


def claim(at: Moment, kind: Belongs, name: str, organisation: str) -> None:
    """Have a name belong to an organisation. Raises Taken when it is another's."""
    name, mine = names.belonging(name), people.organisation(at, organisation).id
    row = at.rows.get(BelongingRow, (kind, name))
    if row is None:
        at.rows.add(BelongingRow(kind=kind, name=name, organisation=mine, claimed_at=at.at))
        at.rows.flush()
    elif row.organisation != mine:
        raise Taken(f"the {kind} {name!r} cannot be had: choose another name")


def owner(at: Moment, kind: Belongs, name: str) -> str | None:
    """Whose it is."""
    row = at.rows.get(BelongingRow, (kind, name)) if names.is_belonging(name) else None
    return row.organisation if row else None


def of(at: Moment, kind: Belongs, organisation: str) -> frozenset[str]:
    """The names of a kind that belong to an organisation."""
    its = (BelongingRow.organisation == organisation, BelongingRow.kind == kind)
    return frozenset(at.rows.scalars(select(BelongingRow.name).where(*its)))
