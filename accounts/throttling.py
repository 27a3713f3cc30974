"""How often log-ins may fail, for one name and from one address, as all processes count it.

A failure is counted before the password is looked at and taken back when it was right: however many
guesses come at once, no more are looked at than are allowed. After some that are free, each failure
doubles the wait for the next, up to `MOST_WAIT_S`; an hour without one takes one back. An attempt
that is turned away counts nothing, so nobody is kept out for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete

from accounts.errors import Throttled
from accounts.models import AttemptsRow
from accounts.moment import Moment

MOST_WAIT_S = 900.0  # for one name, some 96 guesses a day
FORGIVEN_S = 3600.0
FORGOTTEN_S = 48 * 3600.0
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted: a name or an address, as its digest, for it may be a password that somebody
    typed into the wrong field."""

    name: str
    free: int

    @property
    def is_name(self) -> bool:
        """Whether it is a name, of which a log-in clears all failures."""
        return self.name.startswith("name:")


def of_name(actor: str) -> Counted:
    """Attempts at one account, which need not exist."""
    return Counted(_kept("name", actor.strip().lower()), 5)


def of_address(address: str) -> Counted:
    """Attempts from one address; behind it there may be a whole office."""
    return Counted(_kept("address", network(address)), 20)


def of_visits(address: str) -> Counted:
    """Log-ins that were sent to a provider from one address, and given up by some."""
    return Counted(_kept("visit", network(address)), 60)


def reserve(at: Moment, *counted: Counted) -> None:
    """Count an attempt as failed until it is seen to be right. Raises Throttled."""
    now = at.now.timestamp()
    at.rows.execute(delete(AttemptsRow).where(AttemptsRow.at < now - FORGOTTEN_S))
    rows = [at.rows.get(AttemptsRow, one.name) for one in counted]
    both = list(zip(counted, rows, strict=True))
    wait = max((_wait(one, row, now) for one, row in both if row), default=0.0)
    if wait > 0:
        raise Throttled(wait)
    for one, row in both:
        failures = _left(row, now) if row else 0
        at.rows.merge(AttemptsRow(name=one.name, failures=failures + 1, at=now))
    at.rows.flush()


def take_back(at: Moment, *counted: Counted) -> None:
    """The attempt was right: for a name nothing counts any more, for an address one failure less,
    or somebody with an account could guess at others between log-ins of their own."""
    for one in counted:
        row = at.rows.get(AttemptsRow, one.name)
        if row is not None and (one.is_name or row.failures <= 1):
            at.rows.delete(row)
        elif row is not None:
            row.failures -= 1
    at.rows.flush()


def _left(row: AttemptsRow, now: float) -> int:
    return max(0, row.failures - int(max(0.0, now - row.at) / FORGIVEN_S))


def _wait(one: Counted, row: AttemptsRow, now: float) -> float:
    """Seconds until the next attempt is looked at."""
    over = _left(row, now) - one.free
    if over < 0:
        return 0.0
    until = row.at + min(MOST_WAIT_S, 2.0 ** min(over, _MOST_DOUBLINGS))
    return max(0.0, until - now)


def network(address: str) -> str:
    """What one caller has at will: of IPv6, the half of an address that a network gives out."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(found) if found.version == 4 else str(ip_network((found, 64), strict=False))


def _kept(what: str, name: str) -> str:
    return f"{what}:{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()}"
