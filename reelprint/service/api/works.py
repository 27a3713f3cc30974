"""/v1/works: what is registered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from media.clip import Span
from reelprint.desk import coverage as covering
from reelprint.desk import works
from reelprint.service.api.jobs import Job, job_view
from reelprint.service.idempotency import Key
from reelprint.service.paging import After, Limit, Page
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who
from reference_catalog import identifiers, licence
from reference_catalog.work import Exclusion, Reference, Work, WorkDetails, reference_id

router = APIRouter(tags=["works"], responses=responses(401, 403, 422, 429, 503))
Kind = Literal["film", "episode", "tv", "music", "image", "clip", "other"]
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


class IdentifierView(BaseModel):
    """A public identifier of a work."""

    scheme: Annotated[str, Field(pattern=f"^({'|'.join(identifiers.SCHEMES)})$")]
    value: Annotated[str, Field(max_length=100)]


class WorkBody(BaseModel):
    """What is said of a work."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "title": "Founders",
                    "kind": "music",
                    "owner": "Example Records",
                    "identifiers": [{"scheme": "isrc", "value": "USRC17607839"}],
                }
            ]
        },
    )

    title: Annotated[str, Field(min_length=1, max_length=1000)]
    kind: Kind = "other"
    owner: Annotated[str | None, Field(max_length=1000)] = None
    series: Annotated[str | None, Field(max_length=1000)] = None
    identifiers: Annotated[list[IdentifierView], Field(max_length=50)] = []


class WorkChange(BaseModel):
    """What is to be said of a work from now on; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"title": "Founders (live)"}]}
    )

    title: Annotated[str | None, Field(min_length=1, max_length=1000)] = None
    kind: Kind | None = None
    owner: Annotated[str | None, Field(max_length=1000)] = None
    series: Annotated[str | None, Field(max_length=1000)] = None
    identifiers: Annotated[list[IdentifierView] | None, Field(max_length=50)] = None


class LossView(BaseModel):
    """Something of a file that could not be read."""

    kind: str
    detail: str
    at_s: float | None


class ReferenceView(BaseModel):
    """A registered file of a work."""

    reference_id: str
    sha256: str
    name: str = Field(description="Of the file, as it was when it was registered.")
    duration_s: float
    losses: list[LossView]
    registered_at: str
    package: str | None = Field(description="SHA-256 of the package that it came in, if one.")


class LicenceView(BaseModel):
    """Who may show a work, where and when; empty: without limit."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"distributor": "vod.example", "territories": ["KR"]}]}
    )

    distributor: Annotated[str, Field(max_length=253)]
    territories: Annotated[list[Annotated[str, Field(max_length=2)]], Field(max_length=300)] = []
    start: Annotated[str | None, Field(max_length=32)] = None
    end: Annotated[str | None, Field(max_length=32)] = None


class WorkView(BaseModel):
    """A work, with all that is registered of it."""

    work_id: str
    title: str
    kind: str
    owner: str | None
    series: str | None
    identifiers: list[IdentifierView]
    references: list[ReferenceView]
    licences: list[LicenceView] | None = Field(description="null: nothing is known of them.")


class ExclusionView(BaseModel):
    """A range of a reference that counts nothing."""

    reference_id: str
    start_s: float
    end_s: float
    reason: str


class ExclusionBody(BaseModel):
    """A range of a reference that is to count nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"reference_id": "R000001", "start_s": 0, "end_s": 42.5, "reason": "intro"}
            ]
        },
    )

    reference_id: Annotated[str, Field(max_length=30)]
    start_s: Annotated[float, Field(ge=0, le=1e9)]
    end_s: Annotated[float, Field(gt=0, le=1e9)]
    reason: Annotated[str, Field(max_length=1000)] = ""


class Included(BaseModel):
    """How many ranges count again."""

    ranges: int


class ReferenceBody(BaseModel):
    """An upload that is to be a reference of the work."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"upload_id": "u_0123456789abcdef0123456789abcdef"}]},
    )

    upload_id: Annotated[str, Field(max_length=60)]
    keep_media: bool = Field(
        False, description="Keep the file, so that matches can be looked at beside it."
    )


class LicencesBody(BaseModel):
    """All who may show a work; an empty list: nobody; null: nothing is known."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"licences": [{"distributor": "vod.example"}]}]},
    )

    licences: Annotated[list[LicenceView] | None, Field(max_length=1000)]


class CoveredView(BaseModel):
    """A stretch of a reference that a suspect of the organisation showed."""

    reference_id: str
    start_s: float
    end_s: float
    suspect_id: str
    suspect_sha256: str | None
    suspect_start_s: float
    suspect_end_s: float
    modality: str
    score: float
    e_value: float
    engine: dict[str, Any] = Field(description="Versions of engine, index and calibration.")


class CoverageView(BaseModel):
    """What of a work was matched, over the newest suspects."""

    work_id: str
    suspects: int = Field(description="How many answers were looked at, the newest first.")
    is_all: bool = Field(description="Whether these were all that are kept.")
    ranges: list[CoveredView]


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
    most: Annotated[int, Query(ge=1, le=covering.MOST)] = covering.MOST,
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
    made = None if said is None else [_licence(one) for one in said]
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
    details = _details(body)
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
    changed = works.change_work(desk, who, work_id, _changes(said), _state(if_match))
    return _tagged(response, changed)


@router.delete(_ID, operation_id="remove_work", status_code=204, responses=responses(404, 412))
def remove_work(who: Who, desk: DeskOf, work_id: WorkId, if_match: IfMatch = None) -> None:
    """Remove a work with its fingerprints; no later suspect is found to carry it."""
    works.remove_work(desk, who, work_id, _state(if_match))


def work_view(one: Work) -> WorkView:
    """A work in the API's form."""
    return WorkView(
        work_id=one.work_id,
        title=one.title,
        kind=one.kind,
        owner=one.owner,
        series=one.series,
        identifiers=[IdentifierView(scheme=i.scheme, value=i.value) for i in one.identifiers],
        references=[reference_view(r) for r in one.references],
        licences=None if one.licences is None else [_licence_view(li) for li in one.licences],
    )


def reference_view(one: Reference) -> ReferenceView:
    """A reference in the API's form."""
    return ReferenceView(
        reference_id=one.reference_id,
        sha256=one.sha256,
        name=one.source,
        duration_s=one.duration_s,
        losses=[LossView.model_validate(loss, from_attributes=True) for loss in one.losses],
        registered_at=one.registered_at,
        package=None if one.origin is None else one.origin.package,
    )


def exclusion_view(one: Exclusion) -> ExclusionView:
    """An exclusion in the API's form."""
    return ExclusionView(
        reference_id=reference_id(one.number),
        start_s=one.span.start_s,
        end_s=one.span.end_s,
        reason=one.reason,
    )


def _licence_view(one: licence.Licence) -> LicenceView:
    return LicenceView.model_validate(one.as_dict())


def _licence(said: LicenceView) -> licence.Licence:
    where = " ".join(said.territories)
    return licence.licence(said.distributor, where, said.start or "", said.end or "")


def _details(body: WorkBody) -> WorkDetails:
    """What is said, under a name that the desk puts in its place."""
    parsed = tuple(identifiers.parse(one.scheme, one.value) for one in body.identifiers)
    return WorkDetails("-", body.title, body.kind, body.owner, parsed, body.series)


def _changes(said: dict[str, Any]) -> dict[str, Any]:
    if "identifiers" in said:
        parsed = [identifiers.parse(**one) for one in said["identifiers"] or []]
        said = {**said, "identifiers": tuple(parsed)}
    if missing := [name for name in ("title", "kind") if said.get(name, name) is None]:
        raise ValueError(f"a work has a {missing[0]}")
    return said


def _state(if_match: str | None) -> str | None:
    return None if if_match is None else if_match.strip().removeprefix("W/").strip('"')


def _tagged(response: Response, one: Work) -> WorkView:
    response.headers["ETag"] = f'"{works.state_of(one)}"'
    return work_view(one)
