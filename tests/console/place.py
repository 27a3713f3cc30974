"""A service with a console on loopback: real works, real people, real jobs done in a thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from unittest.mock import patch

from accounts.records import Session
from accounts.roles import ROLES
from capture.clock import SystemClock
from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from jobs.job import Job, Progress
from jobs.lease import Lease
from media.digest import sha256
from reelprint.desk import suspects, works
from reelprint.desk.desk import Desk
from reelprint.pipeline import Item, register
from reelprint.service.app import create_app
from reelprint.service.config import Config
from reelprint.service.server import Server
from reelprint.working.context import Context, NotYet, Stopped
from reelprint.working.files import Upload
from reelprint.working.handlers import HANDLERS
from reelprint.working.owning import Owning
from reelprint.working.warm import Warm
from reelprint.workspace import Workspace
from reference_catalog.work import WorkDetails
from tests.reelprint.here import Here

AUTHORITY, HOLDER = "police", "studio"
CHIEF, SUE, AUDITOR = "chief@police.example", "sue@studio.example", "aud@police.example"
PASSWORD = "a horse that draws battery staples"
NAP_S = 0.02  # between two looks at an empty queue


@dataclass
class Place:
    """Where tests of the console happen."""

    desk: Desk
    url: str
    warm: Warm
    ended: threading.Event = field(default_factory=threading.Event)

    def session(self, actor: str = CHIEF) -> Session:
        """A session of somebody, as after a log-in."""
        return self.desk.accounts.log_in_by_token(self.desk.accounts.one_time_token(actor))

    def uploaded(self, path: Path, name: str | None = None, actor: str = CHIEF) -> Upload:
        """A file, as if somebody had sent it."""
        who = self.desk.accounts.account(actor)
        incoming = self.desk.files.new_upload()
        incoming.path.write_bytes(path.read_bytes())
        digest = sha256(path)
        return self.desk.files.keep(
            incoming, who.organisation, actor, path.name if name is None else name, digest
        )

    def suspect(self, path: Path, name: str | None = None, actor: str = CHIEF) -> Job:
        """A file that was identified."""
        upload = self.uploaded(path, name, actor)
        who, _ = self.desk.accounts.principal_of_session(self.session(actor).token)
        return self.ended_job(suspects.submit(self.desk, who, upload.id).id)

    def registered(self, path: Path, work: WorkDetails, actor: str = CHIEF) -> Job:
        """A work that was added, its media kept."""
        upload = self.uploaded(path, None, actor)
        who, _ = self.desk.accounts.principal_of_session(self.session(actor).token)
        made, _ = works.put_work(self.desk, who, work.work_id, lambda _: work)
        asked = works.add_reference(self.desk, who, made.work_id, upload.id, keep_media=True)
        return self.ended_job(asked.id)

    def explained(self, job_id: str) -> Job:
        """The job that explained the first match of a suspect."""
        who, _ = self.desk.accounts.principal_of_session(self.session().token)
        return self.ended_job(suspects.explain(self.desk, who, job_id, 0).id)

    def ended_job(self, job_id: str) -> Job:
        """A job, once it has ended."""
        while not (job := self.desk.queue.get(job_id)).has_ended:
            self.ended.wait(NAP_S)
        return job

    def work(self) -> None:
        """Do jobs as they come, until the place closes."""
        while not self.ended.is_set():
            lease = self.desk.queue.take("tests", HANDLERS)
            if lease is None:
                self.ended.wait(NAP_S)
            else:
                self._do(lease)

    def _do(self, lease: Lease) -> None:
        try:
            lease.done(HANDLERS[lease.job.kind](self._context(lease), lease.job))
        except NotYet as later:
            lease.wait(later.until, later.progress)
        except Stopped:
            lease.put_back()
        except (OSError, ValueError, LookupError) as error:
            lease.failed(str(error), retry=False)

    def _context(self, lease: Lease) -> Context:
        desk = self.desk

        def tell(done: int, total: int, phase: str) -> None:
            if not lease.renew(Progress(done, total, phase)):
                raise Stopped

        owning = Owning(lambda: desk.accounts)
        network = Network(Policy(False), Limits(), SystemClock())
        hooks = desk.queue.hooks
        return Context(
            *(desk.workspace, desk.files, self.warm, owning, desk.room, hooks, network, tell)
        )


@contextmanager
def place(home: Path) -> Iterator[Place]:
    """A place on a workspace that is there."""
    wanted = Config(port=0, workers=0, requests_a_minute=10**6, anonymous_requests_a_minute=10**6)
    with ExitStack() as stack:
        stack.enter_context(patch("reelprint.pool.ProcessPool", Here))
        desk = Desk.open(home, wanted)
        stack.callback(desk.close)
        warm = Warm()
        stack.callback(warm.close)
        url = stack.enter_context(_served(desk))
        made = Place(desk, url, warm)
        worker = threading.Thread(target=made.work, name="worker")
        worker.start()
        stack.callback(worker.join)
        stack.callback(made.ended.set)
        yield made


def furnish(home: Path, items: Sequence[Item]) -> None:
    """Make a workspace with works from the command line, and people."""
    workspace = Workspace.create(home)
    with patch("reelprint.pool.ProcessPool", Here):
        assert all(one.outcome == "registered" for one in register(workspace, items))
    desk = Desk.open(home)
    accounts = desk.accounts
    accounts.add_organisation(AUTHORITY, "Copyright Police", "authority")
    accounts.add_organisation(HOLDER, "A Studio", "holder")
    accounts.add_account(AUTHORITY, CHIEF, ROLES, PASSWORD)
    accounts.add_account(AUTHORITY, AUDITOR, ("auditor",))
    accounts.add_account(HOLDER, SUE, ("holder", "admin"))
    desk.close()


@contextmanager
def _served(desk: Desk) -> Iterator[str]:
    ready: SimpleQueue[int] = SimpleQueue()
    server = Server(create_app(desk), desk.config, ready.put)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        yield f"http://127.0.0.1:{ready.get(timeout=60)}"
    finally:
        server.should_exit = True
        thread.join()
