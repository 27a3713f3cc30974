"""The first page: whichever of the navigation somebody may open first."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from reelprint.console.nav import NAV
from reelprint.service.security import Who

router = APIRouter()


@router.get("/")
def first(who: Who) -> RedirectResponse:
    """Go there."""
    may = (i for group in NAV for i in group.items if i.act is not None and who.may(i.act))
    return RedirectResponse(next((item.path for item in may), "/account"), 303)
