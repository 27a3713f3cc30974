"""/v1/works: what is registered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response

from media.clip import Span
from reelprint.desk import coverage as covering
from reelprint.desk import works
from reelprint.service.api.jobs import Job, job_view
from reelprint.service.api.work_views import (
    CoverageView,
    ExclusionBody,
    ExclusionView,
    Included,
    LicencesBody,
    ReferenceBody,
    WorkBody,
    WorkChange,
    WorkView,
    changes_of,
    details_of,
    exclusion_view,
    licence_of,
    work_view,
)
from reelprint.service.idempotency import Key
from reelprint.service.paging import After, Limit, Page
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who
from reference_catalog.work import Work

router = APIRouter(tags=["works"], responses=responses(401, 403, 422, 429, 503))
WorkId = Annotated[str, Path(min_length=1, max_length=200, description="Its work_id.")]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description="Do it only if this is still its ETag; `*`: only if it is there.",
    ),
]
_ID = "/works/{work_id:path}"


@router.get("/works", operation_id="list_works")
def list_works(who: Who, desk: DeskOf, limit: Limit = 50, after: After = None) -> Page[WorkView]:
    """The works that you may see, by work_id."""
    found = works.works(desk, who, after or "", limit + 1)
    more = len(found) > limit
    shown = [work_view(one) for one in found[:limit]]
    return Page(items=shown, next=found[limit - 1].work_id if more else None)


# Routes under a work come before the work itself: a work_id may have slashes in it.


@router.get(f"{_ID}/coverage", operation_id="coverage", responses=responses(404))
def coverage(
    who: Who,
    desk: DeskOf,
    work_id: WorkId,
    most: Annotated[int, Query(ge=1, le=covering.MOST, description="Answers to look at.")] = 200,
) -> CoverageView:
    """Which stretches of a work your organisation's suspects showed."""
    return CoverageView.model_validate(
        covering.coverage(desk, who, work_id, most), from_attributes=True
    )


@router.get(f"{_ID}/exclusions", operation_id="list_exclusions", responses=responses(404))
def list_exclusions(who: Who, desk: DeskOf, work_id: WorkId) -> list[ExclusionView]:
    """What of a work counts nothing."""
    return [exclusion_view(one) for one in works.exclusions(desk, who, work_id)]


@router.post(f"{_ID}/exclusions", operation_id="exclude", status_code=201, responses=responses(404))
def exclude(who: Who, desk: DeskOf, work_id: WorkId, body: ExclusionBody) -> ExclusionView:
    """Let a range of a reference count nothing: an intro, or all of a bad reference."""
    span = Span(body.start_s, body.end_s)
    return exclusion_view(works.exclude(desk, who, work_id, body.reference_id, span, body.reason))


@router.delete(f"{_ID}/exclusions", operation_id="include", responses=responses(404))
def include(
    who: Who,
    desk: DeskOf,
    work_id: WorkId,
    reference_id: Annotated[str, Query(max_length=30)],
    start_s: Annotated[float | None, Query(ge=0, le=1e9)] = None,
    end_s: Annotated[float | None, Query(gt=0, le=1e9)] = None,
) -> Included:
    """Let a range count again, or all of a reference."""
    if (start_s is None) != (end_s is None):
        raise ValueError("a range has a start and an end")
    span = None if start_s is None or end_s is None else Span(start_s, end_s)
    return Included(ranges=works.include(desk, who, work_id, reference_id, span))


@router.post(
    f"{_ID}/references",
    operation_id="add_reference",
    status_code=202,
    responses=responses(404, 409),
)
def add_reference(
    who: Who, desk: DeskOf, work_id: WorkId, body: ReferenceBody, key: Key = None
) -> Job:
    """Have an upload fingerprinted and registered as a reference of a work."""
    return job_view(works.add_reference(desk, who, work_id, body.upload_id, key, body.keep_media))


@router.put(f"{_ID}/licences", operation_id="license", responses=responses(404))
def license_work(who: Who, desk: DeskOf, work_id: WorkId, body: LicencesBody) -> WorkView:
    """Say who may show a work, where and when, in place of what was known."""
    said = body.licences
    made = None if said is None else [licence_of(one) for one in said]
    return work_view(works.license_work(desk, who, work_id, made))


@router.get(_ID, operation_id="get_work", responses=responses(404))
def get_work(who: Who, desk: DeskOf, work_id: WorkId, response: Response) -> WorkView:
    """A work, with its references."""
    return _tagged(response, works.work(desk, who, work_id))


@router.put(
    _ID,
    operation_id="put_work",
    responses={201: {"model": WorkView}, **responses(404, 409, 412)},
)
def put_work(
    who: Who,
    desk: DeskOf,
    work_id: WorkId,
    body: WorkBody,
    response: Response,
    if_match: IfMatch = None,
) -> WorkView:
    """Make a work, or let it be what is said here."""
    details = details_of(body)
    made, is_new = works.put_work(desk, who, work_id, lambda _: details, _state(if_match))
    if is_new:
        response.status_code = 201
    return _tagged(response, made)


@router.patch(_ID, operation_id="change_work", responses=responses(404, 412))
def change_work(
    who: Who,
    desk: DeskOf,
    work_id: WorkId,
    body: WorkChange,
    response: Response,
    if_match: IfMatch = None,
) -> WorkView:
    """Change some of what is said of a work."""
    said = body.model_dump(exclude_unset=True)
    changed = works.change_work(desk, who, work_id, changes_of(said), _state(if_match))
    return _tagged(response, changed)


@router.delete(_ID, operation_id="remove_work", status_code=204, responses=responses(404, 412))
def remove_work(who: Who, desk: DeskOf, work_id: WorkId, if_match: IfMatch = None) -> None:
    """Remove a work with its fingerprints; no later suspect is found to carry it."""
    works.remove_work(desk, who, work_id, _state(if_match))


def _state(if_match: str | None) -> str | None:
    return None if if_match is None else if_match.strip().removeprefix("W/").strip('"')


def _tagged(response: Response, one: Work) -> WorkView:
    response.headers["ETag"] = f'"{works.state_of(one)}"'
    return work_view(one)
