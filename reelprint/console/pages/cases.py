"""The list of cases, and opening one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from accounts.principal import Principal
from reelprint.console import flash
from reelprint.console.rendering import render
from reelprint.desk import cases
from reelprint.desk.cases import NewCase
from reelprint.desk.desk import need
from reelprint.service.security import DeskOf, Who

ON_A_PAGE = 50
EMPTY = NewCase("", "")
Number = Annotated[str, Form(max_length=20)]


@dataclass(frozen=True, slots=True)
class Live:
    """How live streams are sampled, as the form says it in numbers."""

    per_hour: str = ""  # empty: the form says it otherwise
    each_s: str = "60"
    hours: str = "4"

    @property
    def name(self) -> str:
        """What the sampling policy is called.

        >>> Live("3").name, Live().name
        ('live-3x60s-per-hour-for-4h', '')
        """
        return f"live-{self.per_hour}x{self.each_s}s-per-hour-for-{self.hours}h" * bool(
            self.per_hour
        )


LIVE = Live()
router = APIRouter()


@router.get("/cases")
def show(
    request: Request,
    who: Who,
    desk: DeskOf,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> HTMLResponse:
    """The cases of the reader's organisation."""
    found, last = cases.cases(desk, who, after, ON_A_PAGE)
    more = f"/cases?after={quote(last)}" if last else None
    return render(request, who, "cases.html", cases=found, next=more, is_first=after is None)


@router.get("/cases/new")
def ask(request: Request, who: Who, desk: DeskOf) -> HTMLResponse:
    """The form."""
    need(desk, who, "cases.write", "case")
    return _form(request, who, EMPTY)


@router.post("/cases")
def open_one(
    request: Request,
    who: Who,
    desk: DeskOf,
    case_id: Annotated[str, Form(max_length=200)],
    authority: Annotated[str, Form(max_length=4000)],
    territory: Annotated[str, Form(max_length=20)] = "",
    sampling: Annotated[str, Form(max_length=200)] = EMPTY.sampling,
    policy: Annotated[str, Form(max_length=200)] = EMPTY.policy,
    per_hour: Number = "",
    each_s: Number = "",
    hours: Number = "",
) -> Response:
    """Open a case, and go to it; what cannot be opened is said on the form."""
    live = Live(per_hour.strip(), each_s.strip() or LIVE.each_s, hours.strip() or LIVE.hours)
    how = live.name or sampling
    asked = NewCase(case_id.strip(), authority, territory.strip() or None, how, policy)
    try:
        made = cases.open_case(desk, who, asked)
    except ValueError as error:
        return _form(request, who, replace(asked, sampling=sampling), 422, str(error), live)
    return flash.go(request, f"/cases/{quote(made.case_id)}", "case_opened", case=made.case_id)


def _form(
    request: Request,
    who: Principal,
    said: NewCase,
    status: int = 200,
    error: str | None = None,
    live: Live = LIVE,
) -> HTMLResponse:
    return render(request, who, "case_new.html", status, said=said, error=error, live=live)
