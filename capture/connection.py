"""One connection: a name resolved once, its address checked and pinned, with a deadline."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from capture.brake import Brake
from capture.certificates import Tls, tls_of
from capture.clock import Clock
from capture.failures import Failed
from capture.limits import Limits
from capture.policy import Policy, Target

Resolver = Callable[[str, int], Sequence[str]]
_PIECE = 64 * 1024


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by this machine's resolver. Raises Failed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failed("resolve", f"{host}: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Line:
    """An open connection to `address`, one of `resolved`."""

    sock: socket.socket
    address: str
    port: int
    resolved: tuple[str, ...]
    tls: Tls | None
    clock: Clock
    silence_s: float
    brake: Brake

    def send(self, data: bytes, deadline: float) -> None:
        """Send all of it, before a monotonic second. Raises Failed."""
        self._set_timeout(deadline)
        try:
            self.sock.sendall(data)
        except OSError as error:
            raise Failed("dropped", f"while asking: {error}") from error

    def receive(self, deadline: float) -> bytes:
        """What came next, empty at the end. Raises Failed at the deadline and after silence."""
        self._set_timeout(deadline)
        try:
            with self.brake.free():
                return self.sock.recv(_PIECE)
        except TimeoutError as error:
            if deadline - self.clock.monotonic() <= 0:
                raise Failed("timeout", "too slow") from error
            raise Failed("silent", "no byte came") from error
        except ssl.SSLEOFError:
            return b""  # closed without the farewell of TLS: HTTP's framing tells what is missing
        except OSError as error:
            raise Failed("dropped", str(error)) from error

    def _set_timeout(self, deadline: float) -> None:
        left = deadline - self.clock.monotonic()
        if left <= 0:
            raise Failed("timeout", "too slow")
        self.sock.settimeout(min(left, self.silence_s))


@dataclass(frozen=True, slots=True)
class Network:
    """The only way out. No proxy of the environment is used: it would choose the address."""

    policy: Policy
    limits: Limits
    clock: Clock
    resolver: Resolver = resolve
    brake: Brake = field(default_factory=Brake)

    @contextlib.contextmanager
    def line(self, target: Target, deadline: float) -> Iterator[Line]:
        """A connection to what was checked, closed in the end. Raises Refused and Failed."""
        with self.brake.free():
            resolved = self.resolver(target.host, target.port)
            allowed = self.policy.addresses(target.host, resolved)
            sock, tls = self._connect(allowed, target, deadline)
        with sock:
            address = str(sock.getpeername()[0])
            yield Line(
                *(sock, address, target.port, tuple(allowed), tls),
                *(self.clock, self.limits.silence_s, self.brake),
            )

    def _connect(
        self, addresses: Sequence[str], target: Target, deadline: float
    ) -> tuple[socket.socket, Tls | None]:
        def plain() -> socket.socket:
            left = min(self.limits.connect_s, deadline - self.clock.monotonic())
            return _first(addresses, target.port, left)

        if target.scheme == "http":
            return plain(), None
        return _secured(plain, target.host)


def _first(addresses: Sequence[str], port: int, timeout_s: float) -> socket.socket:
    """A connection to the first address that takes one."""
    said = "no time left"
    for address in addresses:
        if timeout_s <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout_s)
        except OSError as error:
            said = f"{address} port {port}: {error}"
    raise Failed("connect", said)


def _secured(plain: Callable[[], socket.socket], host: str) -> tuple[ssl.SSLSocket, Tls]:
    """A connection whose chain is trusted, or else one whose chain is not, and why."""
    try:
        sock, refusal = _shaken(plain(), host, ssl.create_default_context()), None
    except ssl.SSLCertVerificationError as error:
        sock, refusal = _shaken(plain(), host, _trusting()), error.verify_message
    return sock, tls_of(sock, refusal)


def _shaken(sock: socket.socket, host: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    try:
        return context.wrap_socket(sock, server_hostname=host)
    except ssl.SSLCertVerificationError:
        sock.close()
        raise
    except OSError as error:
        sock.close()
        raise Failed("tls", f"{host}: {error}") from error


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
