"""/login/oidc: to an OpenID provider, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from accounts.errors import NotKnown
from reelprint.desk import oidc
from reelprint.service import cookies
from reelprint.service.problems import Refused
from reelprint.service.security import Anyone, DeskOf, ShownSession, address_of

START = "/login/oidc"
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
    cookies.put(response, cookies.LOGIN, browser, desk.config, oidc.WITHIN_S)
    return response


@router.get(oidc.CALLBACK, dependencies=[Anyone])
def from_provider(
    request: Request,
    desk: DeskOf,
    state: Annotated[str, Query(max_length=_MOST)] = "",
    code: Annotated[str | None, Query(max_length=_MOST)] = None,
    before: ShownSession = None,
) -> RedirectResponse:
    """Log in who comes back. Raises Refused with status 403, whatever is wrong."""
    browser = cookies.shown(request, cookies.LOGIN, desk.config) or ""
    try:
        session, path = oidc.finish(desk, state, browser, code, address_of(request))
    except NotKnown as error:
        raise Refused(403, "nobody is known by this here: log in again") from error
    if before is not None:
        desk.accounts.log_out(before)  # whoever this browser was until now
    response = RedirectResponse(path, 303)
    cookies.put(response, cookies.SESSION, session.token, desk.config)
    cookies.drop(response, cookies.LOGIN, desk.config)
    return response
