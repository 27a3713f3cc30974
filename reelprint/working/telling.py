"""The job `webhook`: somebody is told of an event, and can check who tells it.

The message is JSON, posted with `Reelprint-Signature: t=<seconds of the epoch>,v1=<signature>`: the
HMAC-SHA256, in hex, of `<t>.<body>` under the secret that was shown when the webhook was made.
Whoever receives it compares signatures, refuses what is older than a few minutes, and may get the
same message twice: its `id` tells.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from capture.posting import MayNotBeAsked, NotPosted, post
from jobs.errors import NoSuchHook
from jobs.job import WEBHOOK, Hook, Job
from reelprint.working.context import Context, Handler, TryAgain

SIGNATURE = "Reelprint-Signature"


def tell(context: Context, job: Job) -> Mapping[str, Any]:
    """Post the event to its webhook; the status that it answered with, None if it was removed
    meanwhile. Raises TryAgain, ValueError for an address that may not be asked."""
    hook = _hook(context, job)
    if hook is None:
        return {"status": None, "reason": "the webhook was removed"}
    body = message(job)
    at = int(context.network.clock.wall().timestamp())
    headers = (
        ("Content-Type", "application/json"),
        (SIGNATURE, f"t={at},v1={signature(hook.secret, at, body)}"),
    )
    try:
        return {"status": post(hook.url, body, headers, context.network)}
    except MayNotBeAsked as error:  # what it leads to is nobody's business
        raise ValueError("the webhook's address may not be asked") from error
    except NotPosted as error:
        raise TryAgain("the webhook did not answer with success") from error


def message(job: Job) -> bytes:
    """What is posted for a job: the same each time that it is tried."""
    payload = job.payload
    said = {"id": job.id, "event": payload["event"], "at": payload["at"], **payload["body"]}
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def signature(secret: str, at: int, body: bytes) -> str:
    """What proves that a body comes from who knows the secret, at a second of the epoch."""
    return hmac.new(secret.encode("ascii"), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()


def _hook(context: Context, job: Job) -> Hook | None:
    try:
        hook = context.hooks.get(str(job.payload["hook"]))
    except NoSuchHook:
        return None
    return hook if hook.organisation == job.organisation else None


HANDLERS: Mapping[str, Handler] = {WEBHOOK: tell}
