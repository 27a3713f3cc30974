"""A folder of files named by the SHA-256 of what is in them."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from reference_catalog.errors import DamagedBlob

_OWNER = "catalogue"  # the file that says whose folder this is


def digest(data: bytes) -> str:
    """The name under which `data` is kept."""
    return hashlib.sha256(data).hexdigest()


class BlobFolder:
    """Write-once files at <first two hex digits>/<sha256>.npz."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self) -> None:
        """Make the folder unless it is there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(self._folder.parent)

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._folder

    def is_same(self, other: BlobFolder) -> bool:
        """Whether both are one folder, whatever it is called."""
        return self._folder.resolve() == other._folder.resolve()

    def owner(self) -> str | None:
        """The catalogue that claimed this folder; None when none did, or the folder is gone."""
        try:
            return (self._folder / _OWNER).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def claim(self, identity: str) -> None:
        """Note down whose fingerprints are kept here."""
        self._write(self._folder / _OWNER, f"{identity}\n".encode("ascii"))

    def is_empty(self) -> bool:
        """Whether nothing has ever been kept here, or all of it is gone."""
        return next(self._folder.glob("*/*.npz"), None) is None

    def holds(self, sha256: str) -> bool:
        """Whether the file is there; what is in it is checked by `get`."""
        return self._path(sha256).is_file()

    def put(self, data: bytes) -> str:
        """Keep `data`, on the disk when this returns; its SHA-256."""
        sha256 = digest(data)
        path = self._path(sha256)
        if not _holds(path, data):
            self._write(path, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """What was put. Raises DamagedBlob when it is gone or is not what was put."""
        path = self._path(sha256)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DamagedBlob(f"{path} cannot be read: {error.strerror}") from error
        if digest(data) != sha256:
            raise DamagedBlob(f"{path} is damaged: its SHA-256 is not its name")
        return data

    def delete(self, sha256: str) -> None:
        """Forget it; nothing happens when it is gone."""
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.npz"

    def _write(self, path: Path, data: bytes) -> None:
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
            _sync_folder(self._folder)
        temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    # A rename is on the disk only when its folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
