"""Reads archives of packages file by file; nothing in them can choose where it is written.

Debian packages are opened by `dpkg-deb`, which knows each of their compressions; wheels and inner
archives are zip files; packages of npm are tar files. Links and devices are passed over.
"""

from __future__ import annotations

import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

MAX_FILE_BYTES = 4 << 30
Members = Iterator[tuple[str, IO[bytes]]]
Take = Callable[[str, IO[bytes]], object]
_BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


class HostileArchiveError(ValueError):
    """An archive that would write outside of its folder, or without end."""


def each(archive: Path, take: Take) -> None:
    """Give `take` each regular file: its path, relative and safe, and its bytes.

    Raises HostileArchiveError for a path that leads out, ValueError for what is no such archive or
    not a whole one, OSError when `dpkg-deb` is not there.
    """
    try:
        for name, file in _members(archive):
            take(name, file)
    except _BROKEN as error:
        raise ValueError(f"{archive.name} cannot be unpacked: {error}") from error


def safe(name: str) -> str:
    """The path without a leading `./`.

    Raises HostileArchiveError when it is absolute, leads upwards, or is not plain text.

    >>> safe("./usr/share/a.ogg")
    'usr/share/a.ogg'
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or not name.isprintable():
        raise HostileArchiveError(f"an archive holds the path {name!r}, which is not safe to write")
    return "/".join(parts)


def copy(source: IO[bytes], target: Path, most: int = MAX_FILE_BYTES) -> int:
    """Write the bytes to a new file and return how many there were.

    Raises HostileArchiveError when there are more than `most`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with target.open("xb") as file:
        while block := source.read(1 << 20):
            size += len(block)
            if size > most:
                raise HostileArchiveError(f"{target.name} is longer than it may be")
            file.write(block)
    return size


def _members(archive: Path) -> Members:
    if archive.suffix == ".deb":
        yield from _deb(archive)
    elif archive.suffix == ".tgz":
        with tarfile.open(archive, "r:gz") as tar:
            yield from _tar(tar)
    else:
        yield from _zip(archive)


def _deb(archive: Path) -> Members:
    with _fsys_tar(archive) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        yield from _tar(tar)


@contextmanager
def _fsys_tar(archive: Path) -> Iterator[IO[bytes]]:
    command = ["dpkg-deb", "--fsys-tarfile", str(archive.resolve())]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        if process.stdout is None:
            raise OSError("dpkg-deb gave nothing to read")
        try:
            yield process.stdout
            process.stdout.read()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise ValueError(f"{archive.name} cannot be unpacked: dpkg-deb says why above")


def _tar(tar: tarfile.TarFile) -> Members:
    for member in tar:
        if not member.isfile():
            continue
        name, file = safe(member.name), tar.extractfile(member)
        if file is not None:
            yield name, file


def _zip(archive: Path) -> Members:
    with zipfile.ZipFile(archive) as packed:
        for info in packed.infolist():
            if info.is_dir():
                continue
            name = safe(info.filename)
            with packed.open(info) as file:
                yield name, file
