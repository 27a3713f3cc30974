"""Who accounts are to OpenID providers, within one transaction."""

from __future__ import annotations

from sqlalchemy import select

from accounts import people
from accounts.models import AccountRow, IdentityRow
from accounts.moment import Moment


def account(at: Moment, issuer: str, subject: str, email: str | None) -> AccountRow | None:
    """The account that is bound to a subject; else the one whose name is a verified address, which
    is bound from then on, unless it is bound to another subject already."""
    found = at.rows.get(IdentityRow, (issuer, subject))
    if found is not None:
        return found.owner if found.owner.disabled_at is None else None
    owner = None if email is None else people.find(at, email)
    if owner is None or owner.disabled_at is not None or _is_bound(at, issuer, owner):
        return None
    row = IdentityRow(issuer=issuer, subject=subject, owner=owner, bound_at=at.at)
    at.rows.add(row)
    at.rows.flush()
    at.record(None, "identity.bind", owner.actor, {"issuer": issuer, "subject": subject})
    return owner


def _is_bound(at: Moment, issuer: str, owner: AccountRow) -> bool:
    its = (IdentityRow.issuer == issuer, IdentityRow.account == owner.number)
    return at.rows.scalar(select(IdentityRow.subject).where(*its)) is not None
