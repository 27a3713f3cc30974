"""/v1/review-queue and reviews: second looks at findings, blind."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from casework.record import Review
from reelprint.desk import reviewing
from reelprint.desk.reviewing import ForReview
from reelprint.service.api.cases import CaseId, FindingId
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["reviews"], responses=responses(401, 403, 422, 429, 503))


class ReviewBody(BaseModel):
    """What you say of a finding."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"disposition": "confirmed", "reason": "the same pictures and sound"}]
        },
    )

    disposition: Literal["confirmed", "rejected"]
    reason: Annotated[str, Field(max_length=2000)]


class Waiting(BaseModel):
    """What waits for your review; null: nothing."""

    next: ForReview | None


@router.get("/review-queue", operation_id="next_for_review", responses=responses(404))
def next_for_review(
    who: Who, desk: DeskOf, case: Annotated[str | None, Query(max_length=64)] = None
) -> Waiting:
    """The next finding to review, of one case or of all: never one that you analysed, without its
    analyst's name and without what others said of it."""
    return Waiting(next=reviewing.next_for_review(desk, who, case))


@router.get("/cases/{case_id}/reviews", operation_id="list_reviews", responses=responses(404))
def list_reviews(who: Who, desk: DeskOf, case_id: CaseId) -> list[Review]:
    """What people said of findings, but of those that wait for your review."""
    return reviewing.reviews(desk, who, case_id)


@router.post(
    "/cases/{case_id}/findings/{finding_id}/reviews",
    operation_id="review_finding",
    status_code=201,
    responses=responses(404),
)
def review_finding(
    who: Who, desk: DeskOf, case_id: CaseId, finding_id: FindingId, body: ReviewBody
) -> Review:
    """Record your review; of several of yours the last counts."""
    return reviewing.review(desk, who, case_id, finding_id, body.disposition, body.reason)
