"""Cookies that say who somebody is: named so that no other host of the domain can have set them.

A browser takes a cookie whose name begins with `__Host-` from this very host by https alone, and
for no other (RFC 6265bis). By http, on a machine of one's own, there is no such name.
"""

from __future__ import annotations

from fastapi import Request, Response

from reelprint.service.config import Config

SESSION = "reelprint_session"
LOGIN = "reelprint_login"  # the browser that a log-in by OpenID began in


def name_of(cookie: str, config: Config) -> str:
    """What a cookie is called here."""
    return f"__Host-{cookie}" if config.is_https else cookie


def shown(request: Request, cookie: str, config: Config) -> str | None:
    """What a browser shows; None too where it shows several, for only one of them is ours."""
    name = name_of(cookie, config)
    parts = [part for line in request.headers.getlist("cookie") for part in line.split(";")]
    pairs = [part.strip().partition("=") for part in parts]
    values = [value for said, _, value in pairs if said.strip() == name]
    return values[0].strip() if len(values) == 1 else None


def put(
    response: Response, cookie: str, value: str, config: Config, age_s: int | None = None
) -> None:
    """Have a browser keep it, until it is closed or for so long. Sent from links, for people follow
    links to pages, and come back from a provider."""
    response.set_cookie(
        name_of(cookie, config), value, age_s,
        httponly=True, samesite="lax", secure=config.is_https, path="/",
    )  # fmt: skip


def drop(response: Response, cookie: str, config: Config) -> None:
    """Have a browser forget it."""
    response.delete_cookie(
        name_of(cookie, config), httponly=True, samesite="lax", secure=config.is_https, path="/"
    )
