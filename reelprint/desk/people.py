"""Organisations, accounts and keys, as an administrator keeps them.

An administrator keeps the accounts of the own organisation alone: to give oneself a role elsewhere
would be a way to that organisation's evidence. An authority's may also add organisations, each with
its first administrator, who keeps it from then on (decision 40).
"""

from __future__ import annotations

from collections.abc import Iterable

from accounts.errors import NoSuchAccount, NoSuchKey
from accounts.principal import Principal
from accounts.records import Account, Key, Organisation
from accounts.roles import Kind
from reelprint.desk.desk import Desk, need
from reelprint.desk.errors import NotAllowed, NotFound

ACT = "accounts.write"


def organisations(desk: Desk, who: Principal) -> list[Organisation]:
    """Those that the principal may know of: its own, and to an authority all. Raises NotAllowed."""
    need(desk, who, ACT, "organisations")
    there = desk.accounts.organisations()
    return [one for one in there if who.kind == "authority" or one.id == who.organisation]


def add_organisation(
    desk: Desk, who: Principal, organisation: str, name: str, kind: Kind, admin: str
) -> str:
    """Add an organisation with its first administrator; a one-time token that logs that one in.
    Raises NotAllowed, Exists, ValueError."""
    need(desk, who, ACT, f"organisation {organisation[:80]}")
    if who.kind != "authority":
        desk.accounts.record(who, ACT, f"organisation {organisation[:80]}", "refused", {})
        raise NotAllowed("only an authority adds organisations")
    made = desk.accounts.add_organisation(organisation, name, kind, by=who)
    account = desk.accounts.add_account(made.id, admin, ["admin"], by=who)
    return desk.accounts.one_time_token(account.actor, by=who)


def accounts(desk: Desk, who: Principal) -> list[Account]:
    """The accounts of the principal's organisation, by name. Raises NotAllowed."""
    need(desk, who, ACT, "accounts")
    return desk.accounts.accounts(who.organisation)


def account(desk: Desk, who: Principal, actor: str) -> tuple[Account, list[Key]]:
    """One of them with its keys, the newest last. Raises NotAllowed, NotFound."""
    found = _own(desk, who, actor)
    keys = desk.accounts.keys(who.organisation)
    return found, [one for one in keys if one.actor == found.actor]


def add_account(
    desk: Desk, who: Principal, actor: str, roles: Iterable[str], password: str | None
) -> Account:
    """Add an account to the principal's organisation. Raises NotAllowed, Exists, ValueError."""
    need(desk, who, ACT, f"account {actor[:80]}")
    return desk.accounts.add_account(who.organisation, actor, roles, password, by=who)


def set_roles(desk: Desk, who: Principal, actor: str, roles: Iterable[str]) -> Account:
    """Change what an account may do; nobody changes their own. Raises NotAllowed, NotFound,
    ValueError."""
    return desk.accounts.set_roles(_own(desk, who, actor).actor, roles, by=who)


def log_in_link(desk: Desk, who: Principal, actor: str) -> str:
    """A one-time token for an account that has no password, or forgot it. Raises NotAllowed,
    NotFound."""
    return desk.accounts.one_time_token(_own(desk, who, actor).actor, by=who)


def disable(desk: Desk, who: Principal, actor: str) -> None:
    """Let nobody in by an account any more. Raises NotAllowed, NotFound, ValueError."""
    desk.accounts.disable(_own(desk, who, actor).actor, by=who)


def enable(desk: Desk, who: Principal, actor: str) -> None:
    """Let an account log in again. Raises NotAllowed, NotFound, ValueError."""
    desk.accounts.enable(_own(desk, who, actor).actor, by=who)


def issue_key(
    desk: Desk, who: Principal, actor: str, label: str, roles: Iterable[str], until: str | None
) -> tuple[str, Key]:
    """A new key of an account, which is shown this once. Raises NotAllowed, NotFound,
    ValueError."""
    owner = _own(desk, who, actor)
    return desk.accounts.issue_key(owner.actor, label, roles, until, by=who)


def revoke_key(desk: Desk, who: Principal, actor: str, key_id: str) -> None:
    """Let nobody in by a key. Raises NotAllowed, NotFound."""
    owner = _own(desk, who, actor)
    try:
        found = desk.accounts.key(key_id)
    except NoSuchKey as error:
        raise NotFound("there is no such key") from error
    if found.actor != owner.actor:
        raise NotFound("there is no such key")
    desk.accounts.revoke_key(found.id, by=who)


def _own(desk: Desk, who: Principal, actor: str) -> Account:
    need(desk, who, ACT, f"account {actor[:80]}")
    try:
        found = desk.accounts.account(actor)
    except NoSuchAccount as error:
        raise NotFound("there is no such account") from error
    if found.organisation != who.organisation:
        desk.accounts.record(who, ACT, f"account {actor[:80]}", "refused", {})
        raise NotFound("there is no such account")
    return found
