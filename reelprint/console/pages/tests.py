"""How well the engine does: what was measured of it, and what that does not show."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

import reelprint
from matchers.calibration import calibration
from reelprint.console import measured
from reelprint.console.rendering import render
from reelprint.service.security import DeskOf, Who

router = APIRouter()


@router.get("/tests")
def show(request: Request, who: Who, desk: DeskOf) -> HTMLResponse:
    """The page."""
    result = measured.measured()
    engine = {
        "version": reelprint.__version__,
        "calibration": calibration().name,
        "schemes": list(desk.workspace.settings.searched),
    }
    return render(
        request, who, "tests.html",
        result=result, measured=measured, engine=engine,
        is_this=result is not None and measured.is_of(result, engine),
        bound=desk.workspace.settings.max_e_value,
    )  # fmt: skip
