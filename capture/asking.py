"""Asking a server that is trusted, and no suspect's, for a short answer."""

from __future__ import annotations

import io

from capture.connection import Network
from capture.exchange import Ask, exchange
from capture.policy import Refused

AGENT = "reelprint"
MOST_BYTES = 1 << 20
WITHIN_S = 10.0


class NotAnswered(OSError):
    """The server did not answer, or not with success; the message says why, and `status` how it
    answered if it did."""

    def __init__(self, said: str, status: int | None = None) -> None:
        super().__init__(said)
        self.status = status


def ask(
    url: str,
    network: Network,
    content: bytes | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    within_s: float = WITHIN_S,
) -> bytes:
    """The body of an answer with status 200; with `content`, that is posted. Nothing is sent to a
    server whose certificate is not trusted. Redirects are not followed. Raises NotAnswered."""
    try:
        target = network.policy.target(url)
    except Refused as error:
        raise NotAnswered(f"this address may not be asked: {error}") from error
    deadline = network.clock.monotonic() + within_s
    body = io.BytesIO()
    asked = Ask(target, MOST_BYTES, deadline, headers, AGENT, content=content, only_trusted=True)
    got = exchange(asked, network, io.BytesIO(), body)
    if got.failure is not None:
        raise NotAnswered(f"{target.host} did not answer: {got.failure}")
    if got.status != 200:
        raise NotAnswered(f"{target.host} answered with status {got.status}", got.status)
    return body.getvalue()
