"""JSON in its one canonical form (RFC 8785), and strict reading of what a stranger wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

_DEEPEST = 60


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Raises ValueError for what JSON cannot hold.

    >>> canonical({"b": (1.0, 2.5), "a": None})
    b'{"a":null,"b":[1,2.5]}'
    """
    return rfc8785.dumps(_plain(value))


def digest_of(value: Any) -> str:
    """The SHA-256 of the canonical bytes of a JSON value."""
    return hashlib.sha256(canonical(value)).hexdigest()


def strict(data: bytes) -> Any:
    """A JSON value without doubled keys, without NaN and not nested without end. Raises
    ValueError."""
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
        _plain(value)
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error
    return value


def _plain(value: Any, depth: int = 0) -> Any:
    """The same of dicts and lists. Raises ValueError for what is nested too deeply."""
    if depth > _DEEPEST:
        raise ValueError("JSON nested too deeply")
    if isinstance(value, Mapping):
        return {str(k): _plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, depth + 1) for v in value]
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(said: str) -> Any:
    raise ValueError(f"{said} is no JSON number")
