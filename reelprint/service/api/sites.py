"""/v1/sites, and what the samples of a case say of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from casework.verdict import SiteVerdict
from reelprint.desk import judging
from reelprint.desk.judging import Site
from reelprint.service.api.cases import CaseId
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["sites"], responses=responses(401, 403, 422, 429, 503))


@router.get("/sites", operation_id="list_sites")
def list_sites(who: Who, desk: DeskOf) -> list[Site]:
    """The sites that were sampled in your organisation's cases."""
    return judging.sites(desk, who)


@router.get("/cases/{case_id}/verdicts", operation_id="get_verdict", responses=responses(404))
def get_verdict(
    who: Who,
    desk: DeskOf,
    case_id: CaseId,
    site: Annotated[str, Query(max_length=253, description="As samples name it.")],
) -> SiteVerdict:
    """What the samples of a case say of a site, with what chance of error. Withheld while a finding
    of the case waits for your review."""
    return judging.verdict(desk, who, case_id, site)
