"""The key of a workspace, that evidence packages are signed with."""

from __future__ import annotations

from pathlib import Path

from evidence.signing import MOST_KEY_BYTES, SigningKey

KEY = "signing-key.pem"


def key_in(file: Path) -> SigningKey:
    """The key in a file. Raises OSError, ValueError."""
    if not file.is_file():
        raise FileNotFoundError(f"there is no key in {file}: make one with `reelprint key new`")
    return SigningKey.of(start_of(file))


def start_of(file: Path) -> bytes:
    """What a file begins with, as much of it as a key may have. Raises OSError."""
    with file.open("rb") as opened:
        return opened.read(MOST_KEY_BYTES)
