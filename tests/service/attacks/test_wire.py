"""What is said on the wire itself: halves of requests, two in one, slowly, too much of it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import pytest

from reelprint.service import server as serving
from reelprint.service.server import Server
from tests.service.attacks.world import ALL, OURS, World

pytestmark = pytest.mark.long

PATIENCE_S = 30.0
HEADERS_S = 0.5  # in these tests, instead of some seconds


@pytest.fixture(scope="module")
def port(attacked: World) -> Iterator[int]:
    """A real server on loopback."""
    with pytest.MonkeyPatch.context() as patched, served(attacked) as found:
        patched.setattr(serving, "HEADERS_S", HEADERS_S)
        yield found


@contextmanager
def served(world: World) -> Iterator[int]:
    """The application of a world, behind a socket."""
    ready, found = threading.Event(), list[int]()

    def tell(number: int) -> None:
        found.append(number)
        ready.set()

    server = Server(world.app, replace(world.desk.config, port=0), tell)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(PATIENCE_S)
        yield found[0]
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


def said(port: int, data: bytes) -> bytes:
    """What a server answers to bytes, until it hangs up or says nothing for a while."""
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE_S)) as one:
        with suppress(ConnectionError):  # it need not hear us out
            one.sendall(data)
        return received(one)


def received(one: socket.socket) -> bytes:
    one.settimeout(2.0)
    found = b""
    try:
        while piece := one.recv(1 << 16):
            found += piece
    except (TimeoutError, ConnectionError):
        pass
    return found


def statuses(answer: bytes) -> list[int]:
    """The status of each response in what was received."""
    lines = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    return [int(line.split()[1]) for line in lines]


HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n"
SMUGGLED = b"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


POST, GET = b"POST /v1/suspects HTTP/1.1\r\n" + HOST, b"GET /healthz HTTP/1.1\r\n" + HOST
NO_CHUNKS, BODY = b"\r\n\r\n0\r\n\r\n" + SMUGGLED, b"\r\n\r\n0000" + SMUGGLED
READ_IN_TWO_WAYS = [
    # Two lengths that do not agree: who believes which?
    POST + b"Content-Length: 4\r\nContent-Length: 60" + NO_CHUNKS,
    POST + b"Content-Length: 4, 60" + NO_CHUNKS,
    POST + b"Content-Length: +4" + BODY,
    POST + b"Content-Length : 4" + BODY,
    POST + b"Transfer-Encoding: xchunked" + NO_CHUNKS,
    POST + b"Transfer-Encoding: chunked, identity" + NO_CHUNKS,
    POST + b"Transfer-Encoding: chunked\r\n\r\nZ\r\n\r\n" + SMUGGLED,
    POST + b"Transfer-Encoding : chunked" + NO_CHUNKS,
    # Names and lines that some read as two.
    GET + b"Host: evil.example\r\n\r\n",
    GET + b"X: a\rb\r\n\r\n",
    GET + b"X: a\x00b\r\n\r\n",
    GET + b"X y: a\r\n\r\n",
    b"GET /healthz\r\n\r\n",
    b"GET  /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /healthz HTTP/1.1\r\n\r\n",
    # What is none, and what has no end.
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"A" * 100_000,
    GET + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
    GET + b"X: a\r\n" * 200_000 + b"\r\n",
    b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
]


@pytest.mark.parametrize("asked", READ_IN_TWO_WAYS, ids=lambda one: ascii(one[40:90])[2:-1])
def test_what_can_be_read_in_two_ways_is_refused_and_the_connection_ends(
    port: int, asked: bytes
) -> None:
    answer = said(port, asked)
    assert statuses(answer) in ([], [400], [404], [421], [431]), answer[:300]


def test_both_a_length_and_chunks_are_one_request(port: int) -> None:
    """Chunks count, as RFC 9112 says, and what follows them is not answered as another's."""
    answer = said(
        port,
        b"POST /v1/suspects HTTP/1.1\r\n" + HOST + b"Content-Length: 6\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nG" + SMUGGLED[1:],
    )
    assert len(statuses(answer)) <= 2
    assert statuses(answer)[:1] in ([], [400], [401])


def test_headers_that_come_slowly_end_the_connection(port: int) -> None:
    begun = time.monotonic()
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE_S)) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\n")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            drip(one, begun + 10)
    assert time.monotonic() - begun < 5


def drip(one: socket.socket, until: float) -> None:
    """Send a header now and then."""
    while time.monotonic() < until:
        one.sendall(b"X: a\r\n")
        time.sleep(0.1)


def test_a_connection_that_says_nothing_ends(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE_S)) as one:
        one.settimeout(5)
        assert one.recv(10) == b""


def test_many_silent_connections_keep_nobody_out(port: int) -> None:
    silent = [socket.create_connection(("127.0.0.1", port), PATIENCE_S) for _ in range(200)]
    try:
        for one in silent:
            one.sendall(b"POST /v1/uploads HTTP/1.1\r\n")
        begun = time.monotonic()
        answer = said(port, b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n")
        assert statuses(answer) == [200]
        assert time.monotonic() - begun < 5
    finally:
        for one in silent:
            one.close()


def test_an_upload_that_breaks_off_leaves_nothing(attacked: World, port: int) -> None:
    key = attacked.keys[f"{ALL}@{OURS}.example"].encode()
    uploads = attacked.home / "service" / "uploads"
    before = set(uploads.iterdir())
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE_S)) as one:
        one.sendall(
            b"POST /v1/uploads HTTP/1.1\r\n" + HOST + b"Authorization: Bearer " + key + b"\r\n"
            b"Content-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\n"
            + b"x"
            * 1000
        )
        give_up = time.monotonic() + PATIENCE_S
        while set(uploads.iterdir()) == before and time.monotonic() < give_up:
            time.sleep(0.02)
    while set(uploads.iterdir()) != before and time.monotonic() < give_up:
        time.sleep(0.02)
    assert set(uploads.iterdir()) == before


def test_nothing_says_what_serves(port: int) -> None:
    answer = said(port, b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n").lower()
    assert b"\r\nserver:" not in answer
    assert b"uvicorn" not in answer
    assert b"python" not in answer
