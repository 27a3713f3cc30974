"""Accounts, as an administrator keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from accounts.errors import KeyWithoutRole
from accounts.principal import Principal
from accounts.records import Account, Key
from accounts.roles import DUTIES, OPEN_TO, ROLES, Kind, Role
from reelprint.console import flash
from reelprint.console.rendering import render, texts
from reelprint.desk import people
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotFound
from reelprint.service.security import DeskOf, Who

PATH = "/accounts"

router = APIRouter(prefix=PATH)

Text = Annotated[str, Form(max_length=400)]
Roles = Annotated[list[str] | None, Form(max_length=len(ROLES))]


@router.get("")
def show(
    request: Request,
    who: Who,
    desk: DeskOf,
    organisation: Annotated[str, Query(max_length=80)] = "",
) -> HTMLResponse:
    """The accounts of an organisation; of the reader's own unless another is named."""
    return _list(request, who, desk, organisation)


@router.post("")
def add(
    request: Request,
    who: Who,
    desk: DeskOf,
    actor: Text,
    organisation: Text,
    password: Annotated[str, Form(max_length=4000)] = "",
    roles: Roles = None,
) -> Response:
    """Add an account."""
    try:
        made = people.add_account(desk, who, actor, roles or (), organisation, password or None)
    except ValueError as error:
        return _list(request, who, desk, organisation, 422, str(error), actor)
    return flash.go(request, _at(made.actor), "account_added", account=made.actor)


@router.post("/organisations")
def add_organisation(request: Request, who: Who, desk: DeskOf, id: Text, name: Text) -> Response:
    """Add an organisation of holders."""
    try:
        made = people.add_organisation(desk, who, id, name)
    except ValueError as error:
        return _list(request, who, desk, "", 422, str(error))
    there = f"{PATH}?organisation={quote(made.id)}"
    return flash.go(request, there, "organisation_added", organisation=made.name)


@router.get("/{actor}")
def one(request: Request, who: Who, desk: DeskOf, actor: str) -> HTMLResponse:
    """One account with its keys."""
    return _one(request, who, desk, actor)


@router.post("/{actor}/roles")
def set_roles(
    request: Request, who: Who, desk: DeskOf, actor: str, roles: Roles = None
) -> Response:
    """Change what it may do."""
    try:
        people.set_roles(desk, who, actor, roles or ())
    except ValueError as error:
        return _one(request, who, desk, actor, 422, error=str(error))
    return flash.go(request, _at(actor), "roles_saved", account=actor)


@router.post("/{actor}/disable")
def disable(request: Request, who: Who, desk: DeskOf, actor: str) -> Response:
    """Let nobody in by it any more."""
    try:
        people.disable(desk, who, actor)
    except ValueError as error:
        return _one(request, who, desk, actor, 422, error=str(error))
    return flash.go(request, _at(actor), "account_disabled", account=actor)


@router.post("/{actor}/enable")
def enable(request: Request, who: Who, desk: DeskOf, actor: str) -> Response:
    """Let it log in again."""
    people.enable(desk, who, actor)
    return flash.go(request, _at(actor), "account_enabled", account=actor)


@router.post("/{actor}/link")
def link(request: Request, who: Who, desk: DeskOf, actor: str) -> HTMLResponse:
    """An address that logs it in once, shown on the page that answers and never again."""
    return _one(request, who, desk, actor, link=people.login_link(desk, who, actor))


@router.post("/{actor}/keys")
def issue(
    request: Request,
    who: Who,
    desk: DeskOf,
    actor: str,
    label: Text,
    expires: Annotated[str, Form(max_length=40)] = "",
    roles: Roles = None,
) -> HTMLResponse:
    """A new key, shown likewise."""
    try:
        secret, _ = people.issue_key(desk, who, label, actor, roles or [], expires or None)
    except KeyWithoutRole:
        needed = texts(request)("account.key_needs_role")
        return _one(request, who, desk, actor, 422, error=needed)
    except ValueError as error:
        return _one(request, who, desk, actor, 422, error=str(error))
    return _one(request, who, desk, actor, secret=secret)


@router.post("/{actor}/keys/{key_id}/revoke")
def revoke(request: Request, who: Who, desk: DeskOf, actor: str, key_id: str) -> Response:
    """Let nobody in by a key."""
    account = people.account(desk, who, actor)
    found = next((key for key in _keys(desk, who, account) if key.id == key_id), None)
    if found is None:
        raise NotFound("there is no such key")
    people.revoke_key(desk, who, found.id)
    return flash.go(request, _at(actor), "key_revoked", label=found.label)


def _list(
    request: Request,
    who: Principal,
    desk: Desk,
    organisation: str,
    status: int = 200,
    error: str | None = None,
    actor: str = "",
) -> HTMLResponse:
    there = people.organisations(desk, who)
    shown = next((o for o in there if o.id == (organisation or who.organisation)), None)
    if shown is None:
        raise NotFound("there is no such organisation")
    counts = [key.actor for key in people.keys(desk, who, shown.id) if key.revoked_at is None]
    found = people.accounts(desk, who, shown.id)
    return render(
        request, who, "accounts.html", status,
        organisations=there, organisation=shown, error=error, actor=actor,
        accounts=[(one, _ordered(one.roles), counts.count(one.actor)) for one in found],
        duties=_duties(shown.kind), may_add=who.kind == "authority",
    )  # fmt: skip


def _one(
    request: Request,
    who: Principal,
    desk: Desk,
    actor: str,
    status: int = 200,
    secret: str | None = None,
    link: str | None = None,
    error: str | None = None,
) -> HTMLResponse:
    account = people.account(desk, who, actor)
    return render(
        request, who, "account_of.html", status,
        account=account, roles=_ordered(account.roles), keys=_keys(desk, who, account),
        secret=secret, link=link, error=error, duties=_duties(account.kind),
        is_own=account.number == who.account,
    )  # fmt: skip


def _keys(desk: Desk, who: Principal, account: Account) -> list[Key]:
    return [
        one for one in people.keys(desk, who, account.organisation) if one.actor == account.actor
    ]


def _ordered(roles: frozenset[Role]) -> list[Role]:
    return [role for role in ROLES if role in roles]


def _duties(kind: Kind) -> list[tuple[Role, Sequence[str]]]:
    """The roles that mean something in an organisation of this kind, with what each may do there,
    by keys of the texts."""
    allowed = {role: sorted(DUTIES[role].acts & OPEN_TO[kind]) for role in ROLES}
    return [
        (role, [act.replace(".", "_") for act in acts]) for role, acts in allowed.items() if acts
    ]


def _at(actor: str) -> str:
    return f"{PATH}/{quote(actor)}"
