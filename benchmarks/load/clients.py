"""Those who submit, each a thread, and one who reads pages at a steady pace."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import quote

from benchmarks.load.asking import ask, insist
from benchmarks.load.estate import Estate
from benchmarks.load.scoring import Read, Sent


def submit(estate: Estate, number: int, suspect: str, give_up: float) -> Sent:
    """Upload a file and have it searched, until both are acknowledged. Raises TimeoutError."""
    who = {"Authorization": f"Bearer {estate.key}"}
    raw = {**who, "Content-Type": "application/octet-stream"}
    name, data = f"/v1/uploads?name={quote(suspect)}", estate.suspects[suspect].read_bytes()
    uploaded, tries = insist(estate.port, "POST", name, raw, data, give_up)
    key = f"submission-{number}"
    body = json.dumps({"upload_id": _accepted(uploaded.json(), "upload_id")}).encode()
    asked = {**who, "Content-Type": "application/json", "Idempotency-Key": key}
    job, more = insist(estate.port, "POST", "/v1/suspects", asked, body, give_up)
    return Sent(key, suspect, _accepted(job.json(), "id"), max(tries, more))


def _accepted(said: dict[str, object], name: str) -> str:
    if name not in said:
        raise ValueError(f"refused: {said}")
    return str(said[name])


class Reader:
    """Asks for pages in turn, at a steady pace, whether the one before was answered in time or
    not: it waits for nobody, so that a slow answer does not hide those that would have followed."""

    def __init__(
        self, estate: Estate, pages: Sequence[str], a_second: float, is_up: Callable[[], bool]
    ) -> None:
        self.reads: list[Read] = []
        self._estate, self._pages, self._a_second, self._is_up = estate, pages, a_second, is_up
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._pacing = threading.Thread(target=self._pace)

    def __enter__(self) -> Reader:
        self._pacing.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._pacing.join()
        for one in self._threads:
            one.join()

    def _pace(self) -> None:
        begun, n = time.monotonic(), 0
        while not self._over.wait(max(0.0, begun + n / self._a_second - time.monotonic())):
            one = threading.Thread(target=self._read, args=[self._pages[n % len(self._pages)]])
            one.start()
            self._threads = [*(t for t in self._threads if t.is_alive()), one]
            n += 1

    def _read(self, page: str) -> None:
        was_up, begun = self._is_up(), time.perf_counter()
        headers = {"Cookie": f"reelprint_session={self._estate.cookie}"}
        try:
            status: int | None = ask(self._estate.port, "GET", page, headers).status
        except (OSError, http.client.HTTPException):
            status = None
        took = time.perf_counter() - begun
        self.reads.append(Read(page, took, status, not (was_up and self._is_up())))
