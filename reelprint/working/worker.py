"""One process that takes jobs and does them, one at a time, until it is told to end."""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from accounts.store import Accounts
from capture.clock import SystemClock
from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from jobs.errors import JobsUnavailable
from jobs.job import Progress
from jobs.lease import Lease
from jobs.queue import LEASE_S, Queue
from reelprint.cage import caged
from reelprint.cases import FOLDER as CASES
from reelprint.working.captured import Captured
from reelprint.working.context import Context, Handler, NotYet, Stopped, TryAgain
from reelprint.working.files import FOLDER, Files
from reelprint.working.interrupting import Ending, Interrupter
from reelprint.working.owning import Owning
from reelprint.working.pulse import Pulse
from reelprint.working.room import Room
from reelprint.working.warm import Warm
from reelprint.workspace import Workspace

JOBS, ACCOUNTS = "jobs.sqlite", "accounts.sqlite"
IDLE_S = 0.25  # between two looks at an empty queue
UNAVAILABLE_S = 2.0
RECORDING_S = 600.0  # for which a result is held while the queue cannot be reached
INTERNAL = "an internal error of Reelprint"
TOO_LONG = "it took longer than a day"
# Tables of handlers, named so that a process finds them and loads no more than it needs.
JOBS_LANE, WEBHOOKS_LANE, PLANS_LANE = (
    "reelprint.working.handlers:HANDLERS",
    "reelprint.working.telling:HANDLERS",
    "reelprint.working.planning:HANDLERS",
)
End = Literal["done", "failed", "stopped", "put back", "waits", "lost"]
Say = Callable[[Mapping[str, object]], None]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker is told when it begins."""

    name: str  # of nobody else, now or later
    home: Path
    lane: str  # the table of its handlers, as "module:name"
    allow_private: bool = False  # whether webhooks and captures may ask private addresses
    lease_s: float = LEASE_S


def queue_of(workspace: Workspace) -> Queue:
    """The queue of a workspace, made if it is not there. Raises OSError, ValueError."""
    return Queue.create(workspace.home / FOLDER / JOBS, workspace.settings.catalog)


class Worker:
    """One post, held."""

    def __init__(self, post: Post, handlers: Mapping[str, Handler], queue: Queue, say: Say) -> None:
        self._post = post
        self._handlers = handlers
        self._queue = queue
        self._say = say
        self._interrupter = Interrupter()
        self._warm = Warm()
        self._owning = Owning(self._accounts)
        self._files, self._captured = Files(post.home), Captured(post.home / CASES)
        self._room = Room(self._files, lambda one: self._owning.captured(self._captured, one))
        self._network = Network(Policy(post.allow_private), Limits(), SystemClock())

    def run(self) -> None:
        """Take jobs until SIGTERM comes, or until a job had to be broken into: what is left of it
        may be anything, so a new process goes on."""
        self._interrupter.install()
        with ExitStack() as stack:
            stack.callback(self._warm.close)
            stack.callback(self._owning.close)
            self._say({"event": "started"})
            while not self._interrupter.ending:
                if not self._turn():
                    return

    def _turn(self) -> bool:
        """Do a job, or wait for one; whether to go on."""
        try:
            workspace = Workspace.open(self._post.home)
            lease = self._queue.take(self._post.name, self._handlers, self._post.lease_s)
        except (OSError, ValueError) as error:
            self._say({"event": "unavailable", "reason": str(error)})
            return self._wait(UNAVAILABLE_S)
        return self._do(workspace, lease) if lease else self._wait(IDLE_S)

    def _wait(self, seconds: float) -> bool:
        try:
            with self._interrupter.allowed():
                time.sleep(seconds)
        except Ending:
            return False
        return True

    def _do(self, workspace: Workspace, lease: Lease) -> bool:
        job, begun = lease.job, time.monotonic()
        about = {"job": job.id, "kind": job.kind, "attempt": job.attempts}
        self._say({"event": "taken", **about})

        def show(progress: Progress) -> None:
            said = {"done": progress.done, "total": progress.total, "phase": progress.phase}
            self._say({"event": "progress", **about, **said})

        with Pulse(lease, self._interrupter, show) as pulse:
            context = self._context(workspace, pulse)
            ended, why = self._attempt(context, lease, pulse)
        seconds = round(time.monotonic() - begun, 3)
        self._say({"event": "ended", **about, "how": ended, "problem": why, "seconds": seconds})
        return not (pulse.broken_into or self._interrupter.ending)

    def _attempt(self, context: Context, lease: Lease, pulse: Pulse) -> tuple[End, str | None]:
        """Do it and record how it ended; both."""
        try:
            with self._interrupter.allowed():
                result = self._handlers[lease.job.kind](context, lease.job)
        except (Ending, NotYet) as over:
            return self._let_go(lease, over), None
        except Stopped:
            if pulse.too_long:
                return self._failed(lease, TOO_LONG, retry=False)
            # Not wanted, or the queue was out of reach for so long that it may be another's.
            return self._recorded(lease.put_back, "stopped"), None
        except (KeyError, IndexError):  # errors of ours, not of what was asked
            self._failed(lease, INTERNAL, retry=True)
            raise
        except (TryAgain, OSError) as error:
            return self._failed(lease, _said(error), retry=True)
        except (ValueError, LookupError) as error:
            return self._finally(context, self._failed(lease, str(error), retry=False))
        except BaseException:
            self._failed(lease, INTERNAL, retry=True)
            raise
        return self._finally(context, self._done(lease, result))

    def _let_go(self, lease: Lease, over: Ending | NotYet) -> End:
        """Let the job wait, for whoever comes or for its moment."""
        if isinstance(over, NotYet):
            return self._recorded(lambda: lease.wait(over.until, over.progress), "waits")
        return self._recorded(lease.put_back, "put back")

    def _done(self, lease: Lease, result: Mapping[str, object]) -> tuple[End, str | None]:
        try:
            return self._recorded(lambda: lease.done(result), "done"), None
        except ValueError as error:
            return self._failed(lease, f"its result cannot be kept: {error}", retry=False)

    def _failed(self, lease: Lease, problem: str, retry: bool) -> tuple[End, str | None]:
        _log.warning("job %s (%s) failed: %s", lease.job.id, lease.job.kind, problem)
        return self._recorded(lambda: lease.failed(problem, retry), "failed"), problem

    def _finally(self, context: Context, ended: tuple[End, str | None]) -> tuple[End, str | None]:
        """Do what was to be done afterwards, if what went before was recorded."""
        if ended[0] != "lost":
            for act in context.afterwards:
                act()
        return ended

    def _recorded(self, record: Callable[[], bool], end: End) -> End:
        """Record an end, once the queue can be reached; "lost" if the job is another's by then."""
        give_up = time.monotonic() + RECORDING_S
        while True:
            try:
                return end if record() else "lost"
            except JobsUnavailable as error:
                if self._interrupter.ending or time.monotonic() > give_up:
                    raise
                self._say({"event": "unavailable", "reason": str(error)})
                time.sleep(UNAVAILABLE_S)

    def _context(self, workspace: Workspace, pulse: Pulse) -> Context:
        return Context(
            workspace,
            self._files,
            self._warm,
            self._owning,
            self._room,
            self._queue.hooks,
            self._network,
            pulse.tell,
        )

    def _accounts(self) -> Accounts:
        workspace = Workspace.open(self._post.home)
        return Accounts.create(workspace.home / FOLDER / ACCOUNTS, workspace.settings.catalog)


def hold(post: Post, say: Say) -> None:
    """Do the jobs of a lane until told to end."""
    if post.lane == JOBS_LANE:
        caged.make_ready()
    with queue_of(Workspace.open(post.home)) as queue:
        Worker(post, _handlers(post.lane), queue, say).run()


def _handlers(lane: str) -> Mapping[str, Handler]:
    module, _, name = lane.partition(":")
    table: Mapping[str, Handler] = getattr(importlib.import_module(module), name)
    return table


def _said(error: Exception) -> str:
    """Why something is tried again, without paths and addresses of this machine."""
    if isinstance(error, OSError):
        return f"something was not available: {error.strerror or type(error).__name__}"
    return str(error)
