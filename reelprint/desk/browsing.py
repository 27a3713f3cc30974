"""The catalogue as people look through it: searched, sorted, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.principal import Principal
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.naming import WORK
from reference_catalog.listing import Listed

TITLE: Final = "title"
SORTS: Mapping[str, Callable[[Listed], Any]] = {
    TITLE: lambda one: one.title.casefold(),
    "work_id": lambda one: one.work_id,
    "kind": lambda one: one.kind,
    "owner": lambda one: (one.owner or "").casefold(),
    "references": lambda one: one.references,
    "duration": lambda one: one.duration_s,
    "registered": lambda one: one.registered_at or "",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the catalogue is to be shown."""

    text: str = ""  # part of a title, a work_id, an owner or a series, in any case
    kind: str = ""  # of works; empty: any
    sort: str = TITLE  # one of SORTS
    down: bool = False  # the largest first
    start: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of the catalogue."""

    works: tuple[Listed, ...]
    found: int  # by what was wanted, on all pages
    all: int  # that the principal may see


def browse(desk: Desk, who: Principal, wanted: Wanted) -> Shelf:
    """What the principal may see of what is wanted. Raises NotAllowed."""
    need(desk, who, "works.read", "works")
    with recorded(desk, who, "works.read", "works", text=wanted.text[:200], start=wanted.start):
        seen = _seen(desk, who)
    found = [one for one in seen if _is_wanted(one, wanted)]
    found.sort(key=SORTS.get(wanted.sort, SORTS[TITLE]), reverse=wanted.down)
    page = found[wanted.start : wanted.start + wanted.limit]
    return Shelf(tuple(page), len(found), len(seen))


def _seen(desk: Desk, who: Principal) -> list[Listed]:
    listed = desk.catalog.listing()
    if who.kind == "authority":
        return listed
    own = desk.accounts.belongings(WORK, who.organisation)
    return [one for one in listed if one.work_id in own]


def _is_wanted(one: Listed, wanted: Wanted) -> bool:
    if wanted.kind and one.kind != wanted.kind:
        return False
    text = wanted.text.strip().casefold()
    return any(text in (said or "").casefold() for said in _said(one))


def _said(one: Listed) -> tuple[str | None, ...]:
    return one.title, one.work_id, one.owner, one.series
