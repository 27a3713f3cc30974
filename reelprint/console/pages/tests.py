"""How well the engine does: what was measured of it, and what that does not show."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from reelprint.console import measured
from reelprint.console.rendering import render
from reelprint.desk.engine import in_use
from reelprint.service.security import DeskOf, Who

router = APIRouter()


@router.get("/tests")
def show(request: Request, who: Who, desk: DeskOf) -> HTMLResponse:
    """The page."""
    result, engine = measured.measured(), in_use(desk)
    return render(
        request, who, "tests.html",
        result=result, measured=measured, bound=engine.bound,
        is_this=result is not None and measured.is_of(result, engine),
    )  # fmt: skip
