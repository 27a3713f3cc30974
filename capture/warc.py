"""Exchanges as WARC/1.1 records, the bytes as they went over the line."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

VERSION = "WARC/1.1"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies in the file."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class About:
    """What the records of one exchange say of it."""

    url: str
    date: str
    address: str | None
    truncated: Literal["time", "length", "disconnect"] | None


class Warc:
    """A new WARC file, appended to record by record."""

    def __init__(self, path: Path, software: str) -> None:
        self._file = path.open("xb")
        self._writer = WARCWriter(self._file, gzip=False, warc_version=VERSION)
        info = {"software": software, "format": "WARC File Format 1.1", "conformsTo": _SPEC}
        self._writer.write_record(self._writer.create_warcinfo_record(path.name, info))

    def add(self, about: About, sent: bytes, wire: BinaryIO) -> Place:
        """A response record (if it came to one that can be read) and its request."""
        start = self._file.tell()
        identity = self._writer._make_warc_id()
        if head := _head_size(wire):
            self._write("response", identity, about, wire, head, {})
        concurrent = {"WARC-Concurrent-To": identity} if head else {}
        request = self._writer._make_warc_id()
        self._write("request", request, about, BytesIO(sent), len(sent), concurrent)
        self._file.flush()
        os.fsync(self._file.fileno())
        return Place(start, self._file.tell() - start)

    def _write(
        self,
        kind: str,
        identity: str,
        about: About,
        block: BinaryIO,
        head: int,
        more: dict[str, str],
    ) -> None:
        """warcio would write the head anew from what it parsed, so it is given none to parse."""
        size, whole, payload = _digests(block, head)
        headers = {
            "WARC-Type": kind,
            "WARC-Record-ID": identity,
            "WARC-Date": about.date,
            "WARC-Target-URI": about.url,
            "WARC-Block-Digest": f"sha256:{whole}",
            "WARC-Payload-Digest": f"sha256:{payload}",
            **({"WARC-IP-Address": about.address} if about.address else {}),
            **({"WARC-Truncated": about.truncated} if about.truncated and not more else {}),
            **more,
        }
        said = StatusAndHeaders("", list(headers.items()), protocol=VERSION)
        type_ = f"application/http; msgtype={kind}"
        record = ArcWarcRecord("warc", kind, said, block, None, type_, size)
        record.payload_length = size
        self._writer.write_record(record)

    def close(self) -> None:
        """Nothing more is added."""
        self._file.close()


_SPEC = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def _head_size(wire: BinaryIO) -> int:
    """Bytes up to the end of the header of an HTTP response; 0 if there is none."""
    wire.seek(0)
    start = wire.read(1 << 18)
    if not start.startswith(b"HTTP/"):
        return 0
    ends = [(start.find(end), len(end)) for end in (b"\r\n\r\n", b"\n\n")]
    return min((at + size for at, size in ends if at >= 0), default=0)


def _digests(block: BinaryIO, head: int) -> tuple[int, str, str]:
    """The size, and SHA-256 of all and of what follows the first `head` bytes."""
    block.seek(0)
    whole, payload = hashlib.sha256(block.read(head)), hashlib.sha256()
    while piece := block.read(_PIECE):
        whole.update(piece)
        payload.update(piece)
    size = block.tell()
    block.seek(0)
    return size, whole.hexdigest(), payload.hexdigest()
