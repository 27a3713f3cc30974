"""The catalogue: what is registered."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from reelprint.console.rendering import render, texts
from reelprint.desk import browsing
from reelprint.desk.browsing import SORTS, Shelf, Sort, Wanted
from reelprint.service.security import DeskOf, Who
from reference_catalog.work import KINDS

PATH = "/catalogue"
PAGE = 50  # works
TITLE: Sort = "title"

router = APIRouter()


@router.get(PATH)
def show(
    request: Request,
    who: Who,
    desk: DeskOf,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    sort: Annotated[str, Query(max_length=20)] = TITLE,
    down: bool = False,
    start: Annotated[int, Query(ge=0, le=10**7)] = 0,
) -> HTMLResponse:
    """A page of it; asked by htmx, the table alone."""
    by = next((one for one in SORTS if one == sort), TITLE)
    wanted = Wanted(q, kind if kind in KINDS else "", by, down, start, PAGE)
    shelf = browsing.browse(desk, who, wanted)
    part = request.headers.get("hx-target") == "works"
    return render(
        request, who, "catalogue/works.html" if part else "catalogue/catalogue.html",
        wanted=wanted, shelf=shelf, kinds=kinds(request), link=lambda **new: _link(wanted, **new),
        previous=_previous(wanted), next=_next(wanted, shelf),
        may_write=who.may("works.write"),
    )  # fmt: skip


def kinds(request: Request) -> list[tuple[str, str]]:
    """Kinds of works with what they are called."""
    said = texts(request)
    return [(kind, said(f"work_kinds.{kind}")) for kind in KINDS]


def _previous(wanted: Wanted) -> str | None:
    return _link(wanted, start=max(0, wanted.start - PAGE)) if wanted.start else None


def _next(wanted: Wanted, shelf: Shelf) -> str | None:
    end = wanted.start + PAGE
    return _link(wanted, start=end) if end < shelf.found else None


def _link(wanted: Wanted, **new: object) -> str:
    """The page with something else; what is as usual is left out."""
    said = {"q": wanted.text, "kind": wanted.kind, "sort": wanted.sort, "down": wanted.down} | new
    usual = {"q": "", "kind": "", "sort": TITLE, "down": False, "start": 0}
    told = {key: value for key, value in said.items() if usual[key] != value}
    return f"{PATH}?{urlencode(told)}" if told else PATH
