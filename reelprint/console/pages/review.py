"""The review queue: one finding at a time, blind, decided with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeGuard, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from markupsafe import Markup

from accounts.principal import Principal
from casework.record import Disposition
from media.clip import Span
from reelprint.console import flash, rarity
from reelprint.console.rendering import render, texts
from reelprint.console.texts import Texts
from reelprint.desk import pictures, reviewing
from reelprint.desk.desk import Desk
from reelprint.desk.queue import Seen
from reelprint.desk.reviewing import ForReview
from reelprint.service.security import DeskOf, Who

DISPOSITIONS: tuple[Disposition, ...] = get_args(Disposition)
WIDTH = 720.0  # of the drawing

Name = Annotated[str, Query(max_length=64)]
Said = Annotated[str, Form(max_length=64)]
Ids = tuple[str, str]  # of a case and a finding

router = APIRouter(prefix="/review")


@dataclass(frozen=True, slots=True)
class Question:
    """A finding as it is put to a reviewer: nothing of who found it, or what others said."""

    case_id: str
    finding_id: str
    work_id: str
    title: str
    site: str
    query: Span
    reference: Span
    is_shared: bool
    has_picture: bool
    e_value: float
    rarity: Markup
    facts: Sequence[tuple[str, object]]
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Drawing:
    """The stretch of the sample over that of the work, to one scale."""

    above: tuple[float, float]  # x and width
    below: tuple[float, float]
    tie: str  # points of a polygon between the two


@router.get("")
def show(
    request: Request, who: Who, desk: DeskOf, case: Name = "", of: Name = "", finding: Name = ""
) -> HTMLResponse:
    """The finding that is asked for, or the first that waits; `of` is the case to stay in."""
    return _page(request, who, desk, of, (case, finding) if finding else None)


@router.post("")
def decide(
    request: Request,
    who: Who,
    desk: DeskOf,
    case: Said,
    finding: Said,
    of: Annotated[str, Form(max_length=64)] = "",
    disposition: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Record a review, and go on to the next finding."""
    ids = (case, finding)
    if not _is_disposition(disposition):
        return _page(request, who, desk, of, ids, "review.need_choice", reason=reason)
    if not reason.strip():
        return _page(request, who, desk, of, ids, "review.need_reason", disposition)
    following = _after(reviewing.waiting(desk, who, of or None), ids)
    try:
        reviewing.review(desk, who, case, finding, disposition, reason)
    except ValueError as error:
        return _page(request, who, desk, of, ids, str(error), disposition, reason)
    return flash.go(request, _at(of, following), f"review_{disposition}", finding=finding)


@router.get("/frames")
def frames(
    request: Request, who: Who, desk: DeskOf, case: Name, finding: Name, of: Name = ""
) -> HTMLResponse:
    """The frames of a finding, for the page that asks for them; on their own without script."""
    job = pictures.frames(desk, who, case, finding)
    return _frames(request, who, job, case, finding, of)


@router.get("/frames/{job_id}/{name}")
def frame(who: Who, desk: DeskOf, job_id: str, name: str) -> FileResponse:
    """One picture."""
    return FileResponse(pictures.frame(desk, who, job_id, name), media_type="image/jpeg")


def _page(
    request: Request,
    who: Principal,
    desk: Desk,
    of: str,
    ids: Ids | None,
    error: str | None = None,
    disposition: str = "",
    reason: str = "",
) -> HTMLResponse:
    there = reviewing.waiting(desk, who, of or None)
    if ids is not None and ids not in there:
        ids, error = None, error or "review.gone"
    shown = ids or (there[0] if there else None)
    it = reviewing.for_review(desk, who, *shown) if shown else None
    t = texts(request)
    return render(
        request, who, "review.html", 422 if error and request.method == "POST" else 200,
        it=_question(it, t) if it else None, of=of, waiting=len(there),
        place=there.index(shown) + 1 if shown else 0,
        error=t(error) if error and t.has(error) else error,
        said={"disposition": disposition, "reason": reason},
        previous=_link(of, _beside(there, shown, -1)), next=_link(of, _beside(there, shown, 1)),
    )  # fmt: skip


def _frames(
    request: Request, who: Principal, job: Seen, case: str, finding: str, of: str
) -> HTMLResponse:
    made = job.result or {}
    pairs: dict[int, dict[str, Mapping[str, Any]]] = {}
    for one in made.get("frames", ()):
        pairs.setdefault(int(one["moment"]), {})[str(one["of"])] = one
    is_part = request.headers.get("hx-request") == "true"
    return render(
        request, who, "review_frames.html" if is_part else "review_frames_page.html",
        job=job, pairs=sorted(pairs.items()), case_id=case, finding_id=finding,
        is_moving=job.state in ("queued", "running"), back=_at(of, (case, finding)),
    )  # fmt: skip


def _question(one: ForReview, t: Texts) -> Question:
    match = one.finding.match
    query, reference = _span(match["query"]), _span(match["reference"])
    return Question(
        *(one.case_id, one.finding.finding_id, one.finding.work_id, str(match["title"])),
        *(one.sample.site, query, reference, match.get("attribution", "work") != "work"),
        *(match["modality"] != "audio", float(match["e_value"])),
        rarity.rarity(float(match["e_value"]), t),
        tuple(_facts(one, t)),
        _drawing(query, reference),
    )


def _facts(one: ForReview, t: Texts) -> Sequence[tuple[str, object]]:
    match, engine = one.finding.match, one.finding.engine
    return [
        (t("review.senses"), t(f"sense.{match['modality']}")),
        (t("review.speed"), rarity.speed(match, t)),
        (t("review.pitch"), rarity.pitch(match, t)),
        (t("review.picture"), rarity.picture(match, t)),
        (t("act.site"), one.sample.site),
        (t("samples.length"), t("samples.seconds", n=f"{one.sample.seconds:.1f}")),
        (
            t("review.by_engine"),
            t("review.engine", version=engine["version"], calibration=engine["calibration"]),
        ),
    ]


def _drawing(query: Span, reference: Span) -> Drawing:
    longest = max(query.duration_s, reference.duration_s, 1e-9)
    sides = [round(WIDTH * one.duration_s / longest, 1) for one in (query, reference)]
    above, below = ((round((WIDTH - side) / 2, 1), side) for side in sides)
    corners = (
        (above[0], 24),
        (above[0] + above[1], 24),
        (below[0] + below[1], 60),
        (below[0], 60),
    )
    return Drawing(above, below, " ".join(f"{x:g},{y}" for x, y in corners))


def _span(said: Mapping[str, float]) -> Span:
    return Span(float(said["start_s"]), float(said["end_s"]))


def _is_disposition(said: str) -> TypeGuard[Disposition]:
    return said in DISPOSITIONS


def _after(there: Sequence[Ids], ids: Ids) -> Ids | None:
    """What comes after a finding that will wait no more."""
    return _beside(there, ids, 1) if ids in there else None


def _beside(there: Sequence[Ids], ids: Ids | None, step: Literal[-1, 1]) -> Ids | None:
    if ids is None or ids not in there:
        return None
    at = there.index(ids) + step
    return there[at] if 0 <= at < len(there) else None


def _link(of: str, ids: Ids | None) -> str | None:
    return _at(of, ids) if ids is not None else None


def _at(of: str, ids: Ids | None) -> str:
    """Where a finding is shown; none: the first that waits."""
    asked = {"of": of} if of else {}
    if ids is not None:
        asked |= {"case": ids[0], "finding": ids[1]}
    return f"/review?{urlencode(asked)}" if asked else "/review"
