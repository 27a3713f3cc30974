"""One run: all is submitted at once, some are killed meanwhile, and it is waited for the end."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.load.asking import insist
from benchmarks.load.clients import Reader, submit
from benchmarks.load.estate import Estate, build
from benchmarks.load.house import House
from benchmarks.load.page import load
from benchmarks.load.scoring import Ended, Sent, faults, outcome, waited
from benchmarks.progress import errors
from benchmarks.results import stated, write_whole

API = ("/v1/works?limit=50", "/v1/suspects?limit=50", "/v1/jobs?limit=50", "/v1/me")
PAGES = ("/catalogue", "/suspects", "/identify", "/cases", "/audit")
WATCH_S = 2.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run does."""

    submissions: int = 200
    clients: int = 8
    workers: int = 2
    killed_workers: int = 4
    reads_a_second: float = 4.0
    most_s: float = 3600.0


def run(asked: Asked, json: Path | None) -> int:
    """Print what became of it; 1 when anything was lost, wrong, doubled or slow."""
    with TemporaryDirectory(prefix="reelprint-load-") as scratch:
        errors.print("making a workspace and excerpts …")
        estate = build(Path(scratch), _free_port(), asked.workers)
        result = stated("load", measure(asked, estate, Path(scratch) / "log"))
    if json is not None:
        write_whole(json, result)
    Console().print(Markdown(load(result)))
    return 1 if faults(result) else 0


def measure(asked: Asked, estate: Estate, log: Path) -> dict[str, Any]:
    """Submit, kill, wait; what was counted."""
    house, give_up = House(estate, log), time.monotonic() + asked.most_s
    house.start()
    try:
        begun = time.monotonic()
        pages = (*API, *PAGES)
        with Reader(estate, pages, asked.reads_a_second, lambda: house.is_up) as reader:
            with ThreadPoolExecutor(asked.clients) as clients:
                names = sorted(estate.suspects)
                waiting = [
                    clients.submit(submit, estate, n, names[n % len(names)], give_up)
                    for n in range(asked.submissions)
                ]
                killed = _watch(asked, estate, house, give_up)
                sent = [one.result() for one in waiting]
            took = time.monotonic() - begun
        ended = list(_ended(estate, give_up))
    finally:
        house.stop()
    return _told(asked, sent, ended, reader, took, killed, estate)


def _told(
    asked: Asked,
    sent: Sequence[Sent],
    ended: Sequence[Ended],
    reader: Reader,
    took: float,
    killed: tuple[int, int],
    estate: Estate,
) -> dict[str, Any]:
    return {
        "clients": asked.clients,
        "workers": asked.workers,
        "killed workers": killed[0],
        "killed servers": killed[1],
        **outcome(asked.submissions, sent, ended, estate.expected),
        "seconds": round(took, 1),
        "a minute": round(60 * asked.submissions / took, 1),
        "reads": waited(reader.reads),
    }


def _watch(asked: Asked, estate: Estate, house: House, give_up: float) -> tuple[int, int]:
    """Wait until all submissions have ended, and kill at even steps on the way; how many workers
    and servers that were. The server is killed half-way."""
    steps = [
        asked.submissions * n // (asked.killed_workers + 1)
        for n in range(1, asked.killed_workers + 1)
    ]
    workers = servers = 0
    while (done := _done(estate, give_up)) < asked.submissions:
        if time.monotonic() > give_up:
            break
        errors.print(f"{done} of {asked.submissions} done")
        if servers == 0 and done >= asked.submissions // 2:
            house.kill()
            house.start()
            servers += 1
        elif workers < len(steps) and done >= steps[workers] and (running := house.workers()):
            with suppress(ProcessLookupError):
                os.kill(running[workers % len(running)], signal.SIGKILL)
            workers += 1
        time.sleep(WATCH_S)
    return workers, servers


def _done(estate: Estate, give_up: float) -> int:
    return sum(one["state"] in {"done", "failed", "cancelled"} for one in _jobs(estate, give_up))


def _ended(estate: Estate, give_up: float) -> Iterator[Ended]:
    for one in _jobs(estate, give_up):
        said = _get(estate, f"/v1/suspects/{one['id']}/answer", give_up)
        yield Ended(one["id"], one["state"], one["attempts"], said if "status" in said else None)


def _jobs(estate: Estate, give_up: float) -> Iterator[dict[str, Any]]:
    """All jobs that identify something."""
    after = ""
    while True:
        page = _get(estate, f"/v1/jobs?kind=identify&limit=200{after}", give_up)
        yield from page["items"]
        if page["next"] is None:
            return
        after = f"&after={page['next']}"


def _get(estate: Estate, path: str, give_up: float) -> Any:
    who = {"Authorization": f"Bearer {estate.key}"}
    said, _ = insist(estate.port, "GET", path, who, None, give_up)
    return said.json()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
