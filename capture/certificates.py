"""The certificates that a server showed, as it sent them."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from typing import Any

_DER = 2  # _ssl.ENCODING_DER


@dataclass(frozen=True, slots=True)
class Tls:
    """What is known of a secured connection.

    `refusal` is why the chain was not trusted for this host, None if it was. A suspect's site
    with a bad certificate is captured all the same; the record says so.
    """

    version: str
    cipher: str
    chain: tuple[bytes, ...]  # DER, the server's own first
    refusal: str | None

    @property
    def digests(self) -> list[str]:
        """SHA-256 of each certificate."""
        return [hashlib.sha256(one).hexdigest() for one in self.chain]

    @property
    def pem(self) -> bytes:
        """The chain as text."""
        return "".join(map(ssl.DER_cert_to_PEM_cert, self.chain)).encode("ascii")


def tls_of(sock: ssl.SSLSocket, refusal: str | None) -> Tls:
    """What is known of a connection whose handshake is done."""
    cipher = sock.cipher()
    return Tls(sock.version() or "", cipher[0] if cipher else "", _chain(sock), refusal)


def _chain(sock: Any) -> tuple[bytes, ...]:
    """Public from Python 3.13 on; before that the same call on the object inside."""
    if hasattr(sock, "get_unverified_chain"):
        return tuple(sock.get_unverified_chain())
    return tuple(one.public_bytes(_DER) for one in sock._sslobj.get_unverified_chain())
