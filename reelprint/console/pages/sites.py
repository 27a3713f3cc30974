"""Sites that were sampled, and what cases say of each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from accounts.principal import Principal
from casework.verdict import SiteVerdict
from reelprint.console.rendering import render
from reelprint.desk import judging, works
from reelprint.desk.blinding import Withheld
from reelprint.desk.desk import Desk, need
from reelprint.desk.errors import NotFound
from reelprint.service.security import DeskOf, Who
from reference_catalog.licence import Licence

ON_A_PAGE = 100

router = APIRouter(prefix="/sites")

Verdicts = list[tuple[str, SiteVerdict | None]]  # by case; None: withheld


@router.get("")
def show(
    request: Request,
    who: Who,
    desk: DeskOf,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """All of them."""
    found = judging.sites(desk, who)
    more = page * ON_A_PAGE < len(found)
    return render(
        request, who, "sites.html", sites=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        previous=f"/sites?page={page - 1}" if page > 1 else None,
        next=f"/sites?page={page + 1}" if more else None,
    )  # fmt: skip


@router.get("/site")
def one(
    request: Request, who: Who, desk: DeskOf, name: Annotated[str, Query(max_length=253)]
) -> HTMLResponse:
    """One of them. Its name is a parameter, for some names would be another path."""
    need(desk, who, "verdicts.read", f"site {name[:64]}")
    site = next((s for s in judging.sites(desk, who) if s.site == name), None)
    if site is None:
        raise NotFound("no case has a sample of this site")
    verdicts = [(case_id, _verdict(desk, who, case_id, name)) for case_id in site.cases]
    return render(
        request, who, "site.html", site=name, verdicts=verdicts, samples=site.samples,
        licences=_licences(desk, who, verdicts) if who.may("works.read") else None,
    )  # fmt: skip


def _verdict(desk: Desk, who: Principal, case_id: str, site: str) -> SiteVerdict | None:
    try:
        return judging.verdict(desk, who, case_id, site)
    except Withheld:
        return None


def _licences(
    desk: Desk, who: Principal, verdicts: Verdicts
) -> list[tuple[str, tuple[Licence, ...] | None]]:
    """Of each work that was found, what is on record of who may show it; None: nothing is."""
    found = {work.work_id for _, one in verdicts if one for work in one.works}
    return [(work_id, _known(desk, who, work_id)) for work_id in sorted(found)]


def _known(desk: Desk, who: Principal, work_id: str) -> tuple[Licence, ...] | None:
    try:
        return works.work(desk, who, work_id).licences
    except NotFound:  # it was removed since
        return None
