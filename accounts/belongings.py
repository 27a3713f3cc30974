"""What belongs to whom, within one transaction."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from accounts import names, people
from accounts.errors import Taken
from accounts.models import BelongingRow
from accounts.moment import Moment
from accounts.records import Belongs

_MANY = 1000  # values in one IN (...); every database takes as many


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
    found = at.rows.connection().scalars(select(BelongingRow.name).where(*its))
    return frozenset(found)  # of tens of thousands; a session takes twice as long for them


def after(at: Moment, kind: Belongs, organisation: str, name: str, most: int) -> list[str]:
    """The next of them in order of their names."""
    its = (BelongingRow.organisation == organisation, BelongingRow.kind == kind)
    later = select(BelongingRow.name).where(*its, BelongingRow.name > name)
    return list(at.rows.scalars(later.order_by(BelongingRow.name).limit(most)))


def among(at: Moment, kind: Belongs, organisation: str, said: Collection[str]) -> frozenset[str]:
    """Those of some names that belong to an organisation."""
    its = (BelongingRow.organisation == organisation, BelongingRow.kind == kind)
    own = select(BelongingRow.name).where(*its)
    found: set[str] = set()
    for start in range(0, len(wanted := sorted(said)), _MANY):
        some = wanted[start : start + _MANY]
        found.update(at.rows.scalars(own.where(BelongingRow.name.in_(some))))
    return frozenset(found)
