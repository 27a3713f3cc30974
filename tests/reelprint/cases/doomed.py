"""Run as a process: takes a job and does it, up to a certain word, says so, and waits to be killed.

usage: doomed.py HOME PHASE DONE
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from accounts.store import Accounts
from capture.clock import SystemClock
from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from reelprint.working.context import Context
from reelprint.working.files import Files
from reelprint.working.handlers import HANDLERS
from reelprint.working.owning import Owning
from reelprint.working.room import Room
from reelprint.working.warm import Warm
from reelprint.working.worker import queue_of
from reelprint.workspace import Workspace

WORKER = "doomed"


def main(home: str, phase: str, done: str) -> None:
    """Do the job that waits until it says this of itself."""

    def tell(now: int, total: int, what: str) -> None:
        if (what, now) == (phase, int(done)):
            print(f"at {what} {now} of {total}", flush=True)
            time.sleep(600)

    workspace = Workspace.open(Path(home))
    queue, network = queue_of(workspace), Network(Policy(True), Limits(), SystemClock())
    lease = queue.take(WORKER, HANDLERS)
    if lease is None:
        raise SystemExit("there is no job")
    owning = Owning(lambda: Accounts.create(Path(home) / "service" / "accounts.sqlite"))
    files = Files(Path(home))
    room = Room(files, lambda _: 0)
    context = Context(workspace, files, Warm(), owning, room, queue.hooks, network, tell)
    lease.done(HANDLERS[lease.job.kind](context, lease.job))


if __name__ == "__main__":
    main(*sys.argv[1:])
