"""Logging in and out: by a password, a one-time link, or an OpenID provider."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from accounts.errors import NotKnown, Throttled
from accounts.records import Session
from reelprint.console import flash
from reelprint.console.preferences import local
from reelprint.console.rendering import render
from reelprint.service import cookies
from reelprint.service.security import Anyone, DeskOf, SessionOf, address_of, check_origin

router = APIRouter()

Next = Annotated[str, Query(alias="next", max_length=2000)]
Then = Annotated[str, Form(alias="next", max_length=2000)]


@router.get("/login", dependencies=[Anyone])
def show(
    request: Request,
    desk: DeskOf,
    then: Next = "/",
    token: Annotated[str | None, Query(max_length=200)] = None,
) -> HTMLResponse:
    """The form; with `token`, a button that spends it. A link alone spends nothing, for programs
    that look into messages follow links."""
    return _form(request, desk, then, token=token)


@router.post("/login", dependencies=[Anyone])
def log_in(
    request: Request,
    desk: DeskOf,
    actor: Annotated[str, Form(max_length=400)],
    password: Annotated[str, Form(max_length=4000)],
    then: Then = "/",
) -> Response:
    """Let somebody in by a password."""
    check_origin(request)
    try:
        session = desk.accounts.log_in(actor.strip(), password, address_of(request))
    except NotKnown:
        return _form(request, desk, then, 401, "login.wrong", actor)
    except Throttled as error:
        return _form(request, desk, then, 429, "login.throttled", actor, wait=error.retry_after_s)
    return _in(request, desk, session, then)


@router.post("/login/once", dependencies=[Anyone])
def log_in_once(
    request: Request, desk: DeskOf, token: Annotated[str, Form(max_length=200)], then: Then = "/"
) -> Response:
    """Let somebody in by a one-time link."""
    check_origin(request)
    try:
        session = desk.accounts.log_in_by_token(token)
    except NotKnown:
        return _form(request, desk, then, 401, "login.spent")
    return _in(request, desk, session, then)


@router.post("/logout")
def log_out(request: Request, desk: DeskOf, session: SessionOf) -> Response:
    """End the session."""
    if session is not None:
        desk.accounts.log_out(session.token)
    response = flash.go(request, "/login", "logged_out")
    cookies.drop(response, cookies.SESSION, desk.config)
    return response


def _in(request: Request, desk: DeskOf, session: Session, then: str) -> Response:
    if (before := cookies.shown(request, cookies.SESSION, desk.config)) is not None:
        desk.accounts.log_out(before)
    response = RedirectResponse(local(then), 303)
    cookies.put(response, cookies.SESSION, session.token, desk.config)
    return response


def _form(
    request: Request,
    desk: DeskOf,
    then: str,
    status: int = 200,
    problem: str | None = None,
    actor: str = "",
    wait: float = 0.0,
    token: str | None = None,
) -> HTMLResponse:
    return render(
        request, None, "login.html", status,
        then=local(then), problem=problem, actor=actor, wait=round(wait), token=token,
        oidc=desk.config.oidc is not None,
    )  # fmt: skip
