"""One's own account: what it may do, its keys, and how the pages look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from accounts.errors import KeyWithoutRole
from accounts.principal import Principal
from accounts.records import Key
from reelprint.console import flash
from reelprint.console.rendering import render, texts
from reelprint.desk import people
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotAllowed, NotFound
from reelprint.service.security import DeskOf, Who

DAYS = ("30", "90", "365", "")  # how long a key may count; the last: for ever

router = APIRouter()


@router.get("/account")
def show(request: Request, who: Who, desk: DeskOf) -> HTMLResponse:
    """The page."""
    return _page(request, who, desk)


@router.post("/account/keys")
def issue(
    request: Request,
    who: Who,
    desk: DeskOf,
    label: Annotated[str, Form(max_length=200)],
    days: Annotated[str, Form()] = DAYS[1],
    roles: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:
    """A new key, shown on the page that answers and never again."""
    _need_session(who)
    try:
        secret, key = people.issue_key(desk, who, label, None, roles or [], _end(days))
    except KeyWithoutRole:
        problem = texts(request)("account.key_needs_role")
        return _page(request, who, desk, 422, problem=problem)
    except ValueError as error:
        return _page(request, who, desk, 422, problem=str(error))
    return _page(request, who, desk, secret=secret, fresh=key.id)


@router.post("/account/keys/{key_id}/revoke")
def revoke(request: Request, who: Who, desk: DeskOf, key_id: str) -> Response:
    """Let nobody in by one of one's keys."""
    _need_session(who)
    found = next((key for key in _own(desk, who) if key.id == key_id), None)
    if found is None:
        raise NotFound("you have no such key")
    desk.accounts.revoke_key(found.id, by=who)
    return flash.go(request, "/account", "key_revoked", label=found.label)


def _page(
    request: Request,
    who: Principal,
    desk: Desk,
    status: int = 200,
    secret: str | None = None,
    fresh: str | None = None,
    problem: str | None = None,
) -> HTMLResponse:
    keys = sorted(_own(desk, who), key=lambda key: key.issued_at, reverse=True)
    return render(
        request, who, "account.html", status,
        keys=[(key, _state(key)) for key in keys], secret=secret, fresh=fresh, problem=problem,
        roles=sorted(who.roles), organisation=desk.accounts.organisation(who.organisation),
        days=DAYS,
    )  # fmt: skip


def _need_session(who: Principal) -> None:
    # A key that could make keys could outlive being revoked.
    if who.via != "session":
        raise NotAllowed("keys are made and revoked by who is logged in, not by a key")


def _own(desk: Desk, who: Principal) -> list[Key]:
    return [key for key in desk.accounts.keys(who.organisation) if key.actor == who.actor]


def _state(key: Key) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is not None and datetime.fromisoformat(key.expires_at) <= datetime.now(UTC):
        return "expired"
    return "active"


def _end(days: str) -> str | None:
    if days not in DAYS or not days:
        return None
    return (datetime.now(UTC) + timedelta(days=int(days))).isoformat(timespec="seconds")
