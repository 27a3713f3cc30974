"""`reelprint work`."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from jobs.queue import Queue
from reelprint.exits import FOUND
from reelprint.pool import cores
from reelprint.service import config
from reelprint.showing.plain import plain
from reelprint.working.crew import Crew, Event
from reelprint.working.worker import queue_of
from reelprint.workspace import Workspace, default_home

LOOK_S = 0.25
PATIENT = ("plan", "watch")  # jobs that wait for hours


def work(jobs: int | None, until_empty: bool, as_json: bool, home: Path | None) -> int:
    """Do jobs until SIGTERM or Ctrl-C, or until there are none; the exit code."""
    workspace = Workspace.open(home or default_home())
    said = config.read(workspace.home)
    private, samplers = said.allow_private_addresses, said.samplers
    with queue_of(workspace) as queue, _stopped_by_signals() as stopped, _showing(as_json) as hear:
        if until_empty and not _is_busy(queue):
            return FOUND
        with Crew(workspace.home, jobs or cores(), private, hear, samplers=samplers):
            while not stopped.wait(LOOK_S) and not (until_empty and not _is_busy(queue)):
                pass
    return FOUND


def _is_busy(queue: Queue) -> bool:
    """Whether there is anything to do now; plans wait for their moments, and nobody for them."""
    there = queue.counts()
    return any(s == "running" or (s == "queued" and k not in PATIENT) for k, s in there)


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """What is set by SIGTERM and Ctrl-C."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    both = (signal.SIGTERM, signal.SIGINT)
    before = {one: signal.signal(one, lambda *_: stopped.set()) for one in both}
    try:
        yield stopped
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _showing(as_json: bool) -> Iterator[Callable[[Event], None]]:
    """What shows events: lines of JSON, or on a terminal who works on what, and how far."""
    if as_json:
        yield lambda event: print(json.dumps(event), flush=True)
        return
    columns = (TextColumn("{task.description}"), BarColumn(20), TimeElapsedColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, transient=True) as bars:
        yield _View(bars).hear


class _View:
    """Events on a terminal: a bar for each job that runs, a line for each that has ended."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def hear(self, event: Event) -> None:
        """Show one."""
        worker = str(event["worker"])
        match event["event"]:
            case "taken":
                self._tasks[worker] = self._bars.add_task(_named(event), total=None)
            case "progress" if worker in self._tasks:
                told = f"{_named(event)} {event['phase']}"
                done, total = event["done"], event["total"] or None
                self._bars.update(
                    self._tasks[worker], description=plain(told), completed=done, total=total
                )
            case "ended" | "died" | "left":
                self._end(worker, event)
            case "unavailable":
                self._bars.console.print(plain(f"waiting: {event['reason']}"), markup=False)

    def _end(self, worker: str, event: Mapping[str, Any]) -> None:
        task = self._tasks.pop(worker, None)
        if task is not None:
            self._bars.remove_task(task)
        if "job" in event:
            why = f": {event['problem']}" if event["problem"] else ""
            said = f"{_named(event)} {event['how']} after {event['seconds']:.1f} s{why}"
        elif event["event"] == "died":
            said = f"worker {worker} died ({event['code']}); another takes its place"
        else:
            return
        self._bars.console.print(plain(said), markup=False, highlight=False)


def _named(event: Mapping[str, Any]) -> str:
    return f"{event['kind']} {event['job']}"
