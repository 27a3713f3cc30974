"""What is said of works over HTTP, and how that becomes what the desk takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reference_catalog import identifiers, licence
from reference_catalog.work import Exclusion, Reference, Work, WorkDetails, reference_id

Kind = Literal["film", "episode", "tv", "music", "image", "clip", "other"]


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
    suspect_name: str = Field(description="As its sender called it.")
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
        licences=None if one.licences is None else [licence_view(li) for li in one.licences],
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


def licence_view(one: licence.Licence) -> LicenceView:
    """A licence in the API's form."""
    return LicenceView.model_validate(one.as_dict())


def licence_of(said: LicenceView) -> licence.Licence:
    """A licence from what somebody said. Raises ValueError."""
    where = " ".join(said.territories)
    return licence.licence(said.distributor, where, said.start or "", said.end or "")


def details_of(body: WorkBody) -> WorkDetails:
    """What is said, under a name that the desk puts in its place."""
    parsed = tuple(identifiers.parse(one.scheme, one.value) for one in body.identifiers)
    return WorkDetails("-", body.title, body.kind, body.owner, parsed, body.series)


def changes_of(said: dict[str, Any]) -> dict[str, Any]:
    """Fields of WorkDetails from those that a change names. Raises ValueError."""
    if "identifiers" in said:
        parsed = [identifiers.parse(**one) for one in said["identifiers"] or []]
        said = {**said, "identifiers": tuple(parsed)}
    if missing := [name for name in ("title", "kind") if said.get(name, name) is None]:
        raise ValueError(f"a work has a {missing[0]}")
    return said
