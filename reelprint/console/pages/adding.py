"""Adding to the catalogue: media that is read here, or a package of fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from accounts.principal import Principal
from reelprint.console.pages.catalogue import kinds
from reelprint.console.pages.jobs import to_job
from reelprint.console.rendering import render
from reelprint.desk import works
from reelprint.desk.desk import Desk, need
from reelprint.desk.queue import Seen
from reelprint.service.security import DeskOf, Uploader, Who
from reelprint.service.uploads import Received, received
from reference_catalog.work import DEFAULT_KIND, KINDS, MAX_WORK_ID, WorkDetails

PATH = "/catalogue/add"
PACKAGE = ".fpk"

router = APIRouter()


@router.get(PATH)
def show(
    request: Request,
    who: Who,
    desk: DeskOf,
    work_id: Annotated[str | None, Query(alias="id", max_length=300)] = None,
) -> HTMLResponse:
    """The form; with `id`, for one more reference of a work."""
    need(desk, who, "works.write", "works")
    work = None if work_id is None else works.work(desk, who, work_id)
    return render(request, who, "catalogue/add.html", work=work, kinds=kinds(request))


@router.post(PATH)
async def add(request: Request, who: Uploader, desk: DeskOf) -> Response:
    """Take a file in, and have it registered."""
    got = await received(request, desk, who, "")
    return to_job(request, await to_thread.run_sync(_registered, desk, who, got))


def _registered(desk: Desk, who: Principal, got: Received) -> Seen:
    """The job; the file goes again if there is none. Raises NotAllowed, NotFound, Taken,
    ValueError."""
    job = None
    try:
        if got.upload.name.lower().endswith(PACKAGE):
            job = works.add_package(desk, who, got.upload.id)
        else:
            keep = got.fields.get("keep") == "on"
            work_id = _work(desk, who, got)
            job = works.add_reference(desk, who, work_id, got.upload.id, keep_media=keep)
    finally:
        if job is None:
            desk.files.remove(got.upload.id)
    return job


def _work(desk: Desk, who: Principal, got: Received) -> str:
    """The work that a file is a reference of, known or made now."""
    said = got.fields
    if known := said.get("id", "").strip():
        return works.work(desk, who, known).work_id
    stem = PurePath(got.upload.name.replace("\\", "/")).stem
    work_id = said.get("work_id", "").strip() or stem[:MAX_WORK_ID]
    made, _ = works.put_work(desk, who, work_id, lambda old: _details(work_id, stem, said, old))
    return made.work_id


def _details(
    work_id: str, stem: str, said: Mapping[str, str], known: WorkDetails | None
) -> WorkDetails:
    """What the form says of a work; of one that is known, what it leaves out stays."""
    kind = said.get("kind", "")
    old = known or WorkDetails(work_id, stem)
    return WorkDetails(
        work_id,
        said.get("title", "").strip() or old.title,
        kind if kind in KINDS and kind != DEFAULT_KIND else old.kind,
        said.get("owner", "").strip() or old.owner,
        old.identifiers,
        said.get("series", "").strip() or old.series,
    )
