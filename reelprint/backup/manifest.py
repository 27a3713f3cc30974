"""What a backup says of itself: when, of what, and the SHA-256 of each of its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

FORMAT = "reelprint-backup-1"
MANIFEST, DIGEST, FILES = "manifest.json", "manifest.json.sha256", "files"
UNSETTLED = 0  # as `mtime_ns`: the file may have changed since, unseen


class NotWhole(OSError):
    """A backup is not what was written, or was never finished."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. `mtime_ns` is when the workspace's file was changed last."""

    bytes: int
    sha256: str
    mode: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a backup is. `files` are by their path in the workspace, with slashes."""

    begun_at: str
    ended_at: str
    version: str  # of Reelprint
    catalogue: str | None  # its identity; None where it was in PostgreSQL and out of reach
    database: str | None  # PostgreSQL's URL without a password; None: the databases are in here
    secrets: bool
    unsound: tuple[str, ...]  # what was amiss in the workspace itself
    files: Mapping[str, Entry]

    def as_bytes(self) -> bytes:
        """Its JSON form."""
        said = {"format": FORMAT, **asdict(self)}
        return json.dumps(said, indent=1, sort_keys=True).encode("ascii") + b"\n"


def sealed(data: bytes) -> bytes:
    """What stands beside a manifest, so that a changed byte of it shows; as `sha256sum` has it."""
    return f"{hashlib.sha256(data).hexdigest()}  {MANIFEST}\n".encode("ascii")


def read(data: bytes, seal: bytes) -> Manifest:
    """A manifest from its bytes. Raises NotWhole, ValueError."""
    if seal != sealed(data):
        raise NotWhole("the backup is damaged: its manifest is not what was written")
    said = json.loads(data)
    if said.pop("format", None) != FORMAT:
        raise ValueError("the backup is of another release's format")
    files = {checked(name): Entry(**one) for name, one in said.pop("files").items()}
    return Manifest(**_with_tuples(said), files=files)


def checked(name: str) -> str:
    """A path that stays inside of a folder. Raises ValueError."""
    path = PurePosixPath(name)
    plain = str(path) == name and "\0" not in name and not path.is_absolute()
    if not plain or not path.parts or ".." in path.parts:
        raise ValueError(f"the backup names a file that cannot be one of it: {name!r}")
    return name


def _with_tuples(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "unsound": tuple(said["unsound"])}
