"""The zip file of a package: one way to write it, so that there is one way to read it.

Members are stored, not compressed, in order of their names, under one date, with nothing before,
between or after them, and no field free to choose. So the whole file follows from names and
contents: `Archive` reads it by writing each header anew and comparing. What differs in a single
byte is no package, and no two readers of zip files can see different things in one that is.
The format is that of PKWARE's APPNOTE 6.3.10; headers of zip64 stand where sizes need them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from capture.inside import amiss
from evidence.names import all_amiss

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
_DATE, _TIME = (0 << 9) | (1 << 5) | 1, 0  # 1 January 1980, the first that the format knows
_MODE = 0o100444 << 16  # a regular file that everyone may read
_UNIX = 3 << 8
_FULL, _FULL16 = 0xFFFFFFFF, 0xFFFF
_PLAIN, _ZIP64 = 20, 45
MOST_MEMBERS = 200_000
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of a file."""

    path: Path
    start: int
    size: int


Source = bytes | Path | Slice


class NoPackage(ValueError):
    """A file is not what `write` writes; the message says where it differs."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, and where its bytes begin."""

    name: str
    size: int
    crc: int
    header: int
    start: int


def pieces(source: Source) -> Iterator[bytes]:
    """The bytes of a file, one piece after the other. Raises OSError."""
    if isinstance(source, bytes):
        yield source
        return
    path, start, left = _place(source)
    with path.open("rb") as file:
        file.seek(start)
        while left and (piece := file.read(min(left, PIECE))):
            left -= len(piece)
            yield piece


def _place(source: Path | Slice) -> tuple[Path, int, int]:
    if isinstance(source, Slice):
        return source.path, source.start, source.size
    return source, 0, source.stat().st_size


def write(members: Mapping[str, Source], out: BinaryIO) -> None:
    """Write an archive, sorted by name. Raises ValueError for names that are not fit, OSError."""
    if wrong := list(all_amiss(members)):
        raise ValueError(f"this cannot be a file of a package: {wrong[0]}")
    written: list[Member] = []
    at = 0
    for name in sorted(members):
        size, crc = _measured(members[name])
        head = _local(name, size, crc)
        member = Member(name, size, crc, at, at + len(head))
        out.write(head)
        if _copied(members[name], out) != (size, crc):
            raise OSError(f"{name} changed while it was being packed")
        written.append(member)
        at = member.start + size
    out.write(_ending(written, at))


def _measured(source: Source) -> tuple[int, int]:
    size = crc = 0
    for piece in pieces(source):
        size += len(piece)
        crc = zlib.crc32(piece, crc)
    return size, crc


def _copied(source: Source, out: BinaryIO) -> tuple[int, int]:
    size = crc = 0
    for piece in pieces(source):
        out.write(piece)
        size += len(piece)
        crc = zlib.crc32(piece, crc)
    return size, crc


def _local(name: str, size: int, crc: int) -> bytes:
    large = size >= _FULL
    extra = struct.pack("<HHQQ", 1, 16, size, size) if large else b""
    said = _FULL if large else size
    fixed = struct.pack(
        "<4s5H3I2H",
        *(_LOCAL, _ZIP64 if large else _PLAIN, 0, 0, _TIME, _DATE),
        *(crc, said, said, len(name), len(extra)),
    )
    return fixed + name.encode("ascii") + extra


def _central(one: Member) -> bytes:
    size, at = (field >= _FULL for field in (one.size, one.header))
    large = ([one.size, one.size] if size else []) + ([one.header] if at else [])
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    need = _ZIP64 if large else _PLAIN
    said = _FULL if size else one.size
    fixed = struct.pack(
        "<4s6H3I5H2I",
        *(_CENTRAL, _UNIX | need, need, 0, 0, _TIME, _DATE, one.crc, said, said),
        *(len(one.name), len(extra), 0, 0, 0, _MODE, _FULL if at else one.header),
    )
    return fixed + one.name.encode("ascii") + extra


def _ending(members: Iterable[Member], at: int) -> bytes:
    """The central directory, which begins `at`, and the records that end the file."""
    entries = [_central(one) for one in members]
    directory = b"".join(entries)
    count, size = len(entries), len(directory)
    end = b""
    if count >= _FULL16 or at >= _FULL or size >= _FULL:
        end = struct.pack(
            "<4sQ2H2I4Q",
            *(_END64, 44, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, at),
        )
        end += struct.pack("<4sIQI", _LOCATOR64, 0, at + size, 1)
    few = min(count, _FULL16)
    end += struct.pack("<4s4H2IH", _END, 0, 0, few, few, min(size, _FULL), min(at, _FULL), 0)
    return directory + end


class Archive:
    """A package that is open, its form checked; of its contents only the CRCs that it states."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, NoPackage."""
        self._path, self._file = path, path.open("rb")
        try:
            self.members = {one.name: one for one in self._walked(path.stat().st_size)}
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, one piece after the other. Raises NoPackage, KeyError."""
        member = self.members[name]
        self._file.seek(member.start)
        left, crc = member.size, 0
        while left:
            piece = self._file.read(min(left, PIECE))
            if not piece:
                raise NoPackage(f"{name} ends too early")
            left -= len(piece)
            crc = zlib.crc32(piece, crc)
            yield piece
        if crc != member.crc:
            raise NoPackage(f"{name} has another CRC than the archive says")

    def source(self, name: str) -> Slice:
        """A member as something to pack."""
        return Slice(self._path, self.members[name].start, self.members[name].size)

    def read(self, name: str, most: int) -> bytes:
        """A member of at most so many bytes. Raises NoPackage, KeyError."""
        if self.members[name].size > most:
            raise NoPackage(f"{name} is larger than {most} bytes")
        return b"".join(self.pieces(name))

    def _walked(self, size: int) -> list[Member]:
        members: list[Member] = []
        at = 0
        while (mark := self._at(at, 4)) == _LOCAL:
            members.append(self._member(at))
            at = members[-1].start + members[-1].size
            if at > size or len(members) > MOST_MEMBERS:
                raise NoPackage("it ends too early, or holds too many files")
        if mark != _CENTRAL:
            raise NoPackage(f"at byte {at} neither a file begins nor the list of files")
        names = [one.name for one in members]
        if wrong := list(all_amiss(names)):
            raise NoPackage(wrong[0])
        if names != sorted(names):
            raise NoPackage("its files are not in the order of their names")
        ending = _ending(members, at)
        if self._at(at, len(ending)) != ending:
            raise NoPackage("its list of files is not what follows from the files")
        if size != at + len(ending):
            raise NoPackage(f"{size - at - len(ending)} bytes follow where it should end")
        return members

    def _member(self, at: int) -> Member:
        head = self._at(at, 30)
        if len(head) < 30:
            raise NoPackage("it ends within the head of a file")
        *_, method, _, _, crc, stored, size, long, more = struct.unpack("<4s5H3I2H", head)
        if method:
            raise NoPackage(f"the file at byte {at} is compressed: nothing of a package is")
        name = self._at(at + 30, long).decode("ascii", "replace")
        if why := amiss(name):
            raise NoPackage(f"{name[:80]!r}: {why}")
        if size == _FULL and more == 20:
            size = struct.unpack("<HHQQ", self._at(at + 30 + long, 20).ljust(20))[2]
        same = self._at(at, 30 + long + more) == _local(name, size, crc)
        if not same or stored not in (size, _FULL):
            raise NoPackage(f"{name}: a head that no package has")
        return Member(name, size, crc, at, at + 30 + long + more)

    def _at(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)
