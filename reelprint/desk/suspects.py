"""Suspects: files of which somebody wants to know what they carry."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts.principal import Principal
from jobs.job import Job
from reelprint.desk import queue
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound
from reelprint.desk.naming import WORK
from reelprint.desk.results import result_of
from reelprint.desk.uploads import EXPLAIN, Upload, delete, kept, upload_of
from reelprint.working.files import NoSuchResult

IDENTIFY = "identify"


@dataclass(frozen=True, slots=True)
class Suspect:
    """What was asked of a file, and how far that is; its id is that of its job."""

    job: queue.Seen
    name: str | None  # of the file, as its sender called it; None when it is no longer kept
    sha256: str | None
    bytes: int | None
    kept_until: str | None  # None: until somebody deletes the file, or it is gone


def submit(
    desk: Desk, who: Principal, upload_id: str, fast: bool = False, key: str | None = None
) -> queue.Seen:
    """Have an upload identified; `fast` reads only key frames of its picture. Raises NotAllowed,
    NotFound, Conflict."""
    need(desk, who, "suspects.submit", upload_id)
    with recorded(desk, who, "suspects.submit", upload_id, fast=fast):
        upload = upload_of(desk, who, upload_id)
        payload = {"upload": upload.id, "fast": fast}
        meant = {"sha256": upload.sha256, "fast": fast}
        asked = (IDENTIFY, who.organisation, who.actor, payload)
        return queue.seen(desk.queue.submit(*asked, key=key, meant=meant))


def suspects(
    desk: Desk, who: Principal, before: str | None = None, limit: int = 50
) -> tuple[list[queue.Seen], str | None]:
    """What the organisation asked, newest first, without answers. Raises NotAllowed, NotFound."""
    need(desk, who, "suspects.read", "suspects")
    return queue.listed(desk, who, IDENTIFY, None, before, limit)


def suspect(desk: Desk, who: Principal, job_id: str) -> Suspect:
    """One of them, without its answer. Raises NotAllowed, NotFound."""
    need(desk, who, "suspects.read", job_id)
    found = queue.job_of(desk, who, job_id, IDENTIFY)
    try:
        upload = upload_of(desk, who, str(found.payload["upload"]))
    except NotFound:
        return Suspect(queue.seen(found), None, None, None, None)
    until = kept(desk, upload).until
    return Suspect(queue.seen(found), upload.name, upload.sha256, upload.bytes, until)


def answer(desk: Desk, who: Principal, job_id: str) -> dict[str, Any]:
    """What the engine said of one of them, as the principal may see it. Raises NotAllowed,
    NotFound, also while there is no answer yet."""
    need(desk, who, "suspects.read", job_id)
    with recorded(desk, who, "suspects.read", job_id):
        result = result_of(desk, who, queue.job_of(desk, who, job_id, IDENTIFY))
        if result is None:
            raise NotFound("there is no answer yet")
        said: dict[str, Any] = result["answer"]
        return said


def explain(
    desk: Desk, who: Principal, job_id: str, match: int | None = None, key: str | None = None
) -> queue.Seen:
    """Have shown what the answer rests on; `match` is one of its matches, from 0, as the principal
    sees them; None: all of it. Raises NotAllowed, NotFound, ValueError, Conflict."""
    need(desk, who, "suspects.submit", job_id)
    with recorded(desk, who, "suspects.submit", job_id, explain=match):
        found = queue.job_of(desk, who, job_id, IDENTIFY)
        upload = upload_of(desk, who, str(found.payload["upload"]))
        payload: dict[str, Any] = {"upload": upload.id, "fast": bool(found.payload.get("fast"))}
        if match is not None:
            payload["match"] = _place_of(desk, who, found, match)
        if who.kind == "holder":
            payload["works"] = sorted(desk.accounts.belongings(WORK, who.organisation))
        asked = (EXPLAIN, who.organisation, who.actor, payload)
        return queue.seen(desk.queue.submit(*asked, key=key))


def explanation_file(desk: Desk, who: Principal, job_id: str, name: str) -> Path:
    """A file that an explanation consists of, as its job's result names it. Raises NotAllowed,
    NotFound."""
    need(desk, who, "suspects.read", job_id)
    with recorded(desk, who, "suspects.read", job_id, file=name):
        found = queue.job_of(desk, who, job_id, EXPLAIN)
        try:
            return desk.files.result(found.id, name)
        except NoSuchResult as error:
            raise NotFound("there is no such file") from error


def media(desk: Desk, who: Principal, job_id: str) -> Upload:
    """The suspect's file, to be looked at. Raises NotAllowed, NotFound."""
    need(desk, who, "suspects.read", job_id)
    with recorded(desk, who, "suspects.read", job_id, media=True):
        found = queue.job_of(desk, who, job_id, IDENTIFY)
        return upload_of(desk, who, str(found.payload["upload"]))


def _place_of(desk: Desk, who: Principal, found: Job, match: int) -> dict[str, Any]:
    """Which match is meant, in the words of the job. Raises NotFound."""
    matches = (result_of(desk, who, found) or {"answer": {"matches": []}})["answer"]["matches"]
    if not 0 <= match < len(matches):
        raise NotFound("there is no such match")
    span = matches[match]["query"]
    at_s = (span["start_s"] + span["end_s"]) / 2
    return {"work_id": matches[match]["work_id"], "at_s": at_s}


def remove(desk: Desk, who: Principal, job_id: str) -> None:
    """Stop the job and delete the media, with pictures that were made of it; that it was asked, and
    the answer, stay until old jobs are forgotten. Raises NotAllowed, NotFound."""
    need(desk, who, "suspects.submit", job_id)
    with recorded(desk, who, "suspects.submit", job_id, removed=True):
        found = queue.job_of(desk, who, job_id, IDENTIFY)
        desk.queue.cancel(found.id)
        with suppress(NotFound):
            delete(desk, upload_of(desk, who, str(found.payload["upload"])))
