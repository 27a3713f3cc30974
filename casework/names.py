"""What cases, sites, sources and people may be called. Each raises ValueError with the reason."""

from __future__ import annotations

import re

_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST = 2000
_RESERVED = "casework.db"  # and what SQLite keeps beside it


def case_id(said: str) -> str:
    """A case's id, which is a folder's name as well."""
    if not _CASE.fullmatch(said) or said.lower().startswith(_RESERVED) or said.endswith("."):
        raise ValueError(
            f"{said!r} is no id for a case: up to 64 letters, digits, '.', '_' and '-', "
            "beginning with a letter or a digit"
        )
    return said


def actor(said: str) -> str:
    """Who does something."""
    return _line(said.strip(), "a name of a person", 200)


def site(said: str) -> str:
    """A site: a host's name, or what a recording is said to come from."""
    found = _line(said.strip().lower(), "a site", 253)
    if any(c.isspace() or c in "/\\" for c in found):
        raise ValueError(f"{said!r} is no site: a host's name, without a path")
    return found


def source(said: str) -> str:
    """An address or a path."""
    return _line(said, "a source", 8192)


def reason(said: str) -> str:
    """Why something was decided, or by what authority."""
    return _line(said.strip(), "a reason", _LONGEST)


def territory(said: str) -> str:
    """ISO 3166-1 alpha-2, in capitals."""
    if not _COUNTRY.fullmatch(said.upper()):
        raise ValueError(f"{said!r} is no territory: two letters, such as KR")
    return said.upper()


def told(text: str) -> str:
    """What a program said, as text that can be written down: what is none is spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _line(said: str, what: str, longest: int) -> str:
    if not said or len(said) > longest or not said.isprintable():
        raise ValueError(f"{said[:80]!r} is not {what}: 1 to {longest} characters on one line")
    return said
