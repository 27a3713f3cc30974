"""How the first person comes in."""

from __future__ import annotations

from accounts.roles import ROLES
from reelprint.desk.desk import Desk
from reelprint.desk.people import link_of

ORGANISATION, ACTOR = "local", "admin@local"


def first_link(desk: Desk) -> str | None:
    """An address that lets the first person in, once; None when there are accounts that somebody
    else made, or this one has a key or a password by now."""
    begun = desk.accounts.begin(ORGANISATION, "Local", ACTOR, ROLES)
    if begun is not None:
        return link_of(desk, begun)
    if [one.actor for one in desk.accounts.accounts()] != [ACTOR] or _was_in(desk):
        return None
    return link_of(desk, desk.accounts.one_time_token(ACTOR))


def _was_in(desk: Desk) -> bool:
    """Whether anybody has come in by the first account."""
    account = desk.accounts.account(ACTOR)
    lines = desk.accounts.audit(ORGANISATION)
    return account.has_password or any(one.by == ACTOR for one in lines)
