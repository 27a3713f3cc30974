"""What the next page says once of what was just done: a key of the texts and what fills it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import RedirectResponse

COOKIE = "flash"
MOST_LETTERS = 200  # of a value
AGE_S = 60


@dataclass(frozen=True, slots=True)
class Flash:
    """One message."""

    key: str  # `flash.` before it
    values: dict[str, str]
    bad: bool = False


def go(request: Request, path: str, key: str, bad: bool = False, **values: str) -> RedirectResponse:
    """Go to a page, which will say this."""
    response = RedirectResponse(path, status_code=303)
    short = {name: value[:MOST_LETTERS] for name, value in values.items()}
    response.set_cookie(
        COOKIE, _packed(Flash(key, short, bad)), max_age=AGE_S, httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


def waiting(request: Request) -> Flash | None:
    """What is to be said on this page. A cookie that is no message of ours says nothing."""
    packed = request.cookies.get(COOKIE)
    if packed is None:
        return None
    try:
        key, values, bad = json.loads(urlsafe_b64decode(packed))
        return Flash(str(key), {str(k): str(v) for k, v in values.items()}, bool(bad))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _packed(flash: Flash) -> str:
    said = json.dumps([flash.key, flash.values, flash.bad])
    return urlsafe_b64encode(said.encode()).decode("ascii")
