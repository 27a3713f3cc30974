"""Accounts: whom an administrator lets in, and the keys that people have.

An administrator of an authority also keeps the organisations of holders; other authorities are
made, and their first accounts, at the command line. What is changed stands in the audit log, which
the accounts themselves keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from accounts.errors import NoSuchAccount, NoSuchKey, NoSuchOrganisation
from accounts.principal import Principal
from accounts.records import Account, Key, Organisation
from reelprint.desk.desk import Desk, need
from reelprint.desk.errors import NotAllowed, NotFound

Found = TypeVar("Found")


def organisations(desk: Desk, who: Principal) -> list[Organisation]:
    """Those whose accounts the principal keeps. Raises NotAllowed."""
    need(desk, who, "accounts.write", "organisations")
    return [one for one in desk.accounts.organisations() if _keeps(who, one)]


def add_organisation(desk: Desk, who: Principal, organisation: str, name: str) -> Organisation:
    """Add an organisation of holders. Raises NotAllowed, Exists, ValueError."""
    need(desk, who, "accounts.write", organisation)
    if who.kind != "authority":
        desk.accounts.record(who, "organisation.add", organisation, "refused")
        raise NotAllowed("an authority adds organisations")
    return desk.accounts.add_organisation(organisation, name, "holder", by=who)


def accounts(desk: Desk, who: Principal, organisation: str | None = None) -> list[Account]:
    """Those of an organisation, of one's own unless another is named. Raises NotAllowed,
    NotFound."""
    need(desk, who, "accounts.write", "accounts")
    return desk.accounts.accounts(_kept(desk, who, organisation or who.organisation).id)


def account(desk: Desk, who: Principal, actor: str) -> Account:
    """One of them. Raises NotAllowed, NotFound."""
    need(desk, who, "accounts.write", actor)
    return _account(desk, who, actor)


def add_account(
    desk: Desk,
    who: Principal,
    actor: str,
    roles: Iterable[str],
    organisation: str | None = None,
    password: str | None = None,
) -> Account:
    """Add one; without a password it logs in by a link, or OIDC. Raises NotAllowed, NotFound,
    Exists, ValueError."""
    need(desk, who, "accounts.write", actor)
    kept = _kept(desk, who, organisation or who.organisation)
    return desk.accounts.add_account(kept.id, actor, roles, password, by=who)


def set_roles(desk: Desk, who: Principal, actor: str, roles: Iterable[str]) -> Account:
    """Change what somebody else may do. Raises NotAllowed, NotFound, ValueError."""
    need(desk, who, "accounts.write", actor)
    return desk.accounts.set_roles(_account(desk, who, actor).actor, roles, by=who)


def disable(desk: Desk, who: Principal, actor: str) -> Account:
    """Let somebody else in no more; their sessions end, their keys are revoked. Raises NotAllowed,
    NotFound, ValueError."""
    need(desk, who, "accounts.write", actor)
    desk.accounts.disable(_account(desk, who, actor).actor, by=who)
    return _account(desk, who, actor)


def enable(desk: Desk, who: Principal, actor: str) -> Account:
    """Let somebody log in again. Raises NotAllowed, NotFound, ValueError."""
    need(desk, who, "accounts.write", actor)
    desk.accounts.enable(_account(desk, who, actor).actor, by=who)
    return _account(desk, who, actor)


def login_link(desk: Desk, who: Principal, actor: str) -> str:
    """An address that logs somebody in once, within a quarter of an hour. Raises NotAllowed,
    NotFound."""
    need(desk, who, "accounts.write", actor)
    token = desk.accounts.one_time_token(_account(desk, who, actor).actor, by=who)
    return link_of(desk, token)


def link_of(desk: Desk, token: str) -> str:
    """The address that a one-time token is shown at."""
    return f"{desk.config.url}/login?token={token}"


def keys(desk: Desk, who: Principal, organisation: str | None = None) -> list[Key]:
    """The keys of an organisation, for who keeps it; one's own, for anybody else. Raises
    NotFound."""
    if who.may("accounts.write"):
        return desk.accounts.keys(_kept(desk, who, organisation or who.organisation).id)
    own = desk.accounts.keys(who.organisation)
    return [one for one in own if one.actor == who.actor]


def issue_key(
    desk: Desk,
    who: Principal,
    label: str,
    actor: str | None = None,
    roles: Iterable[str] | None = None,
    expires_at: str | None = None,
) -> tuple[str, Key]:
    """A new key, which is shown this once: for oneself, or, by who keeps accounts, for another.
    A key alone makes no keys. Raises NotAllowed, NotFound, ValueError."""
    owner = who.actor if actor is None else actor
    if owner != who.actor:
        need(desk, who, "accounts.write", owner)
        owner = _account(desk, who, owner).actor
    if who.via == "key" and not who.may("accounts.write"):
        desk.accounts.record(who, "key.issue", owner, "refused")
        raise NotAllowed("log in to get a key: a key alone makes none")
    return desk.accounts.issue_key(owner, label, roles, expires_at, by=who)


def revoke_key(desk: Desk, who: Principal, key_id: str) -> None:
    """Let nobody in by a key of one's own, or of whom one keeps the account. Raises NotFound."""
    found = _or_not_found(lambda: desk.accounts.key(key_id), "there is no such key")
    is_own = found.actor == who.actor and found.organisation == who.organisation
    if not is_own:
        if not who.may("accounts.write"):
            raise NotFound("there is no such key")
        _or_not_found(lambda: _account(desk, who, found.actor), "there is no such key")
    desk.accounts.revoke_key(key_id, by=who)


def _account(desk: Desk, who: Principal, actor: str) -> Account:
    """An account that the principal keeps. Raises NotFound."""
    found = _or_not_found(lambda: desk.accounts.account(actor), "there is no such account")
    _or_not_found(lambda: _kept(desk, who, found.organisation), "there is no such account")
    return found


def _kept(desk: Desk, who: Principal, organisation: str) -> Organisation:
    """An organisation whose accounts the principal keeps. Raises NotFound."""
    message = "there is no such organisation"
    found = _or_not_found(lambda: desk.accounts.organisation(organisation), message)
    if not _keeps(who, found):
        raise NotFound(message)
    return found


def _keeps(who: Principal, one: Organisation) -> bool:
    return one.id == who.organisation or (who.kind == "authority" and one.kind == "holder")


def _or_not_found(find: Callable[[], Found], message: str) -> Found:
    try:
        return find()
    except (NoSuchAccount, NoSuchKey, NoSuchOrganisation, NotFound) as error:
        raise NotFound(message) from error
