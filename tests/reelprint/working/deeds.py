"""Jobs for tests of workers: each says in a file that it began, and some end their process."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from jobs import ending
from jobs.job import Job
from reelprint.working import pulse
from reelprint.working.context import Context, Handler, TryAgain
from reelprint.working.files import FOLDER

BEGUN = "begun.txt"
if multiprocessing.parent_process() is not None:  # in a worker, where waiting shows nothing
    ending.BACK_OFF_S = 0.05
    pulse.BEAT_S, pulse.PATIENCE_S = 0.1, 0.5


def note(context: Context, job: Job) -> None:
    """Say that it began: one line, written at once."""
    line = f"{job.id} {job.attempts} {os.getpid()}\n".encode("ascii")
    path = context.workspace.home / FOLDER / BEGUN
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


def walk(context: Context, job: Job) -> Mapping[str, Any]:
    """Take `seconds`, telling of each step."""
    note(context, job)
    steps = 50
    for step in range(steps):
        context.tell(step, steps, "walking")
        time.sleep(job.payload["seconds"] / steps)
    context.afterwards.append(lambda: note(context, job))
    return {"walked": job.payload["seconds"]}


def sleep(context: Context, job: Job) -> Mapping[str, Any]:
    """Say nothing until it is broken into."""
    note(context, job)
    time.sleep(300)
    return {}


def stay(context: Context, job: Job) -> Mapping[str, Any]:
    """Work until somebody kills the process; whoever tries it next has nothing left to do."""
    note(context, job)
    if job.attempts < 2:
        time.sleep(300)
    return {}


def die(context: Context, job: Job) -> Mapping[str, Any]:
    """Poison: whoever works on it is gone."""
    note(context, job)
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def stumble(context: Context, job: Job) -> Mapping[str, Any]:
    """An error of ours."""
    note(context, job)
    return {"nothing": job.payload["nothing"]}


def refuse(context: Context, job: Job) -> Mapping[str, Any]:
    """What can never go."""
    raise ValueError("this can never go")


def hope(context: Context, job: Job) -> Mapping[str, Any]:
    """What goes the second time."""
    note(context, job)
    if job.attempts < 2:
        raise TryAgain("not yet")
    return {"attempts": job.attempts}


HANDLERS: Mapping[str, Handler] = {
    one.__name__: one for one in (walk, sleep, stay, die, stumble, refuse, hope)
}
LANE = f"{__name__}:HANDLERS"
