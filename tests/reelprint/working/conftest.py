"""A workspace with a queue, accounts and files, as a service has them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from accounts.store import Accounts
from capture.clock import SystemClock
from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from jobs import ending
from jobs.job import Job
from jobs.queue import Queue
from reelprint.working.context import Context
from reelprint.working.files import FOLDER, Files, Upload
from reelprint.working.handlers import HANDLERS
from reelprint.working.owning import Owning
from reelprint.working.room import Room
from reelprint.working.telling import HANDLERS as TELLING
from reelprint.working.warm import Warm
from reelprint.working.worker import ACCOUNTS, queue_of
from reelprint.workspace import Workspace
from tests.reelprint.conftest import CommandLine, copied

POLICE, ACME, OTHER = "police", "acme", "other"
ANN = "ann@police.example"


@dataclass
class Service:
    """What a job is done with, and a way to do one here, without a worker."""

    home: Path
    queue: Queue
    accounts: Accounts
    files: Files
    warm: Warm
    allow_private: bool = True

    def upload(self, path: Path, organisation: str = POLICE, name: str | None = None) -> Upload:
        incoming = self.files.new_upload()
        shutil.copy(path, incoming.path)
        digest = hashlib.sha256(incoming.path.read_bytes()).hexdigest()
        return self.files.keep(incoming, organisation, ANN, name or path.name, digest)

    def submit(self, kind: str, organisation: str = POLICE, **payload: object) -> Job:
        return self.queue.submit(kind, organisation, ANN, payload)

    def context(self) -> Context:
        return Context(
            Workspace.open(self.home),
            self.files,
            self.warm,
            Owning(lambda: self.accounts),
            Room(self.files, lambda _: 0),
            self.queue.hooks,
            Network(Policy(self.allow_private), Limits(), SystemClock()),
            lambda done, total, phase: None,
        )

    def do(self, kind: str, organisation: str = POLICE, **payload: object) -> Job:
        """A job, done; what its handler raises is raised here."""
        self.submit(kind, organisation, **payload)
        return self.next()

    def next(self) -> Job:
        """The job whose turn it is, done."""
        lease = self.queue.take("here", {**HANDLERS, **TELLING})
        assert lease is not None
        context = self.context()
        handler = {**HANDLERS, **TELLING}[lease.job.kind]
        try:
            result = handler(context, lease.job)
        except BaseException:
            lease.failed("as said", retry=False)
            raise
        assert lease.done(result)
        for act in context.afterwards:
            act()
        return self.queue.get(lease.job.id)


def opened(home: Path) -> Service:
    """What belongs to a workspace."""
    workspace = Workspace.open(home)
    accounts = Accounts.create(home / FOLDER / ACCOUNTS, workspace.settings.catalog)
    for name, kind in ((POLICE, "authority"), (ACME, "holder"), (OTHER, "holder")):
        accounts.add_organisation(name, name.title(), kind)  # type: ignore[arg-type]
    return Service(home, queue_of(workspace), accounts, Files(home), Warm())


@pytest.fixture
def service(tmp_path: Path, reelprint: CommandLine) -> Iterator[Service]:
    """Of a workspace with two films and a piece of music."""
    made = opened(copied(reelprint, tmp_path / "home").home)
    yield made
    made.warm.close()
    made.queue.close()
    made.accounts.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Service]:
    """Of a workspace without works."""
    Workspace.create(tmp_path / "home")
    made = opened(tmp_path / "home")
    yield made
    made.warm.close()
    made.queue.close()
    made.accounts.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting shows nothing here."""
    monkeypatch.setattr(ending, "BACK_OFF_S", 0.05)
