"""/v1/me: who a key or a session is."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from reelprint.service.problems import responses
from reelprint.service.security import Who

router = APIRouter(tags=["me"], responses=responses(401, 429))


class Me(BaseModel):
    """A principal."""

    actor: str
    organisation: str
    kind: Literal["authority", "holder"]
    roles: list[str]
    acts: list[str]
    via: Literal["key", "session"]


@router.get("/me", operation_id="me")
def me(who: Who) -> Me:
    """Who you are, and what you may do."""
    return Me(
        actor=who.actor,
        organisation=who.organisation,
        kind=who.kind,
        roles=sorted(who.roles),
        acts=sorted(who.acts),
        via=who.via,
    )
