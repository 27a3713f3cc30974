"""Bodies as content: codings undone up to a cap, keys applied; what came stays as it is."""

from __future__ import annotations

import zlib

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from capture.failures import Unreadable

BLOCK = 16
_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 47}


def decoded(data: bytes, coding: str | None, cap: int) -> bytes:
    """A body without its Content-Encoding. Raises Unreadable if it grows beyond `cap` bytes."""
    name = (coding or "identity").strip().lower()
    if name == "identity":
        return data
    if name not in _WINDOWS:
        raise Unreadable(f"the coding {name[:40]!r} is not undone")
    try:
        inflater = zlib.decompressobj(_WINDOWS[name])
        result = inflater.decompress(data, cap)
    except zlib.error as error:
        raise Unreadable(f"a broken {name} body: {error}") from error
    if inflater.unconsumed_tail:
        raise Unreadable(f"a {name} body that grows beyond {cap} bytes")
    return result


def beginning(data: bytes, coding: str | None, size: int) -> bytes:
    """The first `size` bytes of a body without its coding, or with it where it cannot be undone."""
    window = _WINDOWS.get((coding or "").strip().lower())
    if window is None:
        return data[:size]
    try:
        return zlib.decompressobj(window).decompress(data, size)
    except zlib.error:
        return data[:size]


def decrypted(data: bytes, key: bytes, iv: bytes) -> bytes:
    """AES-128-CBC with PKCS #7 padding (RFC 8216, 4.3.2.4). Raises Unreadable."""
    if len(data) % BLOCK or not data:
        raise Unreadable(f"{len(data)} bytes are no whole blocks of a cipher")
    opener = Cipher(algorithms.AES128(key), modes.CBC(iv)).decryptor()
    padded = opener.update(data) + opener.finalize()
    try:
        stripper = PKCS7(BLOCK * 8).unpadder()
        return stripper.update(padded) + stripper.finalize()
    except ValueError as error:
        raise Unreadable("the key does not open it") from error
