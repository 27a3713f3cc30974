"""Where an organisation is told that its jobs have ended."""

from __future__ import annotations

from collections.abc import Collection

from accounts.principal import Principal
from capture.clock import SystemClock, iso
from jobs.errors import NoSuchHook
from jobs.job import WEBHOOK, Hook
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound
from reelprint.desk.queue import Seen, seen

__all__ = ["Hook", "add", "listed", "remove", "test"]

TEST = "webhook.test"


def add(desk: Desk, who: Principal, url: str, events: Collection[str]) -> Hook:
    """Have events told to a URL; the secret that its messages are signed with is shown this once.
    Raises NotAllowed, ValueError."""
    need(desk, who, "webhooks.write", "webhooks")
    with recorded(desk, who, "webhooks.write", "webhooks", events=sorted(events)):
        return desk.queue.hooks.add(who.organisation, who.actor, url, events)


def listed(desk: Desk, who: Principal) -> list[Hook]:
    """Those of the organisation, oldest first. Raises NotAllowed."""
    need(desk, who, "webhooks.write", "webhooks")
    return desk.queue.hooks.list(who.organisation)


def remove(desk: Desk, who: Principal, hook_id: str) -> None:
    """Tell nothing there any more. Raises NotAllowed, NotFound."""
    need(desk, who, "webhooks.write", hook_id)
    with recorded(desk, who, "webhooks.write", hook_id, removed=True):
        desk.queue.hooks.remove(_hook_of(desk, who, hook_id).id)


def test(desk: Desk, who: Principal, hook_id: str) -> Seen:
    """Have something told there. Raises NotAllowed, NotFound."""
    need(desk, who, "webhooks.write", hook_id)
    with recorded(desk, who, "webhooks.write", hook_id, test=True):
        at = iso(SystemClock().wall())
        payload = {"hook": _hook_of(desk, who, hook_id).id, "event": TEST, "at": at, "body": {}}
        return seen(desk.queue.submit(WEBHOOK, who.organisation, who.actor, payload))


def _hook_of(desk: Desk, who: Principal, hook_id: str) -> Hook:
    try:
        found = desk.queue.hooks.get(hook_id)
    except NoSuchHook as error:
        raise NotFound("there is no such webhook") from error
    if found.organisation != who.organisation:
        raise NotFound("there is no such webhook")
    return found
