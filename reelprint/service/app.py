"""The application: routers, the order of what stands before them, and how errors are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

import reelprint
from accounts.errors import Exists, NotKnown, Taken
from casework.errors import CaseExists
from casework.errors import NotAllowed as AgainstTheRules
from jobs.errors import Conflict, NoSuchJob
from reelprint.desk.desk import Desk
from reelprint.desk.errors import Changed, Full, NotAllowed, NotFound
from reelprint.desk.evidence import NoKey
from reelprint.service import openapi, problems, routers
from reelprint.service.headers import Strict
from reelprint.service.headers import put as put_headers
from reelprint.service.hosts import OwnNames
from reelprint.service.limits import Bodies, Deadline
from reelprint.service.metrics import Measured, Meters
from reelprint.service.security import Guard

# Errors whose message is for the caller, and with which status it is given.
SAID: Mapping[type[Exception], int] = {
    NotAllowed: 403,
    NotFound: 404,
    NoSuchJob: 404,
    Taken: 409,
    Exists: 409,
    Conflict: 409,
    CaseExists: 409,
    NoKey: 409,
    AgainstTheRules: 409,
    Changed: 412,
    Full: 507,  # as RFC 4331 has it of quotas: sent again when there is room, it is taken
    ValueError: 422,
}
# Those whose message may hold a path, or say more than a caller should know.
UNSAID: Mapping[type[Exception], int] = {NotKnown: 401, OSError: 503}


class Workers(Protocol):
    """Those who do the jobs of this service."""

    @property
    def pids(self) -> Sequence[int]:
        """Their processes, of those who live."""
        ...


def create_app(desk: Desk, workers: Workers | None = None) -> FastAPI:
    """The service on a desk, which stays the caller's to close; without workers, others do its
    jobs, and whether they live is not looked at."""
    app = FastAPI(
        title="Reelprint",
        version=reelprint.__version__,
        description=openapi.DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=openapi.operation_id,
        separate_input_output_schemas=False,
        redirect_slashes=False,
    )
    app.state.desk = desk
    app.state.workers = workers
    app.state.guard = Guard.of(desk.config)
    app.state.meters = Meters.of(desk)
    for router in routers.API:
        app.include_router(router, prefix="/v1")
    for router in routers.OTHERS:
        app.include_router(router, include_in_schema=False)
    if routers.STATIC.is_dir():
        app.mount("/static", StaticFiles(directory=routers.STATIC), "static")
    problems.add_to(app, routers.ERROR_PAGE, SAID, UNSAID)
    app.add_exception_handler(Exception, _fault(desk))
    _put_before(app, desk)
    return app


def _put_before(app: FastAPI, desk: Desk) -> None:
    """What a request passes before it reaches a route; the last added is the first passed."""
    config = desk.config
    app.add_middleware(Deadline, seconds=config.request_timeout_s, streams=routers.streams)
    app.add_middleware(Bodies, streams=routers.streams)
    app.add_middleware(OwnNames, names=config.hosts)
    app.add_middleware(Measured, meters=app.state.meters)
    app.add_middleware(Strict, is_https=config.is_https)


def _fault(desk: Desk) -> Callable[[Request, Exception], Response]:
    """The answer to an error of ours, which nothing else stands before; the server logs it."""

    def answer(request: Request, error: Exception) -> Response:
        response = problems.Answering(routers.ERROR_PAGE).answer(request, problems.problem(500))
        put_headers(response.headers, request.url.path, desk.config.is_https)
        return response

    return answer
