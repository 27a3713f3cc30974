"""Links between sites: looked for by a job, drawn, and listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from casework.links import Link, Links
from reelprint.console.linkgraph import graph, pairs
from reelprint.console.rendering import render
from reelprint.desk import cases, judging
from reelprint.desk.desk import need
from reelprint.service.security import DeskOf, Who

router = APIRouter(prefix="/links")


@router.get("")
def ask(request: Request, who: Who, desk: DeskOf) -> HTMLResponse:
    """In which cases?"""
    need(desk, who, "verdicts.read", "links")
    found, _ = cases.cases(desk, who, None, judging.MOST_CASES)
    return render(request, who, "links.html", cases=[one.case_id for one in found])


@router.post("")
def look(
    who: Who,
    desk: DeskOf,
    case: Annotated[list[str] | None, Form(max_length=judging.MOST_CASES)] = None,
) -> Response:
    """Look for them."""
    job = judging.links(desk, who, case or [])
    return RedirectResponse(f"/links/{job.id}", 303)


@router.get("/{job_id}")
def show(request: Request, who: Who, desk: DeskOf, job_id: str) -> HTMLResponse:
    """What was found; until then, how far it is."""
    job = judging.linked(desk, who, job_id)
    is_part = request.headers.get("hx-request") == "true"
    is_moving = job.state in ("queued", "running")
    if is_part and not is_moving:
        return HTMLResponse(headers={"HX-Refresh": "true"})
    if job.result is None:
        template = "links_waiting_part.html" if is_part else "links_waiting.html"
        return render(request, who, template, job=job, is_moving=is_moving)
    found = _links(job.result)
    return render(
        request, who, "links_found.html",
        found=found, graph=graph(found), pairs=pairs(found.links), cases=job.result["cases"],
        sources=[one for one in found.sources if len(one) > 1],
        single=sum(len(one) == 1 for one in found.sources),
    )  # fmt: skip


def _links(said: Mapping[str, Any]) -> Links:
    """Links from their JSON form."""
    made = tuple(
        Link(**{**one, "sites": tuple(one["sites"]), "evidence": tuple(one["evidence"])})
        for one in said["links"]
    )
    sources = tuple(tuple(one) for one in said["sources"])
    return Links(tuple(said["sites"]), made, sources, tuple(said["unread"]))
