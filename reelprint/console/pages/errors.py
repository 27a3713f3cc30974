"""What people see when something fails."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from accounts.errors import NotKnown
from accounts.principal import Principal
from reelprint.console.pages.jobs import BY_SCRIPT
from reelprint.console.rendering import render, texts
from reelprint.service import cookies
from reelprint.service.problems import Problem, as_json
from reelprint.service.security import desk_of


def page(request: Request, problem: Problem) -> Response:
    """A problem as a page; for htmx, as a part of the page that asked; for our own script
    as machines are told."""
    if BY_SCRIPT in request.headers:
        return as_json(problem)
    known = texts(request).has(f"errors.{problem.status}")
    template = "error_part.html" if request.headers.get("hx-request") else "error.html"
    key = f"errors.{problem.status}" if known else "errors.other"
    return render(
        request, reader(request), template, problem.status,
        problem=problem, key=key, kept_days=_kept_days(request, problem),
    )  # fmt: skip


def _kept_days(request: Request, problem: Problem) -> int:
    """After how many days a job is forgotten, where one was looked for in vain; 0: never."""
    looked_for = request.url.path.startswith(("/jobs/", "/suspects/"))
    days = desk_of(request).config.keep_jobs_days
    return days if problem.status == 404 and looked_for else 0


def reader(request: Request) -> Principal | None:
    """Who is logged in, for the navigation; an error asks nothing of them."""
    desk = desk_of(request)
    token = cookies.shown(request, cookies.SESSION, desk.config)
    if token is None or request.url.path == "/login":
        return None
    try:
        who, session = desk.accounts.principal_of_session(token)
    except (NotKnown, OSError):
        return None
    request.state.session = session
    return who
