"""Secrets that programs and browsers show: 256 random bits, of which only the SHA-256 is kept.

A random secret needs no salt and no slow hash: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

KEY, SESSION, ONE_TIME = "rp_", "rs_", "ro_"  # so that a secret that leaked is known for what it is
NO_DIGEST = "0" * 64  # compared with where nothing is kept, so that the same work is done


def new(prefix: str) -> str:
    """A new secret: its prefix and 64 hex digits."""
    return prefix + secrets.token_hex(32)


def digest(secret: str) -> str:
    """What is kept of a secret, whatever somebody says is one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8"), other.encode("utf-8"))


def csrf_of(session: str) -> str:
    """The token that forms of a session carry. Only who has the session's own can compute it, so
    nothing more is kept, and it says nothing of that."""
    return hmac.new(session.encode("utf-8"), b"reelprint csrf 1", hashlib.sha256).hexdigest()
