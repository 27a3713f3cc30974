"""A service on loopback with people in it, whose jobs are done here, one after another, when a test
says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import httpx

from accounts.roles import Role
from capture.clock import Clock, SystemClock
from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from jobs.job import Job
from reelprint.desk.desk import Desk
from reelprint.service.app import create_app
from reelprint.service.config import Config
from reelprint.service.server import Server
from reelprint.working.context import Context, NotYet, Stopped
from reelprint.working.handlers import HANDLERS
from reelprint.working.owning import Owning
from reelprint.working.warm import Warm
from tests.capture.server import QuickClock

# Who is in which organisation, with which roles.
PEOPLE: Mapping[str, tuple[str, tuple[Role, ...]]] = {
    "cap@police": ("police", ("capturer",)),
    "ann@police": ("police", ("analyst",)),
    "rev@police": ("police", ("reviewer",)),
    "roy@police": ("police", ("reviewer",)),
    "exp@police": ("police", ("exporter",)),
    "aud@police": ("police", ("auditor",)),
    "adm@police": ("police", ("admin",)),
    "all@customs": (
        "customs",
        ("capturer", "analyst", "reviewer", "exporter", "auditor", "admin"),
    ),
    "eve@police": (
        "police",
        ("capturer", "analyst", "reviewer", "exporter", "auditor", "admin"),
    ),
    "sue@studio": ("studio", ("holder", "admin", "auditor")),
}
KINDS: Mapping[str, Any] = {"police": "authority", "customs": "authority", "studio": "holder"}


@dataclass
class Office:
    """A desk, clients for people, and whoever does the jobs."""

    desk: Desk
    http: httpx.Client
    keys: Mapping[str, str]
    warm: Warm
    allow_private: bool = True
    clock: Clock | None = None  # of captures; None: one that waits for nobody
    tell: Callable[[int, int, str], None] = lambda done, total, phase: None

    def ask(self, actor: str | None, method: str, path: str, **more: Any) -> httpx.Response:
        """What somebody, or nobody, is answered."""
        headers = {"Authorization": f"Bearer {self.keys[actor]}"} if actor else {}
        headers |= more.pop("headers", {})
        return self.http.request(method, f"/v1{path}", headers=headers, **more)

    def get(self, actor: str, path: str, status: int = 200) -> Any:
        """The JSON that somebody reads."""
        response = self.ask(actor, "GET", path)
        assert response.status_code == status, response.text
        return response.json()

    def post(self, actor: str, path: str, body: object = None, status: int = 202) -> Any:
        """The JSON of what somebody does."""
        response = self.ask(actor, "POST", path, json=body or {})
        assert response.status_code == status, response.text
        return response.json()

    def context(self) -> Context:
        """What a job is done with."""
        workspace = self.desk.workspace
        clock = self.clock or QuickClock(start=SystemClock().wall())
        network = Network(Policy(self.allow_private), Limits(), clock)
        owning = Owning(lambda: self.desk.accounts)
        files, room, hooks = self.desk.files, self.desk.room, self.desk.queue.hooks
        return Context(workspace, files, self.warm, owning, room, hooks, network, self.tell)

    def work(self) -> list[Job]:
        """Do the jobs that wait; what became of each."""
        done = []
        while (lease := self.desk.queue.take("tester", HANDLERS)) is not None:
            try:
                lease.done(HANDLERS[lease.job.kind](self.context(), lease.job))
            except NotYet as later:
                lease.wait(later.until, later.progress)
            except Stopped:
                lease.put_back()
            except (OSError, ValueError, LookupError) as error:
                lease.failed(str(error), retry=False)
            done.append(self.desk.queue.get(lease.job.id))
        return done

    def did(self, actor: str, path: str, body: object = None) -> Job:
        """The job that somebody asked for, done."""
        asked = self.post(actor, path, body)
        (job,) = [one for one in self.work() if one.id == asked["id"]]
        assert job.state == "done", job.problem
        return job


@contextmanager
def office(home: Path, **config: Any) -> Iterator[Office]:
    """An office on a workspace that is there."""
    config = {"allow_private_addresses": True, "requests_a_minute": 10**6, **config}
    with ExitStack() as stack:
        desk = Desk.open(home, replace(Config(), **config))
        stack.callback(desk.close)
        warm = Warm()
        stack.callback(warm.close)
        keys = _peopled(desk)
        port = stack.enter_context(_served(desk))
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        yield Office(desk, stack.enter_context(client), keys, warm)


@contextmanager
def _served(desk: Desk) -> Iterator[int]:
    """A real server on loopback; its port."""
    ready: SimpleQueue[int] = SimpleQueue()
    server = Server(create_app(desk), replace(desk.config, port=0), ready.put)
    running = Thread(target=server.run, daemon=True)
    running.start()
    try:
        yield ready.get(timeout=60)
    finally:
        server.should_exit = True
        running.join(60)


def _peopled(desk: Desk) -> dict[str, str]:
    accounts = desk.accounts
    if not accounts.organisations():
        for organisation, kind in KINDS.items():
            accounts.add_organisation(organisation, organisation.title(), kind)
        for actor, (organisation, roles) in PEOPLE.items():
            accounts.add_account(organisation, actor, roles, None)
    return {actor: accounts.issue_key(actor, "test", None, None)[0] for actor in PEOPLE}
