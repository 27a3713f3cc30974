"""Exchanges as WARC/1.1 records, the bytes as they went over the line."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParserException
from warcio.warcwriter import WARCWriter

VERSION = "WARC/1.1"
BEGIN = b"WARC/"  # of a file that is not compressed
_PIECE = 1 << 20
_END = b"\r\n\r\n"  # of a record


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records of an exchange lie in the file.

    `payload_sha256` is of all that came after the head, None if no head came; `body_offset` is
    where in the file the body begins, None if it is framed in between.
    """

    offset: int
    size: int
    payload_sha256: str | None
    body_offset: int | None


@dataclass(frozen=True, slots=True)
class About:
    """What the records of one exchange say of it."""

    url: str
    date: str
    address: str | None
    truncated: Literal["time", "length", "disconnect"] | None
    head_bytes: int | None  # before the body, on the line; None if the body is framed


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
        payload = body = None
        if head := _head_size(wire):
            size, payload = self._write("response", identity, about, wire, head, {})
            if about.head_bytes is not None:
                body = self._file.tell() - len(_END) - size + about.head_bytes
        concurrent = {"WARC-Concurrent-To": identity} if head else {}
        request = self._writer._make_warc_id()
        self._write("request", request, about, BytesIO(sent), len(sent), concurrent)
        self._file.flush()
        os.fsync(self._file.fileno())
        return Place(start, self._file.tell() - start, payload, body)

    def _write(
        self,
        kind: str,
        identity: str,
        about: About,
        block: BinaryIO,
        head: int,
        more: dict[str, str],
    ) -> tuple[int, str]:
        """The size of the block, and the SHA-256 of what follows its head.

        warcio would write the head anew from what it parsed, so it is given none to parse.
        """
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
        return size, payload

    def close(self) -> None:
        """Nothing more is added."""
        self._file.close()


_SPEC = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def _head_size(wire: BinaryIO) -> int:
    """Bytes of the head of an HTTP response, as warcio will find it; 0 if there is none."""
    wire.seek(0)
    if not wire.read(5).startswith(b"HTTP/"):
        return 0
    wire.seek(0)
    try:
        loader = ArcWarcRecordLoader(verify_http=False)
        loader.load_http_headers("response", "http://", wire, None)
    except (StatusAndHeadersParserException, EOFError, ValueError):
        return 0
    return wire.tell()


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
