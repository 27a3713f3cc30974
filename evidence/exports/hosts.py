"""What a source or a site's name is: a URL, an address, a name of a host, or neither."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})+", re.ASCII | re.IGNORECASE)
_SCHEMES = ("http", "https")


def is_url(text: str) -> bool:
    """Whether a text is a URL of the web, as RFC 3986 has it.

    >>> is_url("https://site.example/live.m3u8"), is_url("clips/recording.ts"), is_url("http://a b")
    (True, False, False)
    """
    return text.isascii() and is_iri(text)


def is_iri(text: str) -> bool:
    """Whether a text is a URL of the web, which may hold letters of any script.

    >>> is_iri("https://영화.example/live.m3u8"), is_iri("https://a.example/\u202e")
    (True, False)
    """
    if not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.hostname)


def host_of(source: str) -> str:
    """The host in a URL, in lower case; empty if there is none.

    >>> host_of("https://Site.example:8443/live"), host_of("recording.ts")
    ('site.example', '')
    """
    return (urlsplit(source).hostname or "") if is_url(source) else ""


def is_name(host: str) -> bool:
    """Whether it is the name of a host, in the form that the domain name system has.

    >>> is_name("site.example"), is_name("10.0.0.1"), is_name("a site")
    (True, False, False)
    """
    return ip_version(host) == 0 and len(host) <= 253 and _NAME.fullmatch(host) is not None


def ip_version(host: str) -> int:
    """4 or 6 for an IP address, otherwise 0.

    >>> ip_version("192.0.2.1"), ip_version("2001:db8::1"), ip_version("site.example")
    (4, 6, 0)
    """
    try:
        return ipaddress.ip_address(host).version
    except ValueError:
        return 0
