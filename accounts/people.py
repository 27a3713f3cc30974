"""Organisations and accounts, within one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sqlalchemy import delete, select, update

from accounts import names
from accounts.auditing import By
from accounts.errors import Exists, NoSuchAccount, NoSuchOrganisation
from accounts.models import AccountRow, KeyRow, OneTimeRow, OrganisationRow, SessionRow
from accounts.moment import Moment
from accounts.principal import Principal
from accounts.records import Account, Organisation
from accounts.roles import Kind, Role


def to_organisation(row: OrganisationRow) -> Organisation:
    """What is known of one."""
    return Organisation(row.id, row.name, cast(Kind, row.kind), row.added_at)


def to_account(row: AccountRow) -> Account:
    """What is known of one."""
    return Account(
        *(row.number, row.actor, row.organisation, cast(Kind, row.home.kind), roles_of(row.roles)),
        *(row.password is not None, row.added_at, row.disabled_at),
    )


def roles_of(kept: str) -> frozenset[Role]:
    """Roles as they are kept; none for what is none, so that nobody gets more by it."""
    return frozenset(cast(Role, one) for one in kept.split())


def kept_roles(roles: Iterable[Role]) -> str:
    """Roles as a text."""
    return " ".join(sorted(roles))


def organisation(at: Moment, name: str) -> OrganisationRow:
    """The one of this id. Raises NoSuchOrganisation."""
    row = at.rows.get(OrganisationRow, name) if names.is_organisation(name) else None
    if row is None:
        raise NoSuchOrganisation(f"there is no organisation {name[:80]!r}")
    return row


def organisations(at: Moment) -> list[OrganisationRow]:
    """All of them, by id."""
    return list(at.rows.scalars(select(OrganisationRow).order_by(OrganisationRow.id)))


def account(at: Moment, actor: str) -> AccountRow:
    """The one of this name. Raises NoSuchAccount."""
    if (row := find(at, actor)) is None:
        raise NoSuchAccount(f"there is no account {actor[:80]!r}")
    return row


def find(at: Moment, actor: str) -> AccountRow | None:
    """The account of this name, if there is one."""
    try:
        name = names.actor(actor)
    except ValueError:
        return None
    return at.rows.scalar(select(AccountRow).where(AccountRow.actor == name))


def accounts(at: Moment, of: str | None) -> list[AccountRow]:
    """Those of an organisation, or all, by name."""
    wanted = select(AccountRow).order_by(AccountRow.actor)
    return list(
        at.rows.scalars(wanted if of is None else wanted.where(AccountRow.organisation == of))
    )


def add_organisation(at: Moment, name: str, title: str, kind: Kind) -> OrganisationRow:
    """A new one. Raises Exists."""
    if at.rows.get(OrganisationRow, name) is not None:
        raise Exists(f"there is an organisation {name} already")
    row = OrganisationRow(id=name, name=title, kind=kind, added_at=at.at)
    at.rows.add(row)
    at.rows.flush()
    return row


def add_account(
    at: Moment, of: str, actor: str, roles: frozenset[Role], password: str | None
) -> AccountRow:
    """A new one. Raises Exists, NoSuchOrganisation."""
    if find(at, actor) is not None:
        raise Exists(f"there is an account {actor} already")
    row = AccountRow(actor=actor, organisation=organisation(at, of).id, added_at=at.at)
    row.roles, row.password = kept_roles(roles), password
    at.rows.add(row)
    at.rows.flush()
    return row


def shut_out(at: Moment, row: AccountRow) -> None:
    """End what an account is logged in with."""
    for table in (SessionRow, OneTimeRow):
        at.rows.execute(delete(table).where(table.account == row.number))


def revoke_keys(at: Moment, row: AccountRow) -> None:
    """Revoke all keys of an account."""
    mine = (KeyRow.account == row.number, KeyRow.revoked_at.is_(None))
    at.rows.execute(update(KeyRow).where(*mine).values(revoked_at=at.at))


def given_by(by: By, row: AccountRow) -> frozenset[Role]:
    """The roles of an account that somebody may give to a key of it: of one's own account, those
    that one is let in with."""
    held = roles_of(row.roles)
    return held & by.roles if isinstance(by, Principal) and by.account == row.number else held


def refuse_own_key(by: By, row: AccountRow) -> None:
    """Raise ValueError where a key of an account would become more than a key."""
    if isinstance(by, Principal) and by.account == row.number and by.via == "key":
        raise ValueError("a key does not do this to its own account: log in")


def refuse_own(by: By, row: AccountRow) -> None:
    """Raise ValueError where somebody would change their own roles."""
    if isinstance(by, Principal) and by.account == row.number:
        raise ValueError("nobody changes their own roles: somebody else is to do it")
