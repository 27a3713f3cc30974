"""Where a capture may go: two schemes, public addresses, no ports of other services."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, quote, urljoin, urlsplit

MAX_URL = 8192
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DEFAULT_PORTS = {"http": 80, "https": 443}

# A lab's own: refused unless `allow_private`.
_LAB = [
    ip_network(net)
    for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
] + [ip_network(net) for net in ("::1/128", "fc00::/7")]
# Nobody's streams: a cloud's metadata, everyone at once, addresses that hide others.
_NEVER = [
    ip_network(net)
    for net in ("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4")
] + [
    ip_network(net)
    for net in ("::/96", "fe80::/10", "fec0::/10", "ff00::/8", "2001::/32", "64:ff9b:1::/48")
]
_NAT64 = ip_network("64:ff9b::/96")

# Services that take lines of text and could be made to act on a request (from the WHATWG list).
_OTHER_SERVICES = frozenset(
    {1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101}
    | {102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389}
    | {427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636}
    | {989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 5060, 5061, 6000, 6379, 6566}
    | {6665, 6666, 6667, 6668, 6669, 6697, 10080, 11211}
)


class Refused(Exception):
    """The policy forbids it; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address of a resource: where to connect and what to ask for."""

    url: str
    scheme: str
    host: str  # as in Host and SNI, without brackets
    port: int
    path: str  # with the query

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be connected to. `allow_private` is for a lab: loopback and private networks."""

    allow_private: bool = False

    def target(self, url: str) -> Target:
        """The parts of a URL that may be asked for. Raises Refused."""
        if len(url) > MAX_URL or _CONTROL.search(url):
            raise Refused(f"an address with control characters or too long: {url[:80]!r}")
        parts = _split(url)
        host, port = _host(parts, url), _port(parts, url)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~?[]")
        return Target(url, parts.scheme, host, port, f"{path}?{query}" if query else path)

    def addresses(self, host: str, resolved: Sequence[str]) -> list[str]:
        """The resolved addresses, if all of them may be connected to. Raises Refused.

        One forbidden address among good ones is how a name is made to lead inside, so it
        spoils them all.
        """
        if not resolved:
            raise Refused(f"{host} has no address")
        for address in resolved:
            self._address(host, ip_address(address.split("%")[0]))
        return list(resolved)

    def _address(self, host: str, address: IPv4Address | IPv6Address) -> None:
        if isinstance(address, IPv6Address) and (inner := _embedded(address)) is not None:
            self._address(host, inner)
            return
        lab = any(address in net for net in _LAB)
        if lab and self.allow_private:
            return
        if lab:
            raise Refused(f"{host} leads to {address}, a private address; a lab can be allowed")
        if not address.is_global or any(address in net for net in _NEVER):
            raise Refused(f"{host} leads to {address}, which is no public address")


def absolute(base: str, said: str) -> str:
    """A reference found at `base`. One that makes no sense stays as it is, to be refused."""
    try:
        return urljoin(base, said)
    except ValueError:
        return said


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Refused(f"{url[:80]!r} is no address: {error}") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise Refused(f"only http and https are followed, not {url[:80]!r}")
    if parts.username is not None or parts.password is not None:
        raise Refused("an address with a user name in it")
    return parts


def _host(parts: SplitResult, url: str) -> str:
    if not parts.hostname:
        raise Refused(f"{url[:80]!r} names no host")
    if ":" in parts.hostname:
        return parts.hostname
    try:
        return parts.hostname.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise Refused(f"{parts.hostname[:80]!r} is no name of a host") from error


def _port(parts: SplitResult, url: str) -> int:
    try:
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except ValueError as error:
        raise Refused(f"{url[:80]!r} has no usable port") from error
    if port in _OTHER_SERVICES:
        raise Refused(f"port {port} is another service's")
    return port
