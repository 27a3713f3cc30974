"""What is known of organisations, accounts and keys, and what is given out of the audit log."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from accounts.roles import Kind, Role

Outcome = Literal["done", "refused", "failed"]
Belongs = Literal["work", "case"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whose people they are. Moments, here and below, are RFC 3339 in UTC."""

    id: str
    name: str
    kind: Kind
    added_at: str

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Account:
    """A person or a program that may log in or have keys."""

    number: int
    actor: str
    organisation: str
    kind: Kind  # of its organisation
    roles: frozenset[Role]
    has_password: bool
    added_at: str
    disabled_at: str | None

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {**asdict(self), "roles": sorted(self.roles)}


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of an API key; not the key."""

    id: str
    actor: str
    organisation: str
    label: str
    roles: frozenset[Role]  # those of its account at most, whatever stands here
    issued_at: str
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None  # within ten minutes

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {**asdict(self), "roles": sorted(self.roles)}


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is logged in. Only its cookie has the token."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    actor: str
    expires_at: str  # when nothing is asked before


@dataclass(frozen=True, slots=True)
class Head:
    """How far the audit log goes: how many lines, and the SHA-256 of the last, with its line
    feed."""

    entries: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {"entries": self.entries, "head": self.sha256}


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the audit log: who did what, by which way in, and what came of it."""

    n: int
    at: str
    by: str | None  # None: the service itself
    organisation: str | None
    via: str  # "key", "session", "command line" or "service"
    act: str
    what: str
    outcome: Outcome
    facts: dict[str, Any]
    line: bytes = field(repr=False)  # as it is hashed, with its line feed

    @classmethod
    def of(cls, line: bytes) -> AuditLine:
        """What a line says. Raises ValueError for what is none."""
        said = json.loads(line)
        try:
            frame = (said["n"], said["at"], said["by"], said["organisation"], said["via"])
            return cls(*frame, said["event"], said["what"], said["outcome"], said["facts"], line)
        except (KeyError, TypeError) as error:
            raise ValueError("a line of the audit log is none") from error

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        said: dict[str, Any] = json.loads(self.line)
        return said
