"""Ed25519 keys and raw signatures, as `openssl pkeyutl -rawin` checks them.

A key is named by its fingerprint, the SHA-256 of its SubjectPublicKeyInfo in DER, in hex.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

MOST_KEY_BYTES = 10_000
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Signer:
    """Who can be told by a signature: a public key."""

    key: Ed25519PublicKey

    @classmethod
    def of(cls, pem: bytes) -> Signer:
        """Read a public key. Raises ValueError."""
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise ValueError(f"this is no public key: {error}") from error
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("this is no public key of Ed25519")
        return cls(key)

    @property
    def pem(self) -> bytes:
        """The key as a file."""
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """The name of the key, 64 hex digits."""
        der = self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(der).hexdigest()

    def signed(self, data: bytes, signature: bytes) -> bool:
        """Whether a signature of the data is of this key."""
        try:
            self.key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key."""

    key: Ed25519PrivateKey

    @classmethod
    def new(cls) -> SigningKey:
        """A key that nobody else has."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, pem: bytes) -> SigningKey:
        """Read a private key. Raises ValueError."""
        try:
            key = load_pem_private_key(pem, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ValueError(f"this is no private key without a password: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("this is no private key of Ed25519")
        return cls(key)

    @property
    def pem(self) -> bytes:
        """The private key as a file, not encrypted."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def signer(self) -> Signer:
        """Its public half."""
        return Signer(self.key.public_key())

    def sign(self, data: bytes) -> bytes:
        """The raw signature, 64 bytes; the same data give the same one."""
        return self.key.sign(data)
