"""Bodies that are read as they come: raw bytes, or a form with one file; never whole in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from reelprint.service.problems import Refused

MULTIPART = "multipart/form-data"
WINDOW_S = 20.0  # over which the speed of an upload counts, and the longest silence
MOST_FIELD = 64 * 1024  # bytes of a field that is no file
MOST_FIELDS = 20
MOST_HEADER = 8 * 1024  # bytes of the headers of a part


class Pace:
    """Whether something arrives fast enough."""

    def __init__(self, slowest: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`slowest` in bytes a second; 0: any speed is fast enough."""
        self._slowest = slowest
        self._clock = clock
        self._since, self._bytes = clock(), 0

    def advance(self, size: int) -> None:
        """Count bytes. Raises Refused with status 408."""
        self._bytes += size
        took = self._clock() - self._since
        if took < WINDOW_S:
            return
        if self._bytes < self._slowest * took:
            raise Refused(408, f"slower than {self._slowest} bytes a second", _CLOSE)
        self._since, self._bytes = self._clock(), 0


_CLOSE = {"Connection": "close"}


async def body(request: Request, most: int, slowest: int) -> AsyncGenerator[bytes]:
    """A body as it comes. Raises Refused: 400 when it breaks off, 408, 413."""
    pace, size = Pace(slowest), 0
    chunks = aiter(request.stream())
    while True:
        try:
            chunk = await asyncio.wait_for(anext(chunks), WINDOW_S)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise Refused(408, f"nothing came for {WINDOW_S:.0f} s", _CLOSE) from error
        except ClientDisconnect as error:
            raise Refused(400, "it broke off", _CLOSE) from error
        size += len(chunk)
        if size > most:
            raise Refused(413, f"at most {most} bytes", _CLOSE)
        pace.advance(len(chunk))
        if chunk:
            yield chunk


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of a field of a form; the first of a field are empty."""

    field: str
    filename: str | None  # None: it is no file
    data: bytes


async def parts(request: Request, chunks: AsyncIterator[bytes]) -> AsyncIterator[Part]:
    """The fields of a form, in their order, as they come. Raises Refused with status 400."""
    reader = _Reader(_boundary(request))
    async for chunk in chunks:
        for part in reader.read(chunk):
            yield part
    if not reader.is_complete:
        raise Refused(400, "the form has no end")


def is_form(request: Request) -> bool:
    """Whether a body is a form with files."""
    return _content_type(request)[0] == MULTIPART.encode()


def _content_type(request: Request) -> tuple[bytes, dict[bytes, bytes]]:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    return bytes(kind), dict(options)


def _boundary(request: Request) -> bytes:
    boundary = _content_type(request)[1].get(b"boundary", b"")
    if not 0 < len(boundary) <= 200:
        raise Refused(400, "the form says no boundary")
    return boundary


class _Reader:
    """The parser's callbacks, and what they said since they were last asked."""

    def __init__(self, boundary: bytes) -> None:
        self.is_complete = False
        self._said: list[Part] = []
        self._fields = 0
        self._name = self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._field = ""
        self._filename: str | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    def read(self, chunk: bytes) -> list[Part]:
        """What a chunk brings."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Refused(400, "the form is not one") from error
        said, self._said = self._said, []
        return said

    def _begin(self) -> None:
        self._fields += 1
        if self._fields > MOST_FIELDS:
            raise Refused(400, f"more than {MOST_FIELDS} fields")
        self._headers.clear()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name = _bounded(self._name + data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value = _bounded(self._value + data[start:end])

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""
        if len(self._headers) > MOST_FIELDS:
            raise Refused(400, "too many headers")

    def _headers_end(self) -> None:
        said = self._headers.get(b"content-disposition", b"").decode("utf-8", "replace")
        _, options = parse_options_header(said)
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        name = options.get(b"filename")
        self._filename = None if name is None else name.decode("utf-8", "replace")
        self._said.append(Part(self._field, self._filename, b""))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._said.append(Part(self._field, self._filename, data[start:end]))

    def _end(self) -> None:
        self.is_complete = True


def _bounded(header: bytes) -> bytes:
    if len(header) > MOST_HEADER:
        raise Refused(400, "a header is too long")
    return header
