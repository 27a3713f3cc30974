"""Bounds on bodies and time, asked as a server asks an application: without one that helps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reelprint.service.limits import MOST_BODY, MOST_DEPTH, Bodies, Deadline

HALF = bytes(MOST_BODY // 2)
JSON = (b"content-type", b"application/json")


def nowhere(_: str, __: str) -> bool:
    """No body is streamed."""
    return False


def asked(app: ASGIApp, *pieces: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()) -> list[int]:
    """The statuses that are answered to a body that comes in pieces, once all is over."""
    left, said = list(pieces), []
    scope = {"type": "http", "method": "PUT", "path": "/v1/works/x", "headers": list(headers)}

    async def receive() -> Message:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    async def whole() -> None:
        await app(scope, receive, send)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run(whole())
    return said


def answering(heard: Callable[[], object], after_s: float = 0.0) -> ASGIApp:
    """An application that says that it was asked, and answers a while later."""

    async def app(_: Scope, __: Receive, send: Send) -> None:
        heard()
        await asyncio.sleep(after_s)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return app


@pytest.mark.parametrize(
    ("pieces", "headers", "status"),
    [
        ((HALF, HALF), (), 200),
        ((HALF, HALF, b"x"), (), 413),
        ((b"",), ((b"content-length", str(MOST_BODY + 1).encode()),), 413),
        ((b"",), ((b"content-length", b"-1"),), 400),
        ((b"",), ((b"content-length", b"1" * 19),), 400),
        ((b"[" * MOST_DEPTH,), (JSON,), 200),
        ((b"[" * 20, b"{" * 20), (JSON,), 422),
        ((b"[" * 40,), (), 200),
    ],
)
def test_a_body_out_of_bounds_does_not_arrive(
    pieces: tuple[bytes, ...], headers: tuple[tuple[bytes, bytes], ...], status: int
) -> None:
    arrived: list[int] = []
    app = Bodies(answering(lambda: arrived.append(1)), nowhere)
    assert asked(app, *pieces, headers=headers) == [status]
    assert arrived == ([1] if status == 200 else [])


@pytest.mark.parametrize(("after_s", "status"), [(0.0, 200), (0.1, 504)])
def test_who_answers_too_late_is_not_heard(after_s: float, status: int) -> None:
    app = Deadline(answering(lambda: None, after_s), 0.02 if after_s else 30.0, nowhere)
    assert asked(app, b"") == [status]
