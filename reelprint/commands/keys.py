"""`reelprint key …`."""

from __future__ import annotations

import json
import os
from pathlib import Path

from evidence.signing import Signer, SigningKey
from reelprint.exits import FOUND
from reelprint.signing import KEY, key_in
from reelprint.workspace import Workspace, default_home

_OWNERS = 0o600


def new(out: Path | None, home: Path | None) -> int:
    """Make a key in a new file that only its owner reads; the exit code. Raises OSError."""
    path = out or Workspace.open(home or default_home()).home / KEY
    key = SigningKey.new()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNERS)
    except FileExistsError as error:
        raise FileExistsError(f"{path} is there already, and no key is written over") from error
    with os.fdopen(handle, "wb") as file:
        file.write(key.pem)
    print(f"a new key: {path}")
    _tell(key.signer)
    return FOUND


def show(path: Path | None, as_json: bool, home: Path | None) -> int:
    """Show the public half of a key; the exit code. Raises OSError, ValueError."""
    signer = key_of(path, home).signer
    if as_json:
        print(json.dumps({"fingerprint": signer.fingerprint, "pem": signer.pem.decode("ascii")}))
    else:
        _tell(signer)
    return FOUND


def key_of(path: Path | None, home: Path | None) -> SigningKey:
    """A key's file, or the workspace's. Raises OSError, ValueError."""
    return key_in(path or Workspace.open(home or default_home()).home / KEY)


def _tell(signer: Signer) -> None:
    print(f"fingerprint: {signer.fingerprint}")
    print(signer.pem.decode("ascii"), end="")
