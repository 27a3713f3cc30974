"""/v1/audit: who did what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from reelprint.desk import trail
from reelprint.desk.trail import Line, Trail
from reelprint.service.paging import Limit, Page
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["audit"], responses=responses(401, 403, 422, 429, 503))
Before = Annotated[
    int | None, Query(alias="after", ge=0, le=2**53, description="The `next` of the page before.")
]


@router.get("/audit", operation_id="list_audit")
def list_audit(who: Who, desk: DeskOf, limit: Limit = 100, before: Before = None) -> Page[Line]:
    """What people of your organisation did, were refused or failed to do, the newest first."""
    found, more = trail.audit(desk, who, before, limit)
    return Page(items=found, next=None if more is None else str(more))


@router.get("/audit/soundness", operation_id="verify_audit")
def verify_audit(
    who: Who,
    desk: DeskOf,
    head: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$")] = None,
) -> Trail:
    """Whether the whole log is what was written; `head` is one that was noted down."""
    return trail.verify_audit(desk, who, head)
