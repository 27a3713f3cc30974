"""The catalogue as people look through it: searched, sorted, a page at a time."""

from __future__ import annotations

from accounts.principal import Principal
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.naming import WORK
from reference_catalog.listing import SORTS, Shelf, Sort, Wanted

__all__ = ["SORTS", "Shelf", "Sort", "Wanted", "browse"]


def browse(desk: Desk, who: Principal, wanted: Wanted) -> Shelf:
    """What the principal may see of what is wanted. Raises NotAllowed."""
    need(desk, who, "works.read", "works")
    with recorded(desk, who, "works.read", "works", text=wanted.text[:200], start=wanted.start):
        if who.kind == "authority":
            return desk.catalog.shelf(wanted)
        own = desk.accounts.belongings(WORK, who.organisation)
        return desk.catalog.shelf(wanted, own)
