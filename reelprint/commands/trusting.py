"""`reelprint key trust`, `key distrust`, `key trusted`."""

from __future__ import annotations

import json
from pathlib import Path

from reelprint.exits import FOUND, NOTHING_FOUND, Usage
from reelprint.fpk.trust import fingerprint_of, trusted, write
from reelprint.showing.plain import plain
from reelprint.workspace import Workspace, default_home


def trust(key: str, name: str, home: Path | None) -> int:
    """Trust a key; the exit code. Raises ValueError, OSError."""
    where = Workspace.open(home or default_home()).home
    fingerprint = fingerprint_of(key)
    if plain(name) != name or name.strip() != name:
        raise Usage("a name is a line of words")
    write(where, {**trusted(where), fingerprint: name})
    print(f"trusted: {fingerprint}  {name}".rstrip())
    return FOUND


def distrust(key: str, home: Path | None) -> int:
    """Trust a key no more, and say what was registered by it; the exit code. Raises Usage."""
    workspace = Workspace.open(home or default_home())
    fingerprint, known = fingerprint_of(key), trusted(workspace.home)
    if fingerprint not in known:
        raise Usage(f"the key {fingerprint} is not trusted here")
    write(workspace.home, {one: name for one, name in known.items() if one != fingerprint})
    print(f"trusted no more: {fingerprint}  {known[fingerprint]}".rstrip())
    with workspace.catalog() as catalog:
        for work in catalog.works():
            origins = [one.origin.signer for one in work.references if one.origin]
            if fingerprint in origins:
                print(f"  registered by it, and still there: {work.work_id}")
    return FOUND


def show(as_json: bool, home: Path | None) -> int:
    """List the trusted keys; the exit code."""
    known = trusted(Workspace.open(home or default_home()).home)
    for fingerprint, name in sorted(known.items()):
        said = {"fingerprint": fingerprint, "name": name}
        print(json.dumps(said) if as_json else f"{fingerprint}  {name}".rstrip())
    return FOUND if known else NOTHING_FOUND
