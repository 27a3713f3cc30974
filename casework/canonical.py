"""The one form in which a value is stored, hashed and sealed: RFC 8785."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785


def canonical(value: Mapping[str, Any]) -> bytes:
    """A value as canonical JSON. Raises ValueError for what JSON cannot say."""
    return rfc8785.dumps(dict(value))


def digest(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()
