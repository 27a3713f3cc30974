"""Signs a result and verifies it: Ed25519 over its canonical JSON, with a key of the caller.

Canonical: keys sorted, no spaces, UTF-8, without the entry `signature`. Keys are PEM files, as
`openssl genpkey -algorithm ed25519` writes them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

SIGNATURE = "signature"
ALGORITHM = "Ed25519"


class NotSigned(ValueError):
    """The result is not what the holder of the key signed; the message says in which way."""


def canonical(result: Mapping[str, Any]) -> bytes:
    """What is signed.

    >>> canonical({"b": 1, "a": "é", "signature": None})
    b'{"a":"\\xc3\\xa9","b":1}'
    """
    body = {key: value for key, value in result.items() if key != SIGNATURE}
    text = json.dumps(
        body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def sha256(result: Mapping[str, Any]) -> str:
    """The SHA-256 of what is signed."""
    return hashlib.sha256(canonical(result)).hexdigest()


def signature(result: Mapping[str, Any], key: Path) -> dict[str, str]:
    """The entry `signature` for a result. Raises ValueError for a file that is not such a key."""
    private = load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{key.name} is not an {ALGORITHM} key")
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "algorithm": ALGORITHM,
        "sha256": sha256(result),
        "public_key": public.hex(),
        "value": base64.b64encode(private.sign(canonical(result))).decode(),
    }


def verify(result: Mapping[str, Any], public: Path) -> None:
    """Return if the holder of the key signed this very result. Raises NotSigned, ValueError."""
    key = load_pem_public_key(public.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{public.name} is not an {ALGORITHM} key")
    signed = result.get(SIGNATURE)
    if not signed:
        raise NotSigned("it is unsigned")
    try:
        key.verify(base64.b64decode(signed["value"]), canonical(result))
    except InvalidSignature as error:
        raise NotSigned("it was changed, or another key signed it") from error
