"""Taking a backup of a workspace that is in use.

The order is what makes it hold together. Jobs first: what one that is done made is in what is
copied after it, one that is not done is done again. Then catalogue and cases, each database before
the files that it names, which are on the disk before they are named. Accounts last: whose a work or
case is, is written before it is made.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import reelprint
from capture.clock import Clock, iso
from index.atomic import SECOND_NS, TEMPORARY, file_sha256
from jobs.queue import Queue
from reelprint import configuring
from reelprint.backup import reading
from reelprint.backup.manifest import UNSETTLED, Entry, Manifest
from reelprint.backup.writing import LOCK, Sink, sink
from reelprint.cases import FOLDER as CASES
from reelprint.workspace import CATALOG, INDEX, INDEXED, SETTINGS, Workspace
from reference_catalog import sqlite
from reference_catalog.catalog import Catalog
from reference_catalog.place import BLOBS, DATABASE, Place

SERVICE = "service"
JOBS, ACCOUNTS = f"{SERVICE}/jobs.sqlite", f"{SERVICE}/accounts.sqlite"
DUMP = "postgresql.dump"
SECRETS = {"signing-key.pem"}
_DATABASES = (".sqlite", ".db")
_BESIDE_DATABASES = ("-wal", "-shm", "-journal")
_DERIVED = {INDEX, INDEXED}
NOTE = "upload.json"  # beside an upload that came in whole
_OWNER = "catalogue"  # in a folder of fingerprints, the file that says whose they are

Tell = Callable[[int], None]  # bytes dealt with


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a backup is to be."""

    to: Path  # a folder of backups, or a new tar file
    secrets: bool = False
    dump: Path | None = None  # what pg_dump wrote, where the databases are in PostgreSQL


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written, and what of it was shared with the backup before."""

    path: str
    files: int
    bytes: int
    linked: int
    unsound: tuple[str, ...]


def take(workspace: Workspace, wanted: Wanted, clock: Clock, tell: Tell) -> Taken:
    """Back a workspace up, whoever uses it meanwhile. Raises ValueError for what cannot be asked,
    Busy, NotCopied for a database that is damaged, OSError."""
    _refuse(workspace, wanted)
    begun_at = iso(clock.wall())
    earlier = None if wanted.to.suffix == ".tar" else reading.newest(wanted.to)
    with sink(wanted.to, begun_at, earlier) as writing:
        known = _known(earlier)
        taking = _Taking(workspace, writing, wanted.secrets, known, tell)
        identity = taking.everything(wanted.dump)
        manifest = Manifest(
            begun_at=begun_at,
            ended_at=iso(clock.wall()),
            version=reelprint.__version__,
            catalogue=identity,
            database=workspace.place.shown if workspace.settings.catalog else None,
            secrets=wanted.secrets,
            unsound=tuple(taking.unsound),
            files=taking.files,
        )
        path = writing.finish(manifest)
    size = sum(one.bytes for one in taking.files.values())
    return Taken(str(path), len(taking.files), size, taking.linked, manifest.unsound)


@dataclass(slots=True)
class _Taking:
    workspace: Workspace
    sink: Sink
    secrets: bool
    earlier: Mapping[str, Entry]
    tell: Tell
    files: dict[str, Entry] = field(default_factory=dict)
    unsound: list[str] = field(default_factory=list)
    linked: int = 0
    _done: int = 0

    def everything(self, dump: Path | None) -> str:
        """All files; the catalogue's identity."""
        if dump is not None:
            self._file(DUMP, dump)
        self._tree(SERVICE)
        self._jobs()
        identity = self._served() if self.workspace.settings.catalog else self._catalogue()
        for name in (f"{CASES}/casework.db", *self._databases()):
            self._database(name)
        self._tree(CASES)
        self._settings()
        self._tree("")
        self._database(ACCOUNTS)
        return identity

    def _jobs(self) -> None:
        """The queue, and the uploads of all jobs that are to be done. One may be done in between,
        and its upload removed: then the queue is copied again."""
        if not (self.workspace.home / JOBS).is_file():
            return
        missing: set[str] = set()
        while True:
            copy = self._copied(JOBS)
            self._tree(SERVICE)
            before, missing = missing, _uploads(copy) - self.files.keys()
            if missing <= before:
                break
        self._made(JOBS, copy)

    def _catalogue(self) -> str:
        """The catalogue and all fingerprints that it names. A work may be removed in between, and
        its fingerprints with it: then the catalogue is copied again."""
        missing: set[str] = set()
        while True:
            copy = self._copied(f"{CATALOG}/{DATABASE}")
            with Catalog.open(Place(copy.parent)) as catalog:
                identity, named = catalog.identity(), catalog.blobs()
            before, missing = missing, {one for one in sorted(named) if not self._blob(one)}
            if missing <= before:
                break
        self.unsound += [f"fingerprint {one} is missing" for one in sorted(missing)]
        self._made(f"{CATALOG}/{DATABASE}", copy)
        self._owner()
        return identity

    def _served(self) -> str:
        """All fingerprints of a catalogue that is in PostgreSQL."""
        with self.workspace.catalog() as catalog:
            identity, named = catalog.identity(), catalog.blobs()
        folder = self.workspace.place.blob_path
        kept = {one.stem for one in folder.glob("*/*.npz")}
        self.unsound += [f"fingerprint {one} is missing" for one in sorted(named - kept)]
        for one in sorted(kept):
            self._blob(one)
        self._owner()
        return identity

    def _blob(self, sha256: str) -> bool:
        """One fingerprint, unless it was taken; whether it is there."""
        part = f"{sha256[:2]}/{sha256}.npz"
        name = f"{CATALOG}/{BLOBS}/{part}"
        known = self.earlier.get(name)
        if name in self.files or (known and known.sha256 == sha256 and self._link(name, known)):
            return True
        try:
            self._file(name, self.workspace.place.blob_path / part)
        except FileNotFoundError:
            return False
        if self.files[name].sha256 != sha256:
            self.unsound.append(f"fingerprint {sha256} is damaged")
        return True

    def _owner(self) -> None:
        owner = self.workspace.place.blob_path / _OWNER
        if owner.is_file():
            self._file(f"{CATALOG}/{BLOBS}/{_OWNER}", owner)

    def _databases(self) -> list[str]:
        """Those that nothing is said of above: what was left when a catalogue was moved."""
        every = {name for name, path in self._files("") if path.suffix in _DATABASES}
        return sorted(every - {ACCOUNTS})

    def _database(self, name: str) -> None:
        if (self.workspace.home / name).is_file() and name not in self.files:
            self._made(name, self._copied(name))

    def _copied(self, name: str) -> Path:
        """A database as it is now, in a file of its own."""
        copy = self.sink.scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        sqlite.copy(self.workspace.home / name, copy)
        shutil.copymode(self.workspace.home / name, copy)
        return copy

    def _made(self, name: str, path: Path) -> None:
        """A file that was made for the backup; it is compared with the one before by its bytes."""
        known = self.earlier.get(name)
        same = known is not None and known.sha256 == file_sha256(path)
        if not (known and same and self._link(name, known)):
            self._file(name, path)

    def _settings(self) -> None:
        live, path = self.workspace.home / SETTINGS, self.sink.scratch / SETTINGS
        text = live.read_text(encoding="utf-8")
        path.write_text(text if self.secrets else configuring.without_password(text), "utf-8")
        shutil.copymode(live, path)
        self._file(SETTINGS, path)

    def _tree(self, folder: str) -> None:
        """All files of a folder that were not taken yet, but for databases."""
        for name, path in self._files(folder):
            if name in self.files or path.suffix in _DATABASES:
                continue
            known = self.earlier.get(name)
            try:
                if not (known and _is_as(known, path) and self._link(name, known)):
                    self._file(name, path)
            except FileNotFoundError:
                continue  # it was there a moment ago: nothing that stays names it

    def _files(self, folder: str) -> Iterator[tuple[str, Path]]:
        home, seen = self.workspace.home, set[str]()
        for place, folders, names in os.walk(home / folder, followlinks=True):
            within = Path(place).relative_to(home)
            real = os.path.realpath(place)
            folders[:] = sorted(one for one in folders if self._wanted(within / one))
            if real in seen:
                folders.clear()
                continue
            seen.add(real)
            for name in sorted(names):
                if self._wanted(within / name) and (home / within / name).is_file():
                    yield (within / name).as_posix(), home / within / name

    def _wanted(self, path: Path) -> bool:
        name = path.as_posix()
        passing = path.name.endswith((TEMPORARY, *_BESIDE_DATABASES)) or path.name == LOCK
        secret = name in SECRETS and not self.secrets
        derived = name in _DERIVED or name == f"{CATALOG}/{BLOBS}"
        return not (passing or secret or derived or self._is_coming(path))

    def _is_coming(self, path: Path) -> bool:
        """Whether this is an upload, or a result, that is not whole yet."""
        match path.parts:
            case ("service", "uploads", upload):
                return not (self.workspace.home / SERVICE / "uploads" / upload / NOTE).is_file()
            case ("service", "results", result):
                return result.startswith(".")
        return False

    def _link(self, name: str, known: Entry) -> bool:
        if not self.sink.link(name, known):
            return False
        self.linked += 1
        self._note(name, known)
        return True

    def _file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            sha256 = self.sink.put(name, file, before.st_size)
        self._note(name, _seen(path, sha256, before))

    def _note(self, name: str, entry: Entry) -> None:
        self.files[name] = entry
        self._done += entry.bytes
        self.tell(self._done)


def _seen(path: Path, sha256: str, before: os.stat_result | None = None) -> Entry:
    """What is noted of a file. One that was changed just now may change again, and its date not."""
    now = path.stat()
    before = before or now
    same = (before.st_mtime_ns, before.st_size) == (now.st_mtime_ns, now.st_size)
    settled = same and time.time_ns() - now.st_mtime_ns > 2 * SECOND_NS
    mode = stat.S_IMODE(before.st_mode)
    return Entry(before.st_size, sha256, mode, before.st_mtime_ns if settled else UNSETTLED)


def _uploads(queue: Path) -> set[str]:
    """What has to be there of the uploads that jobs name which are to be done."""
    with Queue.open(queue) as jobs:
        named = {job.payload.get("upload") for job in jobs.unfinished()}
    return {f"{SERVICE}/uploads/{one}/{NOTE}" for one in named if one is not None}


def _is_as(known: Entry, path: Path) -> bool:
    """Whether a file looks as it did when it was backed up before."""
    return known.mtime_ns != UNSETTLED and known == _seen(path, known.sha256)


def _known(earlier: Path | None) -> Mapping[str, Entry]:
    if earlier is None:
        return {}
    with reading.opened(earlier) as source:
        return source.manifest.files


def _refuse(workspace: Workspace, wanted: Wanted) -> None:
    home, to = workspace.home.resolve(), wanted.to.resolve()
    if to.is_relative_to(home):
        raise ValueError("a backup inside of the workspace would be lost with it")
    if workspace.settings.catalog and wanted.dump is None:
        raise ValueError(
            f"the databases are in PostgreSQL ({workspace.place.shown}): dump them first, with "
            "`pg_dump --format=custom --file=reelprint.dump` and its URL, "
            "then give --dump reelprint.dump"
        )
    if wanted.dump is not None and not workspace.settings.catalog:
        raise ValueError("--dump is for a workspace whose databases are in PostgreSQL")
