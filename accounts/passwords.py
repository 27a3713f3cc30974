"""Passwords: what may be one, and how it is kept (argon2id, RFC 9106)."""

from __future__ import annotations

import base64
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.errors import Throttled

LEAST, MOST = 12, 256  # characters
_TURNS = threading.BoundedSemaphore(2)  # each takes the memory that is meant to be costly
_PATIENCE_S = 3.0  # so that those who wait are not all threads of a service
_DISTINCT = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs. These are the second choice of RFC 9106 on one lane: a server that
    does other things has no four cores to give to each who logs in."""

    memory_kib: int = 65_536
    passes: int = 3

    @property
    def hasher(self) -> PasswordHasher:
        """That of argon2id."""
        return PasswordHasher(self.passes, self.memory_kib, 1, type=Type.ID)


@contextmanager
def turn() -> Iterator[None]:
    """Only two passwords of a process are hashed at once. Raises Throttled for who would have to
    wait long; nothing is counted of that."""
    if not _TURNS.acquire(timeout=_PATIENCE_S):
        raise Throttled(_PATIENCE_S)
    try:
        yield
    finally:
        _TURNS.release()


def check(password: str, actor: str) -> None:
    """Raises ValueError for what would be guessed first (after NIST SP 800-63B, 5.1.1)."""
    if not LEAST <= len(password) <= MOST:
        raise ValueError(f"a password has {LEAST} to {MOST} characters")
    plain, name = password.casefold(), actor.partition("@")[0]
    if len(set(plain)) < _DISTINCT:
        raise ValueError(f"a password has at least {_DISTINCT} different characters")
    if actor in plain or (len(name) >= LEAST // 2 and name in plain):
        raise ValueError("a password does not hold the name of its account")


def kept(password: str, cost: Cost) -> str:
    """What is kept of a password; within a `turn`."""
    return cost.hasher.hash(_bytes(password))


def matches(password: str, found: str | None, cost: Cost) -> bool:
    """Whether it is the password of which `found` is kept; None takes as long, and is false.
    Within a `turn`."""
    try:
        return cost.hasher.verify(found or _of_nobody(cost), _bytes(password[: MOST + 1]))
    except (VerificationError, InvalidHashError):  # another's, or no hash at all
        return False


def is_outdated(found: str, cost: Cost) -> bool:
    """Whether it was kept at another cost than passwords are now."""
    return cost.hasher.check_needs_rehash(found)


def _of_nobody(cost: Cost) -> str:
    """A hash that no password has, except by an accident of 1 in 2²⁵⁶."""
    head = f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p=1"
    return f"{head}${_base64(16)}${_base64(32)}"


def _base64(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode("ascii").rstrip("=")


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
