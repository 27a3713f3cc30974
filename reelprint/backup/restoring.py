"""Making a workspace of a backup: every byte is checked on its way, and what belongs together."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from accounts.errors import AccountsMissing
from accounts.store import Accounts
from casework.errors import CasesMissing
from casework.store import CaseStore
from index.atomic import sync_folder
from reelprint import configuring
from reelprint.backup.manifest import Manifest, NotWhole
from reelprint.backup.reading import PIECE, Source, Tell
from reelprint.backup.taking import ACCOUNTS, DUMP
from reelprint.cases import place_of
from reelprint.workspace import SETTINGS, Workspace

RESTORING = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was made of a backup, and what is not as it was recorded, one sentence each."""

    home: str
    begun_at: str  # when the backup was
    files: int
    works: int
    cases: int
    wrong: tuple[str, ...]


def restore(source: Source, home: Path, catalog: str | None, tell: Tell) -> Restored:
    """Make a workspace in a new folder. `catalog` is the URL of the PostgreSQL database into which
    the dump was restored. Raises FileExistsError, NotWhole, ValueError; then nothing was made."""
    _refuse(source.manifest, home, catalog)
    beside = home.with_name(f".{home.name}{RESTORING}")
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.mkdir(mode=0o700)  # FileExistsError: another is at it, or was stopped
    try:
        _write_all(source, beside, tell)
        _place(beside / SETTINGS, catalog)
        restored = _looked_over(source.manifest, beside, home)
        _sync(beside)
        if home.exists():
            home.rmdir()
        beside.rename(home)
        sync_folder(home.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return restored


def _refuse(manifest: Manifest, home: Path, catalog: str | None) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise FileExistsError(f"{home} is there already: name a new folder with --home")
    if manifest.database and catalog is None:
        raise ValueError(
            f"the databases were in PostgreSQL ({manifest.database}): make an empty one, "
            f"`pg_restore --no-owner` the backup's files/{DUMP} into it, and name it as --catalog"
        )
    if catalog is not None and not manifest.database:
        raise ValueError(
            "--catalog is for backups of databases in PostgreSQL; this one has its own"
        )


def _write_all(source: Source, home: Path, tell: Tell) -> None:
    files = source.manifest.files
    total, done = sum(one.bytes for one in files.values()), 0
    for name, entry in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if _written(source, name, path) != entry.sha256:
            raise NotWhole(f"the backup is damaged: {name} is not what was written")
        path.chmod(entry.mode & 0o777)
        done += entry.bytes
        tell(done, total)


def _written(source: Source, name: str, path: Path) -> str:
    """Write a file, to the disk; its SHA-256. Raises NotWhole."""
    seen = hashlib.sha256()
    try:
        with source.open(name) as file, path.open("xb") as new:
            while piece := file.read(PIECE):
                seen.update(piece)
                new.write(piece)
            new.flush()
            os.fsync(new.fileno())
    except (FileNotFoundError, KeyError):
        raise NotWhole(f"the backup is damaged: {name} is missing") from None
    return seen.hexdigest()


def _place(settings: Path, catalog: str | None) -> None:
    """Have the settings say where catalogue and fingerprints are now."""
    text = settings.read_text(encoding="utf-8")
    configuring.write(settings, configuring.placed(text, catalog, None))


def _looked_over(manifest: Manifest, beside: Path, home: Path) -> Restored:
    wrong = [f"when it was backed up: {one}" for one in manifest.unsound]
    workspace = Workspace.open(beside)
    with workspace.catalog() as catalog:
        if catalog.identity() != manifest.catalogue:
            raise ValueError(
                f"{workspace.place.shown} is of another catalogue than the files of the backup"
            )
        held = workspace.place.blob_folder().holds
        wrong += [
            f"fingerprint {one} is missing" for one in sorted(catalog.blobs()) if not held(one)
        ]
        works = sum(1 for _ in catalog.works())
    cases, damaged = _cases(workspace)
    wrong += damaged + _accounts(workspace, manifest.begun_at)
    return Restored(
        *(str(home), manifest.begun_at, len(manifest.files), works, cases), tuple(wrong)
    )


def _cases(workspace: Workspace) -> tuple[int, list[str]]:
    """How many there are, what of their record does not verify, and which captures are missing."""
    place = place_of(workspace)
    try:
        store = CaseStore.open(place.folder, url=place.url)
    except CasesMissing:
        return 0, []
    with store:
        ids = [one.case.case_id for one in store.cases()]
        wrong = [f"case {one}: {said}" for one in ids for said in store.verify(one)]
        return len(ids), wrong + [said for one in ids for said in _missing(store, one)]


def _missing(store: CaseStore, case_id: str) -> Iterator[str]:
    """Which captures are on record and not there."""
    for one in store.records(case_id):
        name = one.value.get("capture") if one.kind == "sample" else None
        if name is not None and not (store.captures(case_id) / name).is_dir():
            yield f"case {case_id}: the capture {name} is missing"


def _accounts(workspace: Workspace, begun_at: str) -> list[str]:
    """What of the audit log does not verify. Who was logged in at that time is so no more."""
    try:
        accounts = Accounts.open(workspace.home / ACCOUNTS, workspace.settings.catalog)
    except AccountsMissing:
        return []
    with accounts:
        wrong = accounts.verify_audit()
        accounts.end_all("reelprint restore", f"restored from a backup of {begun_at}")
        return [f"audit log: {said}" for said in wrong]


def _sync(home: Path) -> None:
    for folder, _, _ in os.walk(home):
        sync_folder(Path(folder))
