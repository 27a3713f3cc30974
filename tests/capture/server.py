"""A server that does as it is told, on loopback, and a clock that waits for nobody."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Asked"], None]


class Asked(BaseHTTPRequestHandler):
    """One request; its server holds the answers."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path)
        if answer is None:
            answer = reply(b"nothing here", status=404)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            answer(self)
        self.close_connection = True

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        pass


class Site(ThreadingHTTPServer):
    """Answers by path; `asked` are the paths that were asked for."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.scheme = "https" if context else "http"
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_: Any) -> None:
        pass

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def url(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def put(self, path: str, body: bytes | str, **headers: str) -> None:
        self.answers[path] = reply(body, headers=headers)


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A site that runs."""
    with Site(context) as site:
        threading.Thread(target=site.serve_forever, args=(0.02,), daemon=True).start()
        yield site
        site.shutdown()


def reply(body: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An ordinary answer, which honours ranges."""
    data = body.encode() if isinstance(body, str) else body

    def answer(asked: Asked) -> None:
        span, code = data, status
        said = asked.headers.get("Range")
        asked_headers = dict(headers or {})
        if said and status == 200 and "no-ranges" not in asked_headers:
            first, _, last = said.removeprefix("bytes=").partition("-")
            span, code = data[int(first) : int(last) + 1 if last else None], 206
            asked_headers["Content-Range"] = f"bytes {first}-{int(first) + len(span) - 1}/*"
        asked.send_response(code)
        for name, value in asked_headers.items():
            asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(span)))
        asked.end_headers()
        asked.wfile.write(span)

    return answer


def redirect(to: str) -> Answer:
    return reply(b"", 302, {"Location": to})


def raw(data: bytes) -> Answer:
    """Bytes, just so; then the connection is closed."""
    return lambda asked: void(asked.wfile.write(data))


def void(_: object) -> None:
    """Nothing."""


def in_turn(*answers: Answer) -> Answer:
    """One after the other; the last one for ever."""
    left = list(answers)

    def answer(asked: Asked) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(asked)

    return answer


@dataclass
class QuickClock:
    """Sleeping takes no time, but the clock goes on."""

    now: float = 1000.0
    start: datetime = field(default=datetime(2026, 11, 23, 12, tzinfo=UTC))
    slept: list[float] = field(default_factory=list)

    def wall(self) -> datetime:
        return self.start + timedelta(seconds=self.now - 1000)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
