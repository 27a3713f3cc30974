"""What works of an organisation are called, and whose a work is.

The works of holders have the organisation's id before them: `acme:film`. Whether a name is free
then says nothing of what others registered. Whoever asks may leave their own id out.
"""

from __future__ import annotations

from typing import Final

from accounts.principal import Principal
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotFound
from reference_catalog.work import Reference, Work, check_work_id, reference_number

WORK: Final = "work"  # what accounts call this kind of belonging
SEPARATOR = ":"
_NO_NAMES = frozenset({".", ".."})  # what a path cannot say


def full_name(desk: Desk, who: Principal, work_id: str) -> str:
    """The work_id that a principal means. Raises ValueError when it can be none's."""
    check_work_id(work_id)
    if work_id in _NO_NAMES:
        raise ValueError(f"no work can be called {work_id!r} here")
    if sees(desk, who, work_id):
        return work_id
    own = who.organisation + SEPARATOR
    return work_id if work_id.startswith(own) else own + work_id


def sees(desk: Desk, who: Principal, work_id: str) -> bool:
    """Whether a work is one that the principal may know of."""
    return who.kind == "authority" or desk.accounts.owner_of(WORK, work_id) == who.organisation


def writes(desk: Desk, who: Principal, work_id: str) -> bool:
    """Whether a work is the principal's organisation's to change; an authority may change those
    that are no holder's."""
    owner = desk.accounts.owner_of(WORK, work_id)
    return owner == who.organisation or (owner is None and who.kind == "authority")


def work_of(desk: Desk, who: Principal, work_id: str) -> Work:
    """A work that the principal may see. Raises NotFound, ValueError."""
    name = full_name(desk, who, work_id)
    found = desk.catalog.work(name) if sees(desk, who, name) else None
    if found is None:
        raise NotFound(f"there is no work {work_id!r}")
    return found


def own_work_of(desk: Desk, who: Principal, work_id: str) -> Work:
    """A work that the principal may change. Raises NotFound, ValueError."""
    name = full_name(desk, who, work_id)
    found = desk.catalog.work(name) if writes(desk, who, name) else None
    if found is None:
        raise NotFound(f"there is no work {work_id!r} of yours")
    return found


def reference_of(work: Work, reference_id: str) -> Reference:
    """A reference of a work. Raises NotFound."""
    try:
        number = reference_number(reference_id)
    except ValueError:
        number = -1
    for one in work.references:
        if one.number == number:
            return one
    raise NotFound(f"{work.work_id!r} has no such reference")
