"""One match: both players, what was compared, how it adds up, and why it is not another work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, RedirectResponse, Response

from accounts.principal import Principal
from reelprint.console import matching, resting
from reelprint.console.rendering import render, texts
from reelprint.desk import overview, showing, suspects
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotFound
from reelprint.service.security import DeskOf, Who

# What browsers may be told a file is, by its name. Whatever else it is called, it is bytes.
TYPES = {
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/mp4", ".webm": "video/webm",
    ".mkv": "video/x-matroska", ".ogv": "video/ogg", ".ts": "video/mp2t",
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".ogg": "audio/ogg",
    ".oga": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav", ".flac": "audio/flac",
}  # fmt: skip
BYTES = "application/octet-stream"
AROUND_S = 2.0  # before and after a match that the players may show

router = APIRouter()
Number = Annotated[int, InPath(ge=1, le=100_000)]
MATCH = "/suspects/{job_id}/matches/{number}"


@dataclass(frozen=True, slots=True)
class Players:
    """What the players need; seconds."""

    has_work: bool  # whether the reference's media may be shown
    start_s: float  # of the suspect, from where on the players go
    end_s: float
    has_picture: bool


@router.get(MATCH)
def show(request: Request, who: Who, desk: DeskOf, job_id: str, number: Number) -> Response:
    """The page; asked by htmx, the part that says what the match rests on."""
    found = suspects.suspect(desk, who, job_id)
    answer = suspects.answer(desk, who, job_id)
    one = _match(request, job_id, answer, number)
    rests = _rests(request, desk, who, job_id, one)
    part = "hx-request" in request.headers
    template = "suspects/why.html" if part else "suspects/match.html"
    has_work = showing.has_media(desk, who, one.of["work_id"], one.of["reference_id"])
    return render(
        request, who, template,
        found=found, answer=answer, match=one, count=len(answer["matches"]),
        players=_players(one, answer, found, has_work), **rests,
    )  # fmt: skip


@router.post(MATCH + "/explain")
def explain(request: Request, who: Who, desk: DeskOf, job_id: str, number: Number) -> Response:
    """Have gathered what the match rests on."""
    suspects.explain(desk, who, job_id, number - 1, key=f"explain-{job_id}-{number}")
    if "hx-request" in request.headers:
        return show(request, who, desk, job_id, number)
    return RedirectResponse(f"/suspects/{job_id}/matches/{number}", 303)


@router.get("/suspects/{job_id}/media")
def media(who: Who, desk: DeskOf, job_id: str) -> FileResponse:
    """The suspect's file, or the part of it that is asked for."""
    upload = suspects.media(desk, who, job_id)
    return _file(upload.path, upload.name)


@router.get(MATCH + "/media")
def work_media(
    request: Request, who: Who, desk: DeskOf, job_id: str, number: Number
) -> FileResponse:
    """The same of the reference that a match names."""
    answer = suspects.answer(desk, who, job_id)
    of = _match(request, job_id, answer, number).of
    medium = showing.reference_media(desk, who, of["work_id"], of["reference_id"])
    return _file(medium.path, medium.name)


@router.get("/explanations/{explanation_id}/{name}")
def picture(who: Who, desk: DeskOf, explanation_id: str, name: str) -> FileResponse:
    """A picture of a moment of a match."""
    if not name.endswith(".jpg"):
        raise NotFound("there is no such picture")
    path = suspects.explanation_file(desk, who, explanation_id, name)
    return FileResponse(path, media_type="image/jpeg")


def _match(request: Request, job_id: str, answer: dict[str, Any], number: int) -> matching.Shown:
    shown = matching.shown(texts(request), job_id, answer["matches"])
    if number > len(shown):
        raise NotFound("there is no such match")
    return shown[number - 1]


def _rests(
    request: Request, desk: Desk, who: Principal, job_id: str, one: matching.Shown
) -> dict[str, Any]:
    """The job that explains the match, if there is one, and what it says."""
    asked = overview.explained(desk, who, job_id, one.of)
    told = None
    if asked is not None and asked.state == "done":
        try:
            told = overview.told(desk, who, asked.id)
        except NotFound:  # it was deleted: it may be asked for anew
            asked = None
    return {
        "asked": asked,
        "why": None if told is None else resting.why(texts(request), told, one),
        "may_ask": who.may("suspects.submit") and asked is None,
    }


def _players(
    one: matching.Shown, answer: dict[str, Any], found: suspects.Suspect, has_work: bool
) -> Players | None:
    """None when the suspect's file is no longer kept."""
    if found.name is None:
        return None
    length = answer["query"]["duration_s"] or one.query.end_s
    start_s, end_s = max(0.0, one.query.start_s - AROUND_S), one.query.end_s + AROUND_S
    is_sound = TYPES.get(PurePath(found.name).suffix.lower(), BYTES).startswith("audio/")
    has_picture = one.of["modality"] != "audio" or not is_sound
    return Players(has_work, round(start_s, 3), round(min(end_s, length), 3), has_picture)


def _file(path: Path, name: str) -> FileResponse:
    kind = TYPES.get(PurePath(name).suffix.lower(), BYTES)
    return FileResponse(path, media_type=kind, content_disposition_type="inline")
