"""Errors as RFC 9457 has them: application/problem+json, with no path and no trace in any."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from accounts.errors import Throttled

MEDIA_TYPE = "application/problem+json"
API = "/v1/"
PLAIN = ("/healthz", "/readyz", "/metrics", API.rstrip("/"))  # what machines ask for
TITLES: Mapping[int, str] = {
    400: "That is not a request this service understands",
    401: "Say who you are",
    403: "You may not do this",
    404: "There is no such thing",
    405: "This cannot be done with it",
    406: "It cannot be had in that form",
    408: "It took too long to arrive",
    409: "It is at odds with what is there",
    410: "It is no longer kept",
    411: "Say how long it is",
    412: "It has changed meanwhile",
    413: "It is too large",
    415: "It is of another kind than expected",
    416: "It has no such part",
    421: "This service has another name",
    422: "It cannot mean anything",
    428: "Say on which state it rests",
    429: "Too much at once",
    431: "Its headers are too large",
    500: "An error of this service",
    503: "It cannot be done now",
    504: "It took too long",
    507: "There is no room for it",
}
_log = logging.getLogger(__name__)
ErrorPage = Callable[[Request, "Problem"], Response]


class Fault(BaseModel):
    """One thing wrong with a request."""

    pointer: str = Field(description="Where, as body/title or query/limit.")
    detail: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:reelprint:problem:404",
                    "title": TITLES[404],
                    "status": 404,
                    "detail": "there is no work 'film'",
                }
            ]
        }
    )

    type: str = Field(description="Names the kind of error; it does not change.")
    title: str
    status: int
    detail: str | None = None
    errors: list[Fault] | None = None


class Refused(Exception):
    """A request that ends here, with this status."""

    def __init__(
        self, status: int, detail: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail or TITLES[status])
        self.status, self.detail, self.headers = status, detail, headers


class NotLoggedIn(Refused):
    """Nobody, or nobody known, asks for what is not for everybody."""

    def __init__(self, detail: str = "there are no credentials that count here") -> None:
        super().__init__(401, detail, {"WWW-Authenticate": 'Bearer realm="reelprint"'})


def problem(status: int, detail: str | None = None, errors: list[Fault] | None = None) -> Problem:
    """An error of this status."""
    title = TITLES.get(status, TITLES[400 if status < 500 else 500])
    return Problem(
        type=f"urn:reelprint:problem:{status}",
        title=title,
        status=status,
        detail=detail,
        errors=errors,
    )


def as_json(one: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response that says it to machines."""
    said = one.model_dump(exclude_none=True)
    return JSONResponse(said, one.status, dict(headers or {}), MEDIA_TYPE)


def is_for_machines(path: str) -> bool:
    """Whether errors of this path are said as JSON."""
    return path.startswith(PLAIN)


def is_api(scope: Scope) -> bool:
    """Whether a request is one of the API."""
    return bool(scope["path"].startswith(API))


class Answering:
    """How an application answers errors: with JSON, or with pages where people look."""

    def __init__(self, page: ErrorPage | None) -> None:
        self._page = page

    def answer(
        self, request: Request, one: Problem, headers: Mapping[str, str] | None = None
    ) -> Response:
        """The response to a request that failed."""
        if self._page is None or is_for_machines(request.url.path):
            return as_json(one, headers)
        response = self._page(request, one)
        response.headers.update(headers or {})
        return response

    def refused(self, request: Request, error: Exception) -> Response:
        """Of one of ours."""
        if not isinstance(error, Refused):
            raise error
        if isinstance(error, NotLoggedIn) and not is_for_machines(request.url.path):
            return to_login(request)
        return self.answer(request, problem(error.status, error.detail), error.headers)

    def http(self, request: Request, error: Exception) -> Response:
        """Of Starlette's."""
        if not isinstance(error, HTTPException):
            raise error
        return self.answer(request, problem(error.status_code), error.headers)

    def invalid(self, request: Request, error: Exception) -> Response:
        """A request whose form is wrong; what it said is not said again."""
        if not isinstance(error, RequestValidationError):
            raise error
        faults = [_fault(one) for one in error.errors()]
        return self.answer(request, problem(422, None, faults))

    def said(self, status: int) -> Callable[[Request, Exception], Response]:
        """Of errors whose message is for the caller."""
        return lambda request, error: self.answer(request, problem(status, _sentence(error)))

    def throttled(self, request: Request, error: Exception) -> Response:
        """Of log-ins that failed too often."""
        if not isinstance(error, Throttled):
            raise error
        wait = {"Retry-After": str(math.ceil(error.retry_after_s))}
        return self.answer(request, problem(429, _sentence(error)), wait)

    def unsaid(self, status: int) -> Callable[[Request, Exception], Response]:
        """Of errors whose message is for whoever runs the service."""

        def answer(request: Request, error: Exception) -> Response:
            _log.error("%s %s: %s", request.method, request.url.path, error)
            return self.answer(request, problem(status))

        return answer


def to_login(request: Request) -> Response:
    """Where people say who they are; htmx is told to go there with the whole page."""
    there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/login?next={quote(there if request.method == 'GET' else '/')}"
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, 303)


def add_to(
    app: FastAPI,
    page: ErrorPage | None,
    said: Mapping[type[Exception], int],
    unsaid: Mapping[type[Exception], int],
) -> None:
    """Have an application answer these errors, and those that any may raise, as problems."""
    answering = Answering(page)
    app.add_exception_handler(Refused, answering.refused)
    app.add_exception_handler(HTTPException, answering.http)
    app.add_exception_handler(RequestValidationError, answering.invalid)
    app.add_exception_handler(Throttled, answering.throttled)
    for kind, status in said.items():
        app.add_exception_handler(kind, answering.said(status))
    for kind, status in unsaid.items():
        app.add_exception_handler(kind, answering.unsaid(status))


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route declares of the errors it may answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }


def _fault(one: Mapping[str, Any]) -> Fault:
    where: Sequence[object] = one.get("loc", ())
    return Fault(pointer="/".join(str(part)[:100] for part in where), detail=str(one["msg"])[:300])


def _sentence(error: Exception) -> str:
    return str(error.args[0] if error.args else error)[:1000]
