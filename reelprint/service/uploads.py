"""Files that come in: straight to the disk, in memory that does not grow with them."""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from io import BufferedWriter

from anyio import to_thread
from fastapi import Request

from accounts.principal import Principal
from reelprint.desk import readiness, uploads
from reelprint.desk.desk import Desk
from reelprint.desk.uploads import Incoming, Upload
from reelprint.service import streams
from reelprint.service.limits import MIB, said_length
from reelprint.service.problems import Refused
from reelprint.service.security import CSRF_FIELD, check_late_csrf, still

BLOCK = MIB  # bytes that are hashed and written at once


@dataclass(frozen=True, slots=True)
class Received:
    """What a request brought."""

    upload: Upload
    fields: Mapping[str, str] = field(default_factory=dict)  # of a form, besides its file


async def received(request: Request, desk: Desk, who: Principal, name: str) -> Received:
    """The file of a request, as its body or as the one file of a form, under the name that the
    form gives it, or this one. A form from a browser begins with the session's token. Raises
    Refused, NotAllowed."""
    await to_thread.run_sync(uploads.need_to_upload, desk, who)
    _check_room(request, desk)
    config = desk.config
    body = streams.body(request, config.max_upload_bytes, config.slowest_upload_bytes_s)
    async with aclosing(body):
        if streams.is_form(request):
            return await _of_form(request, desk, who, body)
        return Received(await take(request, desk, who, name, body))


async def take(
    request: Request, desk: Desk, who: Principal, name: str, chunks: AsyncIterator[bytes]
) -> Upload:
    """A file out of its bytes as they come, no more than the request said, if it said; if it does
    not come whole, or who sends it may not by the time it is there, nothing is left of it. Raises
    NotAllowed, Refused, and Full: before the first chunk is asked for, where there is no room."""
    size = said_length(request.scope)
    incoming = await to_thread.run_sync(uploads.begin, desk, who, size)
    kept = None
    try:
        sha256 = await _written(incoming, _with_room(desk, who, incoming, chunks, size))
        kept = await to_thread.run_sync(_kept, request, desk, incoming, name, sha256)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Refused(507) from error
        raise
    finally:
        if kept is None:
            desk.files.remove(incoming.id)
    return kept


async def _with_room(
    desk: Desk, who: Principal, incoming: Incoming, chunks: AsyncIterator[bytes], granted: int
) -> AsyncIterator[bytes]:
    """Chunks, each once there is room for it. Raises Full."""
    size, renewed = 0, time.monotonic()
    async for chunk in chunks:
        size += len(chunk)
        if size > granted or time.monotonic() - renewed > uploads.RENEWED_S:
            go_on = partial(uploads.go_on, desk, who, incoming)
            granted = await to_thread.run_sync(go_on, size, granted)
            renewed = time.monotonic()
        yield chunk


def _kept(request: Request, desk: Desk, incoming: Incoming, name: str, sha256: str) -> Upload:
    who = still(request, desk)  # which may have taken hours
    uploads.need_to_upload(desk, who)
    return uploads.keep(desk, who, incoming, name, sha256)


async def _written(incoming: Incoming, chunks: AsyncIterator[bytes]) -> str:
    """The SHA-256 of what came, once it is in its place."""
    digest = hashlib.sha256()
    waiting = bytearray()

    def put(file: BufferedWriter, block: bytes) -> None:
        digest.update(block)
        file.write(block)

    with incoming.path.open("xb") as file:
        async for chunk in chunks:
            waiting += chunk
            if len(waiting) >= BLOCK:
                await to_thread.run_sync(put, file, bytes(waiting))
                waiting.clear()
        put(file, bytes(waiting))
    return digest.hexdigest()


async def _of_form(
    request: Request, desk: Desk, who: Principal, body: AsyncIterator[bytes]
) -> Received:
    """The file of a form: what stands before it are its fields, what comes after it too."""
    form = _Form(request, streams.parts(request, body))
    upload = None
    try:
        while (name := await form.next_file()) is not None:
            if upload is not None:
                raise Refused(422, "one file at a time")
            upload = await take(request, desk, who, name, form.file())
    except BaseException:
        if upload is not None:
            desk.files.remove(upload.id)
        raise
    if upload is None:
        raise Refused(422, "there is no file in the form")
    return Received(upload, form.fields)


class _Form:
    """A form that is read once, from its beginning to its end."""

    def __init__(self, request: Request, parts: AsyncIterator[streams.Part]) -> None:
        self.fields: dict[str, str] = {}
        self._request = request
        self._parts = parts
        self._ahead: streams.Part | None = None

    async def next_file(self) -> str | None:
        """Read fields up to the next file; its name. Raises Refused."""
        values: dict[str, bytes] = {}
        part = self._ahead or await anext(self._parts, None)
        self._ahead = None
        while part is not None and part.filename is None:
            values[part.field] = values.get(part.field, b"") + part.data
            if len(values[part.field]) > streams.MOST_FIELD:
                raise Refused(413, "a field is too long")
            part = await anext(self._parts, None)
        self.fields |= {name: said.decode("utf-8", "replace") for name, said in values.items()}
        check_late_csrf(self._request, self.fields.get(CSRF_FIELD))
        return None if part is None else part.filename

    async def file(self) -> AsyncIterator[bytes]:
        """The bytes of the file that was just named."""
        async for part in self._parts:
            if not part.data:  # the beginning of the next field
                self._ahead = part
                return
            yield part.data


def _check_room(request: Request, desk: Desk) -> None:
    said = said_length(request.scope)
    if said > desk.config.max_upload_bytes:
        raise Refused(413, f"at most {desk.config.max_upload_bytes} bytes")
    if said > readiness.free_bytes(desk):
        raise Refused(507)
