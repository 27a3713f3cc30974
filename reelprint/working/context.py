"""What a job is done with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from capture.connection import Network
from jobs.hooks import Hooks
from jobs.job import Job, Progress
from reelprint.working.files import Files, NoSuchUpload, Upload
from reelprint.working.owning import Owning
from reelprint.working.room import Room
from reelprint.working.warm import Warm
from reelprint.workspace import Workspace

Tell = Callable[[int, int, str], None]  # how much is done of how much, and in which phase


class Stopped(BaseException):
    """The job is to be worked on no longer: it was cancelled, or is another worker's."""


class NotYet(Exception):
    """The job has more to come, at a moment; until then it waits, with this progress."""

    def __init__(self, until: datetime, progress: Progress | None = None) -> None:
        super().__init__()
        self.until, self.progress = until, progress


class TryAgain(Exception):
    """It did not go this time, and may go the next; the message says why."""


@dataclass(frozen=True, slots=True)
class Context:
    """An open workspace and all that belongs to the service of it."""

    workspace: Workspace
    files: Files
    identifiers: Warm
    owning: Owning
    room: Room
    hooks: Hooks
    network: Network
    tell: Tell  # raises Stopped
    # What is done once it is recorded how the job ended: until then it may be done again.
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    def upload(self, job: Job, upload_id: object) -> Upload:
        """An upload of the organisation whose job it is. Raises NoSuchUpload for any other."""
        found = self.files.upload(str(upload_id))
        if found.organisation != job.organisation:
            raise NoSuchUpload(f"there is no upload {found.id}")
        return found


Handler = Callable[[Context, Job], Mapping[str, Any]]  # the result, as JSON


def told(value: Any, upload: Upload) -> Any:
    """JSON in which a file that was uploaded is called as its sender does, not by its path."""
    return _replaced(value, (str(upload.path), str(upload.path.resolve())), upload.name)


def _replaced(value: Any, paths: tuple[str, ...], name: str) -> Any:
    match value:
        case str():
            for path in paths:
                value = value.replace(path, name)
            return value
        case dict():
            return {key: _replaced(one, paths, name) for key, one in value.items()}
        case list() | tuple():
            return [_replaced(one, paths, name) for one in value]
    return value


def safe_name(upload: Upload) -> str:
    """What a catalogue notes down of a file that it does not keep: no path of any file."""
    return "upload:" + Path(upload.name.replace("\\", "/")).name.replace("\0", "")
