"""API keys, within one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts import names, tokens
from accounts.errors import KeyWithoutRole, NoSuchKey
from accounts.models import AccountRow, KeyRow
from accounts.moment import Moment
from accounts.people import kept_roles, roles_of
from accounts.records import Key
from accounts.roles import Role
from capture.clock import iso

# In one query, whatever is found.
_WITH_OWNER = joinedload(KeyRow.owner).joinedload(AccountRow.home)
USED_EVERY_S = 600.0  # how exactly it is known when a key was last used


def to_key(row: KeyRow) -> Key:
    """What is known of one."""
    owner = row.owner
    return Key(
        *(row.id, owner.actor, owner.organisation, row.label, roles_of(row.roles)),
        *(row.issued_at, row.expires_at, row.revoked_at, row.used_at),
    )


def wanted(said: Iterable[str] | None) -> frozenset[Role] | None:
    """The roles that are asked for; None: all that there are. Raises KeyWithoutRole, ValueError."""
    if said is None:
        return None
    if not (some := frozenset(said)):
        raise KeyWithoutRole
    return names.roles(some)


def issue(
    at: Moment,
    owner: AccountRow,
    label: str,
    most: frozenset[Role],
    wanted: frozenset[Role] | None,
    until: str | None,
) -> tuple[str, KeyRow]:
    """A new key, which is nowhere kept, and what is known of it; with all roles that it may have
    unless some are wanted. Raises ValueError."""
    given = most if wanted is None else wanted
    if beyond := given - most:
        raise ValueError(
            f"a key of {owner.actor} may do no more than its account: no {min(beyond)}"
        )
    if owner.disabled_at is not None:
        raise ValueError(f"{owner.actor} is disabled")
    secret = tokens.new(tokens.KEY)
    row = KeyRow(id=f"k_{secrets.token_hex(8)}", digest=tokens.digest(secret), label=label)
    row.owner, row.roles, row.issued_at = owner, kept_roles(given), at.at
    row.expires_at = None if until is None else _in_the_future(at, until)
    at.rows.add(row)
    at.rows.flush()
    return secret, row


def find(at: Moment, secret: str) -> KeyRow | None:
    """The key that somebody shows, if it is one that counts now."""
    digest = tokens.digest(secret)
    row = at.rows.scalar(select(KeyRow).where(KeyRow.digest == digest).options(_WITH_OWNER))
    right = tokens.same(row.digest if row else tokens.NO_DIGEST, digest)
    return row if row and right and counts(at, row) else None


def counts(at: Moment, row: KeyRow) -> bool:
    """Whether a key is neither revoked nor expired, nor its account disabled."""
    alive = row.expires_at is None or at.at < row.expires_at
    return alive and row.revoked_at is None and row.owner.disabled_at is None


def is_stale(at: Moment, row: KeyRow) -> bool:
    """Whether it is to be noted that a key was used."""
    return row.used_at is None or row.used_at <= at.later(-USED_EVERY_S)


def named(at: Moment, key_id: str) -> KeyRow:
    """The one of this id. Raises NoSuchKey."""
    row = at.rows.get(KeyRow, key_id) if names.is_key(key_id) else None
    if row is None:
        raise NoSuchKey(f"there is no key {key_id[:80]!r}")
    return row


def of(at: Moment, organisation: str | None) -> list[KeyRow]:
    """Those of an organisation, or all, in the order in which they were issued."""
    wanted = select(KeyRow).join(KeyRow.owner).order_by(KeyRow.issued_at, KeyRow.id)
    its = AccountRow.organisation == organisation
    return list(at.rows.scalars(wanted if organisation is None else wanted.where(its)))


def _in_the_future(at: Moment, until: str) -> str:
    found = names.moment(until)
    if found <= at.now:
        raise ValueError(f"{until} has passed: a key expires in the future")
    return iso(found)
