"""Sessions of browsers and one-time tokens, within one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from accounts import tokens
from accounts.models import AccountRow, OneTimeRow, SessionRow
from accounts.moment import Moment
from accounts.passwords import Cost
from accounts.records import Session

# In one query, whatever is found.
_WITH_OWNER = joinedload(SessionRow.owner).joinedload(AccountRow.home)
SEEN_EVERY_S = 60.0  # how exactly it is known when a session was last used


@dataclass(frozen=True, slots=True)
class Rules:
    """How long what may be, in seconds, and what a guess at a password costs."""

    session_s: float = 12 * 3600.0  # from the log-in, whatever is asked
    idle_s: float = 3600.0  # without anything being asked
    one_time_s: float = 900.0
    password: Cost = field(default_factory=Cost)


def begin(at: Moment, owner: AccountRow, rules: Rules) -> Session:
    """A new session; what has run out is forgotten."""
    at.rows.execute(delete(SessionRow).where(SessionRow.ends_at <= at.at))
    token = tokens.new(tokens.SESSION)
    row = SessionRow(digest=tokens.digest(token), started_at=at.at, seen_at=at.at)
    row.owner, row.ends_at = owner, at.later(rules.session_s)
    at.rows.add(row)
    at.rows.flush()
    return to_session(at, row, token, rules)


def find(at: Moment, token: str, rules: Rules) -> SessionRow | None:
    """The session that a browser shows, if it is one that counts now."""
    digest = tokens.digest(token)
    found = select(SessionRow).where(SessionRow.digest == digest).options(_WITH_OWNER)
    row = at.rows.scalar(found)
    right = tokens.same(row.digest if row else tokens.NO_DIGEST, digest)
    return row if row and right and counts(at, row, rules) else None


def counts(at: Moment, row: SessionRow, rules: Rules) -> bool:
    """Whether a session has not run out, nor its account been disabled."""
    alive = at.at < row.ends_at and at.later(-rules.idle_s) < row.seen_at
    return alive and row.owner.disabled_at is None


def is_stale(at: Moment, row: SessionRow) -> bool:
    """Whether it is to be noted that a session was used."""
    return row.seen_at <= at.later(-SEEN_EVERY_S)


def to_session(at: Moment, row: SessionRow, token: str, rules: Rules) -> Session:
    """What the service is told of one."""
    ends = min(row.ends_at, at.later(rules.idle_s))
    return Session(token, tokens.csrf_of(token), row.owner.actor, ends)


def one_time(at: Moment, owner: AccountRow, rules: Rules) -> str:
    """A new token that logs in once; what has run out is forgotten. Raises ValueError."""
    if owner.disabled_at is not None:
        raise ValueError(f"{owner.actor} is disabled")
    at.rows.execute(delete(OneTimeRow).where(OneTimeRow.ends_at <= at.at))
    token = tokens.new(tokens.ONE_TIME)
    row = OneTimeRow(digest=tokens.digest(token), ends_at=at.later(rules.one_time_s))
    row.owner = owner
    at.rows.add(row)
    at.rows.flush()
    return token


def is_one_time(at: Moment, token: str) -> bool:
    """Whether it is a one-time token that was not used."""
    return at.rows.get(OneTimeRow, tokens.digest(token)) is not None


def spend(at: Moment, token: str) -> AccountRow | None:
    """Whom a token logs in; it counts no more."""
    row = at.rows.get(OneTimeRow, tokens.digest(token))
    if row is None:
        return None
    at.rows.delete(row)
    return row.owner if at.at < row.ends_at and row.owner.disabled_at is None else None
