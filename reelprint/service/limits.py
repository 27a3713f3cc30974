"""How much one caller may ask for: requests a minute, bytes and depth of a body, time."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reelprint.service.problems import Refused, as_json, problem

MIB = 2**20
MOST_BODY = MIB  # bytes of a body that is not an upload
MOST_DEPTH = 32  # of lists and objects in each other
BODY_S = 30.0  # for such a body to arrive
_log = logging.getLogger(__name__)
CALLERS = 10_000  # of which is known what they asked for


class Buckets:
    """Token buckets by caller: a minute's worth at once, and then as they fill."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute = a_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, when

    def take(self, caller: str) -> None:
        """Count a request. Raises Refused with status 429, which says when to come back."""
        with self._lock:
            now, a_second = self._clock(), self._a_minute / 60
            tokens, at = self._left.pop(caller, (float(self._a_minute), now))
            tokens = min(self._a_minute, tokens + (now - at) * a_second)
            self._left[caller] = (max(0.0, tokens - 1) if tokens >= 1 else tokens, now)
            # Whoever is forgotten asked for nothing in the longest time.
            while len(self._left) > CALLERS:
                self._left.popitem(last=False)
        if tokens < 1:
            wait = math.ceil((1 - tokens) / a_second)
            raise Refused(429, f"ask again in {wait} s", {"Retry-After": str(wait)})


class Bodies:
    """ASGI: bodies that are not streamed are read here, within bounds, before anybody parses them.

    `streams` says of which paths bodies are read as they come, by a route that has bounds of its
    own."""

    def __init__(self, app: ASGIApp, streams: Callable[[str, str], bool]) -> None:
        self._app = app
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body."""
        if scope["type"] != "http" or self._streams(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_S):
                body = await _whole(scope, receive)
            _check_depth(scope, body)
        except TimeoutError:
            await as_json(problem(408), _CLOSE)(scope, receive, send)
        except Refused as error:
            await as_json(problem(error.status, error.detail), _CLOSE)(scope, receive, send)
        except _Gone:
            return
        else:
            await self._app(scope, _replayed(body, receive), send)


_CLOSE = {"Connection": "close"}


class _Gone(Exception):
    """The client went away."""


async def _whole(scope: Scope, receive: Receive) -> bytes:
    if said_length(scope) > MOST_BODY:
        raise Refused(413, f"at most {MOST_BODY} bytes")
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY:
            raise Refused(413, f"at most {MOST_BODY} bytes")
    return bytes(body)


def said_length(scope: Scope) -> int:
    """The Content-Length of a request; 0 when it says none. Raises Refused when it is none."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit() or len(value) > 18:
                raise Refused(400, "the Content-Length is none")
            return int(value)
    return 0


def _check_depth(scope: Scope, body: bytes) -> None:
    kind = next((v for n, v in scope["headers"] if n == b"content-type"), b"")
    if b"json" in kind.lower() and depth(body) > MOST_DEPTH:
        raise Refused(422, f"more than {MOST_DEPTH} lists and objects in each other")


def depth(body: bytes) -> int:
    r"""How deeply lists and objects of JSON lie in each other, whether it is well formed or not.

    >>> depth(b'{"a": [1, "[[[\\"["]}')
    2
    """
    deepest = now = 0
    in_text = escaped = False
    for byte in body:
        if in_text:
            in_text = escaped or byte != 0x22
            escaped = not escaped and byte == 0x5C
        elif byte == 0x22:
            in_text = True
        elif byte in b"[{":
            now += 1
            deepest = max(deepest, now)
        elif byte in b"]}":
            now -= 1
    return deepest


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What gives the body once, and then what comes after it: that the client went away."""
    first = True

    async def again() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again


class Deadline:
    """ASGI: a request that has no answer in time gets one; what works on it ends when it does, and
    is not heard. Once an answer begins, it may take its time."""

    def __init__(self, app: ASGIApp, seconds: float, streams: Callable[[str, str], bool]) -> None:
        self._app = app
        self._seconds = seconds
        self._streams = streams
        self._late: set[asyncio.Future[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or self._streams(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        work = asyncio.ensure_future(self._app(scope, receive, answer.send))
        if await self._is_in_time(work, answer):
            await work
            return
        answer.is_late = True
        self._late.add(work)
        work.add_done_callback(self._ended)
        await as_json(problem(504))(scope, receive, send)

    async def _is_in_time(self, work: asyncio.Future[None], answer: _Answer) -> bool:
        begun = asyncio.ensure_future(answer.begun.wait())
        try:
            either: set[asyncio.Future[Any]] = {work, begun}
            done, _ = await asyncio.wait(
                either, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED
            )
            return bool(done)
        except asyncio.CancelledError:
            work.cancel()
            raise
        finally:
            begun.cancel()

    def _ended(self, work: asyncio.Future[None]) -> None:
        self._late.discard(work)
        if not work.cancelled() and (error := work.exception()):
            _log.error("a request that took too long failed: %r", error)


class _Answer:
    """What an application says, until it is too late."""

    def __init__(self, send: Send) -> None:
        self.begun = asyncio.Event()
        self.is_late = False
        self._send = send

    async def send(self, message: Message) -> None:
        """Say it."""
        self.begun.set()
        if not self.is_late:
            await self._send(message)
