"""Requests to the server, as clients make them who mean to get an answer."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AGAIN_S = 0.5
TIMEOUT_S = 60.0
_COME_BACK = {429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Said:
    """What a server answered."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def ask(
    port: int, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
) -> Said:
    """One request. Raises OSError, http.client.HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return Said(response.status, response.read())
    finally:
        connection.close()


def insist(
    port: int,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes | None,
    give_up: float,
) -> tuple[Said, int]:
    """The same until somebody answers, and how often that took. Raises TimeoutError."""
    tries = 0
    while time.monotonic() < give_up:
        tries += 1
        try:
            said = ask(port, method, path, headers, body)
        except (OSError, http.client.HTTPException):
            time.sleep(AGAIN_S)
            continue
        if said.status not in _COME_BACK:
            return said, tries
        time.sleep(AGAIN_S)
    raise TimeoutError(f"{method} {path} was not answered")
