"""/v1/webhooks: where you are told that jobs have ended."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from reelprint.desk import webhooks
from reelprint.service.api.jobs import Job, job_view
from reelprint.service.problems import responses
from reelprint.service.security import DeskOf, Who

router = APIRouter(tags=["webhooks"], responses=responses(401, 403, 422, 429, 503))
HookId = Annotated[str, Path(max_length=60, description="Its id, `h_…`.")]
Event = Annotated[str, Field(min_length=1, max_length=60)]


class HookBody(BaseModel):
    """Where to tell what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"url": "https://hooks.example/r", "events": ["identify.done"]}]
        },
    )

    url: Annotated[str, Field(max_length=2000)]
    events: Annotated[list[Event], Field(min_length=1, max_length=50)] = ["*"]


class HookView(BaseModel):
    """A webhook."""

    id: str
    url: str
    events: list[str]
    actor: str
    created_at: str


class NewHook(HookView):
    """A webhook with the secret that its messages are signed with, which is shown this once."""

    secret: str


@router.post("/webhooks", operation_id="add_webhook", status_code=201)
def add_webhook(who: Who, desk: DeskOf, body: HookBody) -> NewHook:
    """Have events told to a URL; `*` for all, or as `identify.done`."""
    made = webhooks.add(desk, who, body.url, body.events)
    return NewHook(**view(made).model_dump(), secret=made.secret)


@router.get("/webhooks", operation_id="list_webhooks")
def list_webhooks(who: Who, desk: DeskOf) -> list[HookView]:
    """Those of your organisation."""
    return [view(one) for one in webhooks.listed(desk, who)]


@router.delete(
    "/webhooks/{hook_id}", operation_id="remove_webhook", status_code=204, responses=responses(404)
)
def remove_webhook(who: Who, desk: DeskOf, hook_id: HookId) -> None:
    """Tell nothing there any more."""
    webhooks.remove(desk, who, hook_id)


@router.post(
    "/webhooks/{hook_id}/test",
    operation_id="test_webhook",
    status_code=202,
    responses=responses(404),
)
def test_webhook(who: Who, desk: DeskOf, hook_id: HookId) -> Job:
    """Have something told there, to see it arrive."""
    return job_view(webhooks.test(desk, who, hook_id))


def view(one: webhooks.Hook) -> HookView:
    """A webhook in the API's form, without its secret."""
    return HookView(
        id=one.id,
        url=one.url,
        events=list(one.events),
        actor=one.actor,
        created_at=one.created_at,
    )
