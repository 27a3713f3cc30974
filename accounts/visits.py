"""Log-ins that were sent to an OpenID provider, within one transaction: of each, that it comes back
once, in time, and to the browser that it began in."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import delete

from accounts import tokens
from accounts.models import LoginRow
from accounts.moment import Moment
from accounts.oidc import Begun

WITHIN_S = 600.0  # as long as somebody may take to log in at the provider
MOST_PATH = 500  # characters


@dataclass(frozen=True, slots=True)
class Visit:
    """What is needed of a log-in that came back."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    path: str  # where the browser was going


def begin(at: Moment, path: str) -> Begun:
    """A new log-in; those that never came back are forgotten."""
    at.rows.execute(delete(LoginRow).where(LoginRow.ends_at <= at.at))
    begun = Begun.new()
    row = LoginRow(state=tokens.digest(begun.state), browser=tokens.digest(begun.browser))
    row.nonce, row.verifier, row.path = begun.nonce, begun.verifier, own_path(path)
    row.ends_at = at.later(WITHIN_S)
    at.rows.add(row)
    at.rows.flush()
    return begun


def end(at: Moment, state: str, browser: str) -> Visit | None:
    """A log-in that came back, if it is one that began in this browser; it counts no more."""
    row = at.rows.get(LoginRow, tokens.digest(state))
    if row is None:
        return None
    at.rows.delete(row)
    right = tokens.same(row.browser, tokens.digest(browser)) and at.at < row.ends_at
    return Visit(row.nonce, row.verifier, row.path) if right else None


def own_path(said: str) -> str:
    """A path of this service; the first page for what leads anywhere else.

    >>> own_path("/cases?page=2"), own_path("//evil.example/"), own_path("https://evil.example/")
    ('/cases?page=2', '/', '/')
    """
    good = said.startswith("/") and said.isascii() and said.isprintable() and "\\" not in said
    return said if good and not said.startswith("//") and len(said) <= MOST_PATH else "/"
