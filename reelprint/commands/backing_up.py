"""`reelprint backup` and `reelprint restore`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from capture.clock import SystemClock
from reelprint.backup import reading, restoring, taking
from reelprint.exits import FOUND, UNREADABLE
from reelprint.workspace import Workspace, default_home

_MB = 1e6


def backup(to: Path, secrets: bool, dump: Path | None, as_json: bool, home: Path | None) -> int:
    """Back up; the exit code. Raises OSError, ValueError."""
    workspace = Workspace.open(home or default_home())
    wanted = taking.Wanted(to, secrets, dump)
    with _progress("backing up", as_json) as tell:
        taken = taking.take(workspace, wanted, SystemClock(), lambda done: tell(done, None))
    said = f"{taken.path}: {taken.files} files, {taken.bytes / _MB:.1f} MB"
    return _told(taken, f"{said}, {taken.linked} of them as in the backup before", as_json)


def verify(path: Path, as_json: bool) -> int:
    """Check a backup; the exit code. Raises OSError, ValueError."""
    with reading.opened(path) as source, _progress("verifying", as_json) as tell:
        found = reading.verify(source, tell)
    said = f"{found.path}, of {found.begun_at}: {found.files} files, {found.bytes / _MB:.1f} MB"
    return _told(found, said if found.wrong else f"{said}, all as they were written", as_json)


def restore(path: Path, home: Path, catalog: str | None, as_json: bool) -> int:
    """Restore; the exit code. Raises OSError, ValueError."""
    with reading.opened(path) as source, _progress("restoring", as_json) as tell:
        made = restoring.restore(source, home, catalog, tell)
    said = f"{made.home} is as it was at {made.begun_at}: {made.works} works, {made.cases} cases"
    return _told(made, said, as_json)


def _told(
    found: taking.Taken | reading.Verified | restoring.Restored, said: str, as_json: bool
) -> int:
    wrong = found.unsound if isinstance(found, taking.Taken) else found.wrong
    if as_json:
        print(json.dumps(asdict(found)))
    else:
        print(said)
        _complain(wrong)
    return UNREADABLE if wrong else FOUND


def _complain(wrong: Sequence[str]) -> None:
    for one in wrong:
        print(f"amiss: {one}", file=sys.stderr)


@contextmanager
def _progress(what: str, quiet: bool) -> Iterator[Callable[[int, int | None], None]]:
    with Progress(console=Console(stderr=True), disable=quiet, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
