"""Telling a stranger's server something over HTTP. What it answers is not looked into."""

from __future__ import annotations

import io
from collections.abc import Sequence

from capture.connection import Network
from capture.exchange import Ask, exchange
from capture.policy import Refused

AGENT = "reelprint-webhook"
MOST_BYTES = 64 * 1024  # of an answer
WITHIN_S = 20.0


class NotPosted(OSError):
    """The server did not take it; the message says why."""


class MayNotBeAsked(NotPosted):
    """The policy forbids the address, and will the next time."""


def post(
    url: str,
    content: bytes,
    headers: Sequence[tuple[str, str]],
    network: Network,
    within_s: float = WITHIN_S,
) -> int:
    """Post something; the status, which is one of success. Nothing is sent to a server whose
    certificate is not trusted. Redirects are not followed. Raises NotPosted."""
    try:
        target = network.policy.target(url)
    except Refused as error:
        raise MayNotBeAsked(f"this address may not be asked: {error}") from error
    deadline = network.clock.monotonic() + within_s
    asked = Ask(
        target, MOST_BYTES, deadline, tuple(headers), AGENT, content=content, only_trusted=True
    )
    got = exchange(asked, network, io.BytesIO(), io.BytesIO())
    if got.status is None and got.failure is not None:
        refused = got.failure.kind == "refused"
        raise (MayNotBeAsked if refused else NotPosted)(f"no answer: {got.failure}")
    if got.status is None or not 200 <= got.status < 300:
        raise NotPosted(f"the server answered with status {got.status}")
    return got.status
