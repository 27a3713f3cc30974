"""Checking an evidence package, for anybody."""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from reelprint.console.pages.errors import reader
from reelprint.console.rendering import render
from reelprint.desk import checking
from reelprint.desk.checking import Busy, Checked
from reelprint.desk.desk import Desk
from reelprint.proving.apart import TooMuch
from reelprint.service import streams
from reelprint.service.limits import MIB, said_length
from reelprint.service.problems import Refused
from reelprint.service.security import Anyone, DeskOf, check_origin

PATH = "/verify"
SLOWEST = 64 * 1024  # bytes a second: who is slower keeps others waiting
RESERVE = 256 * MIB  # of the disk
_SHA256 = re.compile(r"[0-9a-f]{64}")

router = APIRouter(dependencies=[Anyone])


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent."""

    name: str | None  # None: no file
    bytes: int
    sha256: str
    signer: str
    head: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One question, with the worst of its answers, and each of them."""

    key: str  # of its texts
    state: str  # likewise
    details: Sequence[tuple[str, str]]  # state and sentence


@router.get(PATH)
def show(request: Request, desk: DeskOf) -> HTMLResponse:
    """The form."""
    return _form(request, desk)


@router.post(PATH)
async def check(request: Request, desk: DeskOf) -> HTMLResponse:
    """Check what is sent, and delete it."""
    check_origin(request)
    most = _most(desk)
    if said_length(request.scope) > most:
        return _form(request, desk, 413, "verify.too_large")
    try:
        with checking.place_for(desk) as package:
            sent = await _received(request, package, most)
            return await to_thread.run_sync(_checked, request, desk, package, sent)
    except Busy:
        return _form(request, desk, 503, "verify.busy")
    except Refused as error:
        key = "verify.too_large" if error.status == 413 else "verify.broken_off"
        return _form(request, desk, error.status, key)


def _checked(request: Request, desk: Desk, package: Path, sent: Sent) -> HTMLResponse:
    signer, head = _digest(sent.signer), _digest(sent.head)
    if sent.name is None or not sent.bytes:
        return _form(request, desk, 422, "verify.no_file", sent)
    if signer is None or head is None:
        key = "verify.bad_signer" if signer is None else "verify.bad_head"
        return _form(request, desk, 422, key, sent)
    try:
        found = checking.check(desk, package, signer, head)
    except TooMuch:
        return _form(request, desk, 422, "verify.too_much", sent)
    answers = answered(found.checks)
    return render(
        request, reader(request), "verified.html",
        sent=sent, holds=found.verify == "ok", answers=answers,
        is_none=[one.key for one in answers] == ["archive"],
    )  # fmt: skip


def answered(checks: Sequence[Checked]) -> list[Answered]:
    """The answers by question, in the order in which they were asked."""
    by_name: dict[str, list[Checked]] = {}
    for one in checks:
        by_name.setdefault(one.name, []).append(one)
    return [
        Answered(
            re.sub(r"[^a-z]", "_", name),
            _key(min((one.state for one in some), key=("fail", "not checked", "ok").index)),
            [(_key(one.state), one.detail) for one in some],
        )
        for name, some in by_name.items()
    ]


def _key(state: str) -> str:
    return state.replace(" ", "_")


def _form(
    request: Request,
    desk: Desk,
    status: int = 200,
    error: str | None = None,
    sent: Sent | None = None,
) -> HTMLResponse:
    return render(
        request, reader(request), "verify.html", status, error=error, most=_most(desk),
        signer=sent.signer if sent else "", head=sent.head if sent else "",
    )  # fmt: skip


def _most(desk: Desk) -> int:
    """As many bytes as are taken; a package is unpacked beside itself, so it takes twice that."""
    free = shutil.disk_usage(desk.workspace.home).free
    return min(checking.MOST_BYTES, desk.config.max_upload_bytes, max(0, free - RESERVE) // 2)


async def _received(request: Request, package: Path, most: int) -> Sent:
    """Have the file of a form on the disk. Raises Refused."""
    if not streams.is_form(request):
        raise Refused(422, "a form is expected")
    body = streams.body(request, most, SLOWEST)
    try:
        async with aclosing(body):
            return await _of_form(streams.parts(request, body), package)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Refused(507) from error
        raise


async def _of_form(parts: AsyncIterator[streams.Part], package: Path) -> Sent:
    digest, size, name = hashlib.sha256(), 0, None
    fields: dict[str, bytes] = {}
    with package.open("xb") as file:
        async for part in parts:
            if part.filename is None:
                fields[part.field] = (fields.get(part.field, b"") + part.data)[: streams.MOST_FIELD]
            elif part.field == "package":
                name, size = part.filename, size + len(part.data)
                digest.update(part.data)
                await to_thread.run_sync(file.write, part.data)
    said = {key: value.decode("utf-8", "replace") for key, value in fields.items()}
    return Sent(name, size, digest.hexdigest(), said.get("signer", ""), said.get("head", ""))


def _digest(said: str) -> str | None:
    """A SHA-256 as people copy it; empty for none, None for what is no SHA-256."""
    clear = re.sub(r"[\s:]", "", said).lower()
    return clear if not clear or _SHA256.fullmatch(clear) else None
