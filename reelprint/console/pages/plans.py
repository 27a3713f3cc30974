"""Plans of a case that the service carries out: started, stopped, and how far they are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import HTMLResponse, Response

from accounts.principal import Principal
from reelprint.console import flash
from reelprint.console.rendering import render
from reelprint.desk import cases, plans
from reelprint.desk.desk import Desk
from reelprint.desk.plans import NewPlan
from reelprint.service.security import DeskOf, Who

Case = Annotated[str, Path(max_length=64)]

router = APIRouter(prefix="/cases/{case_id}")


@router.get("/plans")
def show(request: Request, who: Who, desk: DeskOf, case_id: Case) -> HTMLResponse:
    """The part of a case's page that renews itself."""
    shown = values(desk, who, case_id)
    return render(request, who, "case_plans.html", case_at=_at(case_id), **shown)


@router.post("/plans")
def start(
    request: Request,
    who: Who,
    desk: DeskOf,
    case_id: Case,
    source: Annotated[str, Form(max_length=8192)],
    site: Annotated[str, Form(max_length=300)] = "",
    begin: Annotated[str, Form(max_length=40)] = "",
    together: Annotated[bool, Form()] = False,
    examine: Annotated[bool, Form()] = False,
) -> Response:
    """Have a live stream sampled at moments that are drawn now."""
    try:
        asked = NewPlan(source.strip(), site.strip() or None, _moment(begin), together, examine)
        plans.start(desk, who, case_id, asked)
    except ValueError as error:
        return flash.go(request, _at(case_id), "not_done", bad=True, why=str(error))
    return flash.go(request, _at(case_id), "plan_started")


@router.post("/plans/{plan_id}/stop")
def stop(
    request: Request,
    who: Who,
    desk: DeskOf,
    case_id: Case,
    plan_id: Annotated[str, Path(max_length=64)],
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Have it carried out no longer."""
    try:
        plans.stop(desk, who, case_id, plan_id, reason)
    except ValueError as error:
        return flash.go(request, _at(case_id), "not_done", bad=True, why=str(error))
    return flash.go(request, _at(case_id), "plan_stopped")


@router.post("/watch")
def watch(request: Request, who: Who, desk: DeskOf, case_id: Case) -> Response:
    """Have samples examined as they come."""
    cases.watch(desk, who, case_id)
    return flash.go(request, _at(case_id), "watching")


def values(desk: Desk, who: Principal, case_id: str) -> dict[str, Any]:
    """What the part that renews itself is made of."""
    found = plans.progress(desk, who, case_id)
    return {"plans": found, "is_going": any(one.state == "going" for one in found)}


def _moment(said: str) -> datetime | None:
    """A time as a form has it, in UTC. Raises ValueError."""
    if not said.strip():
        return None
    found = datetime.fromisoformat(said.strip())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _at(case_id: str) -> str:
    return f"/cases/{quote(case_id, safe='')}"
