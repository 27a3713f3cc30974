"""A proxy on loopback that leads only where the policy allows, for programs that are not ours.

A resolver of pages makes its own connections. It is given this proxy, which looks a name up once,
checks all its addresses, connects to one of these, and writes down where it went. What passes is
not read, and capped. A password keeps others on this machine out (RFC 9110, 7.6 and 11.7).
"""

from __future__ import annotations

import base64
import contextlib
import secrets
import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

from capture.connection import Network
from capture.failures import Failed
from capture.limits import MiB
from capture.policy import Refused, Target

_HEAD, _PIECE = 64 * 1024, 64 * 1024
_MOST = 256 * MiB  # through all its connections
_IDLE_S = 30.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a program wanted to go, and what came of it."""

    authority: str
    address: str | None
    refusal: str | None

    def as_dict(self) -> dict[str, str | None]:
        """For the log."""
        return {"authority": self.authority, "address": self.address, "refusal": self.refusal}


@dataclass(frozen=True, slots=True)
class _Asked:
    """The head of a request: where to, and what is passed on (nothing of a CONNECT)."""

    target: Target
    tunnel: bool
    onward: bytes


class Proxy(ThreadingTCPServer):
    """Runs in a thread; `visits` grow in the order in which they were made."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, network: Network) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.network = network
        self.visits: list[Visit] = []
        self.left = _MOST
        self._password = secrets.token_hex(16)
        credentials = base64.b64encode(f"reelprint:{self._password}".encode())
        self.credentials = b"basic " + credentials

    @property
    def url(self) -> str:
        """What a program is told."""
        return f"http://reelprint:{self._password}@127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """A connection that broke concerns only who made it."""


@contextlib.contextmanager
def guarding(network: Network) -> Iterator[Proxy]:
    """A proxy that runs until the block ends."""
    with Proxy(network) as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
        yield proxy
        proxy.shutdown()


class _Handler(BaseRequestHandler):
    """One connection of the program."""

    request: socket.socket
    server: Proxy

    def handle(self) -> None:
        """Check who asks and what for, connect, and pass on what comes."""
        self.request.settimeout(_IDLE_S)
        head, rest = self._head()
        if not _is_allowed(head, self.server.credentials):
            self._answer("407 Proxy Authentication Required")
            return
        try:
            asked = _read(head, self.server.network)
            onward = self._connected(asked.target)
        except (Refused, Failed) as error:
            where = head.split(b" ")[1][:300].decode("latin-1")
            self.server.visits.append(Visit(where, None, str(error)))
            self._answer("403 Forbidden")
            return
        with onward:
            self._pass_on(asked, rest, onward)

    def _head(self) -> tuple[bytes, bytes]:
        """The head of the request, and what came with it."""
        data = b""
        while b"\r\n\r\n" not in data and len(data) < _HEAD:
            piece = self.request.recv(_PIECE)
            if not piece:
                break
            data += piece
        head, _, rest = data.partition(b"\r\n\r\n")
        return head, rest

    def _connected(self, target: Target) -> socket.socket:
        network = self.server.network
        resolved = network.resolver(target.host, target.port)
        address = network.policy.addresses(target.host, resolved)[0]
        try:
            line = socket.create_connection((address, target.port), network.limits.connect_s)
        except OSError as error:
            raise Failed("connect", f"{address} port {target.port}: {error}") from error
        self.server.visits.append(Visit(target.authority, address, None))
        return line

    def _answer(self, status: str) -> None:
        challenge = 'Proxy-Authenticate: Basic realm="reelprint"\r\n'
        said = f"HTTP/1.1 {status}\r\n{challenge}Content-Length: 0\r\nConnection: close\r\n\r\n"
        self.request.sendall(said.encode("ascii"))

    def _pass_on(self, asked: _Asked, rest: bytes, onward: socket.socket) -> None:
        onward.settimeout(_IDLE_S)
        onward.sendall(asked.onward + rest)
        if asked.tunnel:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            self.request.sendall(_closing(onward))
        other = {self.request: onward, onward: self.request}
        while ready := select.select(list(other), [], [], _IDLE_S)[0]:
            for one in ready:
                if not self._moved(one, other[one]):
                    return

    def _moved(self, one: socket.socket, other: socket.socket) -> bool:
        """Pass a piece on; whether there was one, and more may follow."""
        piece = one.recv(_PIECE)
        self.server.left -= len(piece)
        if not piece or self.server.left < 0:
            return False
        other.sendall(piece)
        return True


def _is_allowed(head: bytes, credentials: bytes) -> bool:
    lines = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    said = (value.strip() for name, _, value in lines if name.lower() == b"proxy-authorization")
    kinds = (value.partition(b" ") for value in said)
    given = [kind.lower() + b" " + rest.strip() for kind, _, rest in kinds]
    return any(secrets.compare_digest(one, credentials) for one in given)


def _read(head: bytes, network: Network) -> _Asked:
    """What a head asks for. Raises Refused."""
    line, *fields = head.split(b"\r\n")
    method, _, rest = line.partition(b" ")
    where = rest.rpartition(b" ")[0].decode("latin-1")
    if method == b"CONNECT":
        return _Asked(network.policy.target(f"https://{where}/"), True, b"")
    target = network.policy.target(where)
    parts = urlsplit(where)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [one for one in fields if not one.lower().startswith((b"proxy-", b"connection:"))]
    first = b" ".join([method, path.encode("latin-1"), b"HTTP/1.1"])
    # One request a connection: the next may be for a host that was not checked.
    return _Asked(target, False, b"\r\n".join([first, *kept, b"Connection: close", b"", b""]))


def _closing(onward: socket.socket) -> bytes:
    """How an answer begins, with the word that no other follows on this connection: what the
    program asks for next may be elsewhere."""
    data = b""
    while b"\r\n" not in data and len(data) < _HEAD:
        piece = onward.recv(_PIECE)
        if not piece:
            break
        data += piece
    return data.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
