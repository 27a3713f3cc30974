"""What a browser prefers: language, light or dark, single keys; kept in cookies of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeGuard, get_args

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from reelprint.console.texts import LANGUAGES, Language, is_language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
LANGUAGE, THEME, KEYS = "lang", "theme", "keys"
YEAR_S = 365 * 24 * 3600
MOST_RANGES = 20  # of Accept-Language

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How pages are to look and speak."""

    language: Language
    theme: Theme
    keys: bool  # whether single keys do anything


def preferences(request: Request) -> Preferences:
    """What this request prefers."""
    theme = request.cookies.get(THEME)
    return Preferences(
        language(request.cookies.get(LANGUAGE), request.headers.get("accept-language", "")),
        theme if _is_theme(theme) else "auto",
        request.cookies.get(KEYS) != "off",
    )


def language(chosen: str | None, accepted: str) -> Language:
    """The language that was chosen, or else the most welcome one of `Accept-Language`.

    >>> language(None, "fr, ko-KR;q=0.8, en;q=0.5"), language("en", "ko"), language("xx", "*")
    ('ko', 'en', 'en')
    """
    if is_language(chosen):
        return chosen
    ranked = sorted(accepted.split(",")[:MOST_RANGES], key=_quality, reverse=True)
    for one in ranked:
        name = one.split(";")[0].strip().split("-")[0].lower()
        if is_language(name) and _quality(one) > 0:
            return name
    return LANGUAGES[0]


def local(path: str) -> str:
    """A path of this site, whatever a stranger wrote.

    >>> local("/works?q=a"), local("//elsewhere.example"), local("/\\\\elsewhere"), local("https:x")
    ('/works?q=a', '/', '/', '/')
    """
    clean = all(" " < character < "\x7f" and character != "\\" for character in path)
    return path if clean and path.startswith("/") and not path.startswith("//") else "/"


@router.post("/preferences")
def prefer(
    request: Request,
    lang: Annotated[str | None, Form()] = None,
    theme: Annotated[str | None, Form()] = None,
    keys: Annotated[str | None, Form()] = None,
    then: Annotated[str, Form()] = "/",
) -> Response:
    """Keep what was chosen, and go back to the page. It changes nothing but this browser's cookies,
    so it asks for no session."""
    response = RedirectResponse(local(then), status_code=303)
    wanted = ((LANGUAGE, lang, LANGUAGES), (THEME, theme, THEMES), (KEYS, keys, ("on", "off")))
    for name, value, allowed in wanted:
        if value is not None and value in allowed:
            response.set_cookie(
                name, value, max_age=YEAR_S, httponly=True, samesite="lax",
                secure=request.url.scheme == "https",
            )  # fmt: skip
    return response


def _is_theme(name: object) -> TypeGuard[Theme]:
    return name in THEMES


def _quality(accepted: str) -> float:
    try:
        return float(accepted.partition("q=")[2] or 1)
    except ValueError:
        return 0.0
