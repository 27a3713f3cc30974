"""Files of a service: what was uploaded, and what jobs made.

In `service/uploads/<upload_id>/` lie `media`, the bytes that came, and `upload.json`, what is known
of them, or while they come `coming.json`, whose they are and for how many there is room
(`reelprint.working.room`); in `service/results/<job_id>/` what a job made. A client names ids
alone: the names that it gave its files stand in `upload.json` and are never part of a path.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from capture.clock import SystemClock, iso
from index.atomic import sync_folder, write_atomically

FOLDER = "service"
_UPLOADS, _RESULTS, _MEDIA, _NOTE = "uploads", "results", "media", "upload.json"
COMING = "coming.json"
_PICTURES = (".jpg", ".html")  # of results, what shows a picture
_UPLOAD_ID = re.compile(r"u_[0-9a-f]{32}")
_JOB_ID = re.compile(r"j_[0-9a-f]{32}")
MOST_NAME = 400  # characters of a file's name that are kept


class NoSuchUpload(LookupError):
    """Nothing was uploaded under this id, or it was removed since."""


class NoSuchResult(LookupError):
    """A job has made no such file, or it was removed since."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in whole."""

    id: str  # "u_" and 32 hex digits, drawn at random
    organisation: str
    actor: str
    name: str  # as its sender calls it: text from a stranger
    bytes: int
    sha256: str
    at: str
    path: Path


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that is coming in: write it to `path`, then call `Files.keep`, or `Files.remove`."""

    id: str
    path: Path


class Files:
    """The files of the service of one workspace."""

    def __init__(self, home: Path) -> None:
        self._uploads = home / FOLDER / _UPLOADS
        self._results = home / FOLDER / _RESULTS

    @property
    def folder(self) -> Path:
        """That of uploads, which may not be there yet."""
        return self._uploads

    def new_upload(self) -> Incoming:
        """A place for a file that comes. Raises OSError."""
        upload_id = f"u_{secrets.token_hex(16)}"
        folder = self._uploads / upload_id
        folder.mkdir(mode=0o700, parents=True)
        return Incoming(upload_id, folder / _MEDIA)

    def keep(
        self, incoming: Incoming, organisation: str, actor: str, name: str, sha256: str
    ) -> Upload:
        """Have a file that came in be an upload from now on; it is on the disk then. Raises
        OSError."""
        with incoming.path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            os.fsync(file.fileno())
        made = Upload(
            *(incoming.id, organisation, actor, name[:MOST_NAME], size, sha256),
            *(iso(SystemClock().wall()), incoming.path),
        )
        said = {key: value for key, value in asdict(made).items() if key != "path"}
        note = json.dumps(said)
        write_atomically(
            incoming.path.with_name(_NOTE), lambda path: _put(path, note.encode("ascii"))
        )
        incoming.path.with_name(COMING).unlink(missing_ok=True)
        sync_folder(self._uploads)
        return made

    def upload_ids(self) -> list[str]:
        """The ids of all uploads, also of those that are coming in."""
        there = os.listdir(self._uploads) if self._uploads.is_dir() else []
        return sorted(one for one in there if _UPLOAD_ID.fullmatch(one))

    def upload(self, upload_id: str) -> Upload:
        """What was uploaded under an id. Raises NoSuchUpload."""
        folder = self._folder_of(upload_id)
        try:
            said = json.loads((folder / _NOTE).read_bytes())
        except FileNotFoundError:
            raise _no_upload(upload_id) from None
        return Upload(**said, path=folder / _MEDIA)

    def upload_at(self, path: Path) -> Upload | None:
        """The upload whose file this is, if it is one and is still there."""
        folder = path.parent
        if path.name != _MEDIA or folder.parent.resolve() != self._uploads.resolve():
            return None
        try:
            return self.upload(folder.name)
        except NoSuchUpload:
            return None

    def remove(self, upload_id: str) -> None:
        """Let an upload be gone, if it is there. Raises OSError."""
        folder = self._folder_of(upload_id)
        (folder / _NOTE).unlink(missing_ok=True)  # first: without it there is no upload
        shutil.rmtree(folder, ignore_errors=True)

    def is_whole(self, upload_id: str) -> bool:
        """Whether an upload is there, and came in whole."""
        return (self._folder_of(upload_id) / _NOTE).exists()

    def unfinished(self, before_s: float) -> list[str]:
        """The ids of files that never came in whole, and of which nothing came since a moment in
        seconds of the epoch."""
        waiting = (one for one in self.upload_ids() if not self.is_whole(one))
        return [one for one in waiting if _last_sign_s(self._uploads / one) < before_s]

    def result_folder(self, job_id: str) -> Path:
        """Where lies what a job made; nothing does unless it made something. Raises
        NoSuchResult."""
        if not _JOB_ID.fullmatch(job_id):
            raise NoSuchResult(f"there is no job {job_id[:40]!r}")
        return self._results / job_id

    def result(self, job_id: str, name: str) -> Path:
        """A file that a job made. Raises NoSuchResult."""
        folder = self.result_folder(job_id)
        if name not in self.result_names(job_id) or not (folder / name).is_file():
            raise NoSuchResult(f"job {job_id} made no file {name[:80]!r}")
        return folder / name

    def result_names(self, job_id: str) -> frozenset[str]:
        """The names of what a job made and is still there. Raises NoSuchResult."""
        folder = self.result_folder(job_id)
        return frozenset(os.listdir(folder) if folder.is_dir() else [])

    @contextmanager
    def making(self, job_id: str) -> Iterator[Path]:
        """An empty folder that becomes that of the job's results, in place of any other, when the
        block ends, and is gone when it raises."""
        final = self.result_folder(job_id)
        beside = _beside(final)
        beside.mkdir(mode=0o700, parents=True)
        try:
            yield beside
            _settle(beside)
            self.remove_results(job_id)
            beside.replace(final)
            sync_folder(final.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def remove_results(self, job_id: str) -> None:
        """Let what a job made be gone at once, if there is anything. Raises OSError."""
        folder = self.result_folder(job_id)
        leaving = _beside(folder)
        try:
            folder.replace(leaving)
        except FileNotFoundError:
            return
        shutil.rmtree(leaving, ignore_errors=True)

    def remove_pictures(self, job_id: str) -> None:
        """Let the pictures among what a job made be gone, and pages that hold any. Raises
        OSError."""
        folder = self.result_folder(job_id)
        for name in os.listdir(folder) if folder.is_dir() else []:
            if name.endswith(_PICTURES):
                (folder / name).unlink(missing_ok=True)

    def leftovers(self, before_s: float) -> list[Path]:
        """Folders of results that were being made, or removed, by a process that died, and are as
        they were since a moment in seconds of the epoch."""
        there = self._results.iterdir() if self._results.is_dir() else iter(())
        hidden = (one for one in there if one.name.startswith(".j_"))
        return sorted(one for one in hidden if one.stat().st_mtime < before_s)

    def _folder_of(self, upload_id: str) -> Path:
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise _no_upload(upload_id)
        return self._uploads / upload_id


def _no_upload(upload_id: str) -> NoSuchUpload:
    return NoSuchUpload(f"there is no upload {upload_id[:40]!r}")


def _beside(folder: Path) -> Path:
    """A name that nobody finds, for what a folder is not yet or no longer."""
    return folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")


def _last_sign_s(folder: Path) -> float:
    """When something came last, in seconds of the epoch."""
    signs = (one for one in (folder, folder / COMING, folder / _MEDIA) if one.exists())
    return max(one.stat().st_mtime for one in signs)


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _settle(folder: Path) -> None:
    """What lies in a folder is on the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)
