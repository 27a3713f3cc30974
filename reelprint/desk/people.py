"""Organisations, accounts and keys, for whoever administers them.

An admin keeps the accounts of the own organisation; that of an authority keeps those of holders
too, which it invites, and never another authority's. What is not theirs to keep is not there. The
store itself writes each change into the audit log (`accounts.directory`).
"""

from __future__ import annotations

from collections.abc import Iterable

from accounts.errors import NoSuchAccount, NoSuchKey, NoSuchOrganisation
from accounts.principal import Principal
from accounts.records import Account, Key, Organisation
from accounts.roles import Kind
from reelprint.desk.desk import Desk, need
from reelprint.desk.errors import NotAllowed, NotFound


def organisations(desk: Desk, who: Principal) -> list[Organisation]:
    """Those whose accounts the principal keeps, by id. Raises NotAllowed."""
    need(desk, who, "accounts.write", "organisations")
    return [one for one in desk.accounts.organisations() if _keeps(who, one)]


def add_organisation(
    desk: Desk, who: Principal, organisation: str, name: str, kind: Kind = "holder"
) -> Organisation:
    """Add a holder. Authorities are added at the command line alone: an authority sees matches
    with everybody's works. Raises NotAllowed, ValueError."""
    need(desk, who, "accounts.write", organisation[:80])
    if who.kind != "authority" or kind != "holder":
        desk.accounts.record(who, "organisation.add", organisation[:80], "refused")
        raise NotAllowed("an authority may add holders; an authority is added where the service is")
    return desk.accounts.add_organisation(organisation, name, kind, by=who)


def accounts(desk: Desk, who: Principal, organisation: str) -> list[Account]:
    """Those of an organisation, by name. Raises NotAllowed, NotFound."""
    return desk.accounts.accounts(_organisation(desk, who, organisation).id)


def account(desk: Desk, who: Principal, actor: str) -> Account:
    """One that the principal keeps. Raises NotAllowed, NotFound."""
    need(desk, who, "accounts.write", actor[:80])
    try:
        found = desk.accounts.account(actor)
        its = desk.accounts.organisation(found.organisation)
    except NoSuchAccount as error:
        raise _no_account() from error
    if not _keeps(who, its):
        raise _no_account()
    return found


def add_account(
    desk: Desk,
    who: Principal,
    organisation: str,
    actor: str,
    roles: Iterable[str],
    password: str | None = None,
) -> Account:
    """Add one. Raises NotAllowed, NotFound, ValueError."""
    its = _organisation(desk, who, organisation)
    return desk.accounts.add_account(its.id, actor, roles, password, by=who)


def set_roles(desk: Desk, who: Principal, actor: str, roles: Iterable[str]) -> Account:
    """Change what an account may do; nobody their own. Raises NotAllowed, NotFound, ValueError."""
    return desk.accounts.set_roles(account(desk, who, actor).actor, roles, by=who)


def set_password(desk: Desk, who: Principal, actor: str, password: str) -> None:
    """Give an account another password. Raises NotAllowed, NotFound, ValueError."""
    desk.accounts.set_password(account(desk, who, actor).actor, password, by=who)


def disable(desk: Desk, who: Principal, actor: str) -> None:
    """Let nobody in by an account. Raises NotAllowed, NotFound, ValueError for the own one."""
    desk.accounts.disable(account(desk, who, actor).actor, by=who)


def enable(desk: Desk, who: Principal, actor: str) -> None:
    """Let an account log in again. Raises NotAllowed, NotFound."""
    desk.accounts.enable(account(desk, who, actor).actor, by=who)


def one_time_token(desk: Desk, who: Principal, actor: str) -> str:
    """A token that logs an account in once. Raises NotAllowed, NotFound, ValueError."""
    return desk.accounts.one_time_token(account(desk, who, actor).actor, by=who)


def keys(desk: Desk, who: Principal, organisation: str) -> list[Key]:
    """Those of an organisation, in the order in which they were issued. Raises NotAllowed,
    NotFound."""
    return desk.accounts.keys(_organisation(desk, who, organisation).id)


def issue_key(
    desk: Desk,
    who: Principal,
    actor: str,
    label: str,
    roles: Iterable[str] | None = None,
    expires_at: str | None = None,
) -> tuple[str, Key]:
    """A new key, shown this once. Raises NotAllowed, NotFound, ValueError."""
    owner = account(desk, who, actor).actor
    return desk.accounts.issue_key(owner, label, roles, expires_at, by=who)


def revoke_key(desk: Desk, who: Principal, key_id: str) -> None:
    """Let nobody in by a key. Raises NotAllowed, NotFound."""
    need(desk, who, "accounts.write", key_id[:80])
    try:
        found = desk.accounts.key(key_id)
        account(desk, who, found.actor)
    except (NoSuchKey, NotFound) as error:
        raise NotFound("there is no such key") from error
    desk.accounts.revoke_key(found.id, by=who)


def _organisation(desk: Desk, who: Principal, organisation: str) -> Organisation:
    need(desk, who, "accounts.write", organisation[:80])
    try:
        found = desk.accounts.organisation(organisation)
    except NoSuchOrganisation as error:
        raise _no_organisation() from error
    if not _keeps(who, found):
        raise _no_organisation()
    return found


def _keeps(who: Principal, organisation: Organisation) -> bool:
    own = organisation.id == who.organisation
    return own or (who.kind == "authority" and organisation.kind == "holder")


def _no_account() -> NotFound:
    return NotFound("there is no such account")


def _no_organisation() -> NotFound:
    return NotFound("there is no such organisation")
