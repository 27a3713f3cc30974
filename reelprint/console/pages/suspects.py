"""Suspects: a file is handed in, searched for, and what it carries is shown."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from accounts.principal import Principal
from reelprint.console import flash, matching
from reelprint.console.pages.jobs import may_stop, to_job
from reelprint.console.rendering import render, texts
from reelprint.desk import overview, suspects
from reelprint.desk.desk import Desk, need
from reelprint.desk.errors import NotFound
from reelprint.desk.queue import Seen
from reelprint.service.security import DeskOf, Uploader, Who
from reelprint.service.uploads import Received, received

PAGE = 30  # suspects

router = APIRouter()
Before = Annotated[str | None, Query(max_length=100)]


@router.get("/identify")
def form(request: Request, who: Who, desk: DeskOf) -> HTMLResponse:
    """Where a file is handed in, and the newest ones."""
    need(desk, who, "suspects.submit", "suspects")
    recent, _ = overview.lines(desk, who, limit=5) if who.may("suspects.read") else ([], None)
    days = desk.config.keep_uploads_days
    return render(request, who, "suspects/identify.html", recent=recent, days=days)


@router.post("/identify")
async def identify(request: Request, who: Uploader, desk: DeskOf) -> Response:
    """Take a file in, and have it searched for."""
    got = await received(request, desk, who, "")
    return to_job(request, await to_thread.run_sync(_submitted, desk, who, got))


@router.get("/suspects")
def listing(request: Request, who: Who, desk: DeskOf, before: Before = None) -> HTMLResponse:
    """All of them, the newest first."""
    found, after = overview.lines(desk, who, before, PAGE)
    return render(
        request, who, "suspects/suspects.html",
        lines=found, before=before, next=f"/suspects?before={after}" if after else None,
        may_submit=who.may("suspects.submit"),
    )  # fmt: skip


@router.get("/suspects/{job_id}")
def show(request: Request, who: Who, desk: DeskOf, job_id: str) -> Response:
    """One of them. Asked by htmx: how far it is, and once it has ended, to load the page."""
    found = suspects.suspect(desk, who, job_id)
    is_moving = found.job.ended_at is None
    # What came nearest is asked for as a part of the page, long after the search has ended.
    if "hx-request" in request.headers and request.headers.get("hx-target") != "nearest":
        if not is_moving:
            return Response(headers={"HX-Refresh": "true"})
        return render(request, who, "suspects/state.html", **_state(who, found))
    answer = suspects.answer(desk, who, job_id) if found.job.state == "done" else None
    return render(
        request, who, "suspects/suspect.html",
        **_state(who, found), **_said(request, desk, who, job_id, answer),
        may_submit=who.may("suspects.submit"),
    )  # fmt: skip


@router.post("/suspects/{job_id}/remove")
def remove(request: Request, who: Who, desk: DeskOf, job_id: str) -> Response:
    """Delete its media."""
    suspects.remove(desk, who, job_id)
    return flash.go(request, f"/suspects/{job_id}", "media_removed")


@router.post("/suspects/{job_id}/nearest")
def nearest(request: Request, who: Who, desk: DeskOf, job_id: str) -> Response:
    """Have found out what came nearest, where nothing matches."""
    suspects.explain(desk, who, job_id, None, key=f"nearest-{job_id}")
    return RedirectResponse(f"/suspects/{job_id}#nearest", 303)


def _submitted(desk: Desk, who: Principal, got: Received) -> Seen:
    """The job; the file goes again if there is none. Raises NotAllowed."""
    job = None
    try:
        job = suspects.submit(desk, who, got.upload.id, got.fields.get("fast") == "on")
    finally:
        if job is None:
            desk.files.remove(got.upload.id)
    return job


def _state(who: Principal, found: suspects.Suspect) -> dict[str, Any]:
    return {"found": found, "job": found.job, "may_stop": may_stop(who, found.job)}


def _said(
    request: Request, desk: Desk, who: Principal, job_id: str, answer: dict[str, Any] | None
) -> dict[str, Any]:
    """What the page says of an answer."""
    t = texts(request)
    matches = matching.shown(t, job_id, answer["matches"]) if answer else []
    duration_s = answer["query"]["duration_s"] if answer else None
    is_nothing = answer is not None and answer["status"] == "no_match"
    return {
        "answer": answer,
        "matches": matches,
        "line": matching.bars(t, matches, duration_s),
        **(_nearest(desk, who, job_id) if is_nothing else {"asked": None, "why": None}),
    }


def _nearest(desk: Desk, who: Principal, job_id: str) -> dict[str, Any]:
    """The job that says what came nearest, if somebody asked, and what it says."""
    asked = overview.explained(desk, who, job_id, None)
    if asked is None or asked.state != "done":
        return {"asked": asked, "why": None}
    try:
        return {"asked": asked, "why": overview.told(desk, who, asked.id).facts}
    except NotFound:
        return {"asked": None, "why": None}
