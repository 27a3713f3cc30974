"""Whether the service lives, and whether it can work."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from reelprint.desk import readiness
from reelprint.service.security import DeskOf

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """It answers."""

    status: str = "ok"


class Ready(BaseModel):
    """What it needs, and whether that is there; why not is said in the log alone."""

    ready: bool
    checks: dict[str, bool]


@router.get("/healthz", operation_id="health")
def healthz() -> Alive:
    """Whether the process answers."""
    return Alive()


@router.get("/readyz", operation_id="readiness", responses={503: {"model": Ready}})
def readyz(request: Request, desk: DeskOf, response: Response) -> Ready:
    """Whether databases and index open, and somebody does the jobs."""
    checks = readiness.checks(desk)
    if request.app.state.workers is not None:
        checks["workers"] = bool(request.app.state.workers.pids)
    ready = all(checks.values())
    if not ready:
        response.status_code = 503
    return Ready(ready=ready, checks=checks)
