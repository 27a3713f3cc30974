"""Who asks: a key, or the cookie of a session, whose changes need a token of the session too."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from accounts.errors import NotKnown
from accounts.principal import Principal
from accounts.records import Session
from reelprint.desk.desk import Desk, network
from reelprint.service import cookies
from reelprint.service.config import Config
from reelprint.service.limits import Buckets
from reelprint.service.problems import NotLoggedIn, Refused

CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM = "application/x-www-form-urlencoded"
_BEARER = HTTPBearer(
    scheme_name="key", description="A key, `rp_…`, as `reelprint accounts` gives.", auto_error=False
)
_COOKIE = APIKeyCookie(
    name=cookies.SESSION,
    scheme_name="session",
    description="What the console has; by https its name begins with `__Host-`.",
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Guard:
    """What is counted of callers."""

    known: Buckets  # by principal
    anonymous: Buckets  # by address

    @classmethod
    def of(cls, config: Config) -> Guard:
        """What a configuration allows."""
        return cls(Buckets(config.requests_a_minute), Buckets(config.anonymous_requests_a_minute))


def desk_of(request: Request) -> Desk:
    """The desk of the application that a request is made to."""
    desk: Desk = request.app.state.desk
    return desk


DeskOf = Annotated[Desk, Depends(desk_of)]


def address_of(request: Request) -> str:
    """Where a request comes from, as far as is known."""
    return request.client.host if request.client else "unknown"


async def said_csrf(request: Request) -> str | None:
    """The token that a request carries: a header, or a field of a small form."""
    header = request.headers.get(CSRF_HEADER)
    if header is not None or request.method in SAFE:
        return header
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        return None
    field = (await request.form()).get(CSRF_FIELD)
    return field if isinstance(field, str) else None


def session_cookie(
    request: Request, desk: DeskOf, _: Annotated[str | None, Depends(_COOKIE)]
) -> str | None:
    """The session that a browser shows, if it shows one."""
    return cookies.shown(request, cookies.SESSION, desk.config)


ShownSession = Annotated[str | None, Depends(session_cookie)]


def anyone(request: Request) -> None:
    """Count a request of whoever it is by its address; of IPv6, by the network that somebody has
    all of. Raises Refused with status 429."""
    guard: Guard = request.app.state.guard
    guard.anonymous.take(network(address_of(request)))


def principal(
    request: Request,
    desk: DeskOf,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    cookie: ShownSession,
    csrf: Annotated[str | None, Depends(said_csrf)],
) -> Principal:
    """Who asks. Raises NotLoggedIn, and Refused: 403 without the session's token, 429."""
    who, session = _asking(request, desk, bearer, cookie)
    if session is not None and request.method not in SAFE:
        check_origin(request)
        check_csrf(session, csrf)
    return who


def uploader(
    request: Request,
    desk: DeskOf,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    cookie: ShownSession,
) -> Principal:
    """Who sends a file. A session's token is in the header, or in the form before the file, where
    `check_late_csrf` looks for it. Raises as `principal`."""
    who, session = _asking(request, desk, bearer, cookie)
    if session is not None:
        check_origin(request)
        request.state.csrf_due = CSRF_HEADER not in request.headers
        if not request.state.csrf_due:
            check_csrf(session, request.headers[CSRF_HEADER])
        elif not request.headers.get("content-type", "").lower().startswith("multipart/"):
            check_csrf(session, None)
    return who


Who = Annotated[Principal, Depends(principal)]
Uploader = Annotated[Principal, Depends(uploader)]


def still(request: Request, desk: Desk) -> Principal:
    """Who asks, at the end of a request that took long: with what they may do by then. Raises
    NotLoggedIn when the key or session counts no more."""
    session: Session | None = request.state.session
    if session is not None:
        return _of_session(desk, session.token)[0]
    return _of_key(desk, request.headers["Authorization"].partition(" ")[2].strip())


def session_of(request: Request, _: Who) -> Session | None:
    """The session that a request comes with; None when it comes with a key."""
    session: Session | None = getattr(request.state, "session", None)
    return session


SessionOf = Annotated[Session | None, Depends(session_of)]
Anyone = Depends(anyone)


def _asking(
    request: Request,
    desk: Desk,
    bearer: HTTPAuthorizationCredentials | None,
    cookie: str | None,
) -> tuple[Principal, Session | None]:
    """Who asks, and the session if it is by one; counted. Raises NotLoggedIn, Refused."""
    try:
        if "Authorization" in request.headers:
            who, session = _of_key(desk, bearer.credentials if bearer else None), None
        else:
            who, session = _of_session(desk, cookie)
    except NotLoggedIn:
        anyone(request)
        raise
    guard: Guard = request.app.state.guard
    guard.known.take(str(who.account))
    request.state.session = session
    return who, session


def _of_key(desk: Desk, secret: str | None) -> Principal:
    if secret is None:
        raise NotLoggedIn
    try:
        return desk.accounts.principal_of_key(secret)
    except NotKnown as error:
        raise NotLoggedIn from error


def _of_session(desk: Desk, cookie: str | None) -> tuple[Principal, Session]:
    if cookie is None:
        raise NotLoggedIn
    try:
        return desk.accounts.principal_of_session(cookie)
    except NotKnown as error:
        raise NotLoggedIn("the session has ended") from error


def check_late_csrf(request: Request, said: str | None) -> None:
    """Raise Refused with status 403 unless a form that begins with the session's token says it, or
    none is due."""
    session: Session | None = request.state.session
    if session is not None and request.state.csrf_due:
        check_csrf(session, said)


def check_csrf(session: Session, said: str | None) -> None:
    """Raise Refused with status 403 unless this is the session's token."""
    if said is None or not hmac.compare_digest(session.csrf.encode(), said.encode()):
        raise Refused(403, "the form is of another session, or of none: load the page again")


def check_origin(request: Request) -> None:
    """Raise Refused with status 403 when a browser says that another site asks."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (origin is not None and not _is_own(request, origin)):
        raise Refused(403, "another site asked for this")


def _is_own(request: Request, origin: str) -> bool:
    """Whether an origin is that of the service, as it is known or as it was just asked."""
    config: Config = request.app.state.desk.config
    asked = f"{request.url.scheme}://{request.url.netloc}"
    return _normal(origin) in (_normal(config.url), _normal(asked))


def _normal(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    try:
        return parts.scheme, parts.hostname, parts.port or default
    except ValueError:
        return "", None, None
