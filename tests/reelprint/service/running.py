"""A real server on loopback, with real people of real organisations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from accounts.roles import ROLES, Kind
from jobs.job import Job
from reelprint.desk.desk import Desk
from reelprint.service.app import create_app
from reelprint.service.config import Config
from reelprint.service.server import Server

ORGANISATIONS: dict[str, Kind] = {
    "police": "authority",
    "customs": "authority",
    "studio": "holder",
    "rival": "holder",
}
PATIENCE_S = 30.0
MANY = 1_000_000
UNHURRIED = Config(port=0, workers=0, requests_a_minute=MANY, anonymous_requests_a_minute=MANY)


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers at `url`."""

    desk: Desk
    url: str
    keys: dict[str, str] = field(default_factory=dict)  # by actor

    def client(self, actor: str | None = None) -> httpx.Client:
        """Whoever holds the key of an actor; None: nobody."""
        said = {} if actor is None else {"Authorization": f"Bearer {self.keys[actor]}"}
        # Without certificates, which nothing here has and which take longest to load.
        return httpx.Client(base_url=self.url, headers=said, timeout=PATIENCE_S, verify=False)

    def add(self, actor: str, organisation: str, *roles: str) -> str:
        """An account with a key; its name."""
        accounts = self.desk.accounts
        accounts.add_account(organisation, actor, roles)
        self.keys[actor] = accounts.issue_key(actor, "tests")[0]
        return actor

    def work_off(self, result: dict[str, Any]) -> Job:
        """Let the next job in line be done, with this result."""
        lease = self.desk.queue.take("tests", list(KINDS))
        assert lease is not None
        assert lease.done(result)
        return self.desk.queue.get(lease.job.id)


KINDS = ("register", "register_package", "identify", "explain", "lint", "webhook")


@contextmanager
def running(home: Path, config: Config | None = None) -> Iterator[Running]:
    """A service of a workspace that is there."""
    wanted = config or UNHURRIED
    with closing(Desk.open(home, wanted)) as desk:
        known = {one.id for one in desk.accounts.organisations()}
        for name, kind in ORGANISATIONS.items():
            if name not in known:
                desk.accounts.add_organisation(name, name.title(), kind)
        with serving(desk) as url:
            yield Running(desk, url)


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """The address of a server of a desk, in a thread of this process."""
    ports: list[int] = []
    server = Server(create_app(desk), desk.config, ports.append)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        give_up = time.monotonic() + PATIENCE_S
        while not ports and thread.is_alive() and time.monotonic() < give_up:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{ports[0]}"
    finally:
        server.should_exit = True
        thread.join()


def everybody(service: Running) -> list[str]:
    """Accounts of two organisations, one for each role, and their names: role@organisation."""
    return [
        service.add(f"{role}@{organisation}", organisation, role)
        for organisation in ("police", "studio")
        for role in ROLES
    ]


def answer(*works: str, **more: Any) -> dict[str, Any]:
    """The result of a job that identified a suspect: it shows these works, one after the other."""
    matches = [match(work, 10.0 * n, works) for n, work in enumerate(works)]
    said = {
        "query": {"path": "clip.mp4", "sha256": "0" * 64, "duration_s": 60.0, "losses": []},
        "status": "identified" if works else "no_match",
        **({} if works else {"reason": "no registered work was found under the bound"}),
        "matches": matches,
        "max_e_value": 1e-4,
        "engine": {
            "version": "0.1.0",
            "schemes": ["video-dct256-1"],
            "index": "i-1",
            "calibration": "c-1",
            "reading": "full",
        },
    }
    return {"answer": {**said, **more}}


def match(work: str, start_s: float, works: tuple[str, ...] = ()) -> dict[str, Any]:
    """A match with a work that shares its stretch with others."""
    return {
        "work_id": work,
        "title": f"The title of {work}",
        "reference_id": "R000001",
        "modality": "video",
        "sound": None,
        "picture": None,
        "query": {"start_s": start_s, "end_s": start_s + 9.0},
        "reference": {"start_s": 100.0, "end_s": 109.0},
        "speed": 1.0,
        "pitch_semitones": 0.0,
        "transform": {
            "mirrored": False,
            "inverted": False,
            "crop": None,
            "picture": None,
            "rotation_deg": 0.0,
        },
        "score": 41.0,
        "e_value": 3.2e-19,
        "shared_with": sorted(set(works) - {work}),
        "attribution": "shared" if len(works) > 1 else "work",
        "series": None,
    }
