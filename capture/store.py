"""The folder of one capture: written once, in an order that a crash cannot make untrue.

A file is whole, on disk and read-only before the log names it, and the manifest comes last,
by a rename. So what the log names is there; what it does not name was being written when the
capture was cut short; and a folder without a manifest was cut short.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from capture.chain import ChainedLog
from capture.clock import Clock, stamp
from capture.warc import Warc

LOG, MANIFEST, WARC = "log.jsonl", "manifest.json", "exchanges.warc"
RAW, TLS, MEDIA = "raw", "tls", "media"
READ_ONLY = 0o444


class Store:
    """A new capture folder in `parent`, named by time and a random id. Raises OSError."""

    def __init__(self, parent: Path, clock: Clock, software: str) -> None:
        name = clock.wall().strftime("%Y%m%dT%H%M%SZ-") + secrets.token_hex(4)
        self.folder = parent / name
        parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir()
        (self.folder / RAW).mkdir()
        self._clock = clock
        self._log = ChainedLog(self.folder / LOG)
        self.warc = Warc(self.folder / WARC, software)
        self._files: dict[str, dict[str, Any]] = {}
        _sync_folder(parent)

    def log(self, event: str, **facts: Any) -> None:
        """Append to the log; the clocks' time is now."""
        self._log.append(event, {"at": stamp(self._clock), **facts})

    @contextmanager
    def scratch(self) -> Iterator[BinaryIO]:
        """A file being received, without a name that counts."""
        path = self.folder / RAW / f"{secrets.token_hex(8)}.part"
        with path.open("x+b") as file:
            yield file
        path.unlink(missing_ok=True)

    def keep(self, file: BinaryIO, name: str) -> str:
        """Make what was received a file of the capture; its name in the folder."""
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), READ_ONLY)
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        if path.exists():
            raise FileExistsError(f"{path} is there already; nothing is written twice")
        os.rename(file.name, path)
        _sync_folder(path.parent)
        self._files[name] = {}
        return name

    def add(self, name: str, data: bytes) -> str:
        """A small file; one that is there already has the same content, being named by it."""
        if name not in self._files:
            with self.scratch() as file:
                file.write(data)
                self.keep(file, name)
        return name

    def close(self) -> None:
        """Nothing more is logged."""
        self._log.close()
        self.warc.close()

    def seal(self, manifest: dict[str, Any]) -> str:
        """Close the log, digest every file, and write the manifest; its SHA-256."""
        self.close()
        for name in (LOG, WARC):
            os.chmod(self.folder / name, READ_ONLY)
        log = {"entries": self._log.count, "head": self._log.head}
        whole = {**manifest, "log": log, "files": described(self.folder, [LOG, WARC, *self._files])}
        data = (json.dumps(whole, indent=1, sort_keys=True, allow_nan=False) + "\n").encode("utf-8")
        with self.scratch() as file:
            file.write(data)
            self.keep(file, MANIFEST)
        return hashlib.sha256(data).hexdigest()


def described(folder: Path, names: list[str]) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of files, as they are now."""
    return {
        name: {"bytes": (folder / name).stat().st_size, "sha256": digest(folder / name)}
        for name in sorted(names)
    }


def digest(path: Path) -> str:
    """SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
