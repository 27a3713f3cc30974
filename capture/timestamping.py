"""Asking a time-stamp authority over HTTP (RFC 3161, 3.4). What it answers is not looked into."""

from __future__ import annotations

import io

from capture.connection import Network
from capture.exchange import Ask, exchange
from capture.policy import Refused

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
MOST_BYTES = 1 << 20
WITHIN_S = 30.0


class NoAnswer(OSError):
    """The authority did not answer; the message says why."""


def ask(url: str, query: bytes, network: Network, within_s: float = WITHIN_S) -> bytes:
    """The answer to a query, both as DER. Redirects are not followed. Raises NoAnswer."""
    try:
        target = network.policy.target(url)
    except Refused as error:
        raise NoAnswer(f"this authority may not be asked: {error}") from error
    deadline = network.clock.monotonic() + within_s
    headers = (("Content-Type", QUERY),)
    body = io.BytesIO()
    asked = Ask(target, MOST_BYTES, deadline, headers, content=query)
    got = exchange(asked, network, io.BytesIO(), body)
    if got.failure is not None:
        raise NoAnswer(f"{url} did not answer: {got.failure}")
    said = (got.header("content-type") or "").partition(";")[0].strip().lower()
    if got.status != 200 or said != REPLY:
        raise NoAnswer(f"{url} answered with status {got.status} and no time stamp")
    return body.getvalue()
