"""What organisations, accounts and keys may be called. Each raises ValueError with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from accounts.roles import ROLES, Role

# ASCII alone, so that no two names look the same: an analyst could review
# under a name with one Cyrillic letter.
_ORGANISATION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_KEY = re.compile(r"k_[0-9a-f]{16}")
_ACTOR = re.compile(r"[a-z0-9][a-z0-9._+@-]{0,199}")
MOST_NAME = 200  # characters


def organisation(said: str) -> str:
    """The id of an organisation."""
    if not is_organisation(said):
        raise ValueError(
            f"{said[:80]!r} is no id of an organisation: up to 63 of a-z, 0-9 and '-', "
            "beginning with a letter or a digit"
        )
    return said


def is_organisation(said: str) -> bool:
    """Whether it can be the id of one."""
    return _ORGANISATION.fullmatch(said) is not None


def is_key(said: str) -> bool:
    """Whether it can be the id of a key."""
    return _KEY.fullmatch(said) is not None


def actor(said: str) -> str:
    """The name that somebody logs in with, in lower case; an e-mail address, where log-in by OIDC
    is to find it."""
    found = said.strip().lower()
    if not _ACTOR.fullmatch(found):
        raise ValueError(
            f"{said[:80]!r} is no name of an account: up to 200 of a-z, 0-9 and '._+@-', "
            "beginning with a letter or a digit"
        )
    return found


def title(said: str) -> str:
    """What people call an organisation, or a key."""
    return line(said.strip(), "a name", 200)


def belonging(said: str) -> str:
    """A work_id or the id of a case."""
    return line(said, "a name", MOST_NAME)


def line(said: str, what: str, longest: int) -> str:
    """Some text on one line."""
    if not _is_line(said, longest):
        raise ValueError(f"{said[:80]!r} is not {what}: 1 to {longest} characters on one line")
    return said


def is_belonging(said: str) -> bool:
    """Whether it can be the name of something that belongs to somebody."""
    return _is_line(said, MOST_NAME)


def roles(said: Iterable[str]) -> frozenset[Role]:
    """Roles by their names; at least one."""
    known: dict[str, Role] = {role: role for role in ROLES}
    wanted = sorted(set(said))
    if unknown := [one for one in wanted if one not in known]:
        raise ValueError(f"{unknown[0][:80]!r} is no role: there are {', '.join(ROLES)}")
    if not wanted:
        raise ValueError(f"an account has at least one role of {', '.join(ROLES)}")
    return frozenset(known[one] for one in wanted)


def moment(said: str) -> datetime:
    """A day or a moment as ISO 8601; what names no zone is meant in UTC."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise ValueError(f"{said[:80]!r} is no moment: write 2027-01-31 or with a time") from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _is_line(said: str, longest: int) -> bool:
    return bool(said) and len(said) <= longest and said.isprintable()
