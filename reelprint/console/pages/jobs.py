"""A job: how far it is, and what came of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from accounts.principal import Principal
from reelprint.console import flash
from reelprint.console.rendering import render
from reelprint.desk import queue
from reelprint.desk.queue import PLAN, STARTS, Seen
from reelprint.service.security import DeskOf, Who

BY_SCRIPT = "x-reelprint-script"  # a header that our own script sends
ENDED = ("done", "failed", "cancelled")

router = APIRouter()


def url(job: Seen) -> str:
    """The page on which a job is followed."""
    return f"/suspects/{job.id}" if job.kind == "identify" else f"/jobs/{job.id}"


def to_job(request: Request, job: Seen) -> Response:
    """Go to the page of a job that was just made; a script is told where that is."""
    if BY_SCRIPT in request.headers:
        return JSONResponse({"location": url(job)}, 202)
    return RedirectResponse(url(job), 303)


@router.get("/jobs/{job_id}")
def show(request: Request, who: Who, desk: DeskOf, job_id: str) -> Response:
    """The page; asked by htmx, the part that moves."""
    job = queue.job(desk, who, job_id)
    if job.kind == "identify":
        return RedirectResponse(url(job), 303)
    part = "hx-request" in request.headers
    template = "jobs/state.html" if part else "jobs/job.html"
    return render(request, who, template, job=job, may_stop=may_stop(who, job))


@router.post("/jobs/{job_id}/cancel")
def cancel(request: Request, who: Who, desk: DeskOf, job_id: str) -> Response:
    """Have it stop."""
    job = queue.cancel(desk, who, job_id)
    return flash.go(request, url(job), "cancelling")


def may_stop(who: Principal, job: Seen) -> bool:
    """Whether to offer that."""
    act = STARTS.get(job.kind)
    if job.kind == PLAN:
        return False
    return job.state not in ENDED and (who.may("index.write") or (act is not None and who.may(act)))
