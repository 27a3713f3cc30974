"""/login/oidc: to an OpenID provider, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Query, Request
from fastapi.responses import RedirectResponse

from accounts.errors import NotKnown
from reelprint.desk import oidc
from reelprint.service.problems import Refused
from reelprint.service.security import COOKIE as SESSION
from reelprint.service.security import Anyone, DeskOf, address_of, put_cookie

START = "/login/oidc"
COOKIE = "reelprint_login"  # the browser that a log-in began in
_MOST = 5000  # characters

router = APIRouter()


@router.get(START, dependencies=[Anyone])
def to_provider(
    request: Request,
    desk: DeskOf,
    then: Annotated[str, Query(alias="next", max_length=_MOST)] = "/",
) -> RedirectResponse:
    """Send a browser to the provider."""
    url, browser = oidc.begin(desk, then, address_of(request))
    response = RedirectResponse(url, 303)
    response.set_cookie(
        *(COOKIE, browser, oidc.WITHIN_S),
        path=START,
        secure=desk.config.is_https,
        httponly=True,
        samesite="lax",  # the way back begins at another site
    )
    return response


@router.get(oidc.CALLBACK, dependencies=[Anyone])
def from_provider(
    request: Request,
    desk: DeskOf,
    state: Annotated[str, Query(max_length=_MOST)] = "",
    code: Annotated[str | None, Query(max_length=_MOST)] = None,
    browser: Annotated[str, Cookie(alias=COOKIE, max_length=_MOST)] = "",
) -> RedirectResponse:
    """Log in who comes back. Raises Refused with status 403, whatever is wrong."""
    try:
        session, path = oidc.finish(desk, state, browser, code, address_of(request))
    except NotKnown as error:
        raise Refused(403, "nobody is known by this here: log in again") from error
    if (before := request.cookies.get(SESSION)) is not None:
        desk.accounts.log_out(before)  # whoever this browser was until now
    response = RedirectResponse(path, 303)
    put_cookie(response, session, desk.config)
    response.delete_cookie(COOKIE, path=START)
    return response
