"""A service that has been in use for a while, with much that is kept no longer, and what is."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from casework import policies
from casework.store import CaseStore
from jobs.job import Job
from reelprint.cases import place_of
from reelprint.desk import housekeeping
from reelprint.desk.desk import Desk
from reelprint.service.config import Config
from reelprint.workspace import Workspace
from reference_catalog.work import NewReference, WorkDetails
from tests.reelprint.service.running import answer

KEPT = Config(keep_uploads_days=30, keep_jobs_days=60)
POLICE, STUDIO, ANN, CASE = "police", "studio", "ann@police.example", "KR-1"
SOURCE = "https://videos.example/1.m3u8"
KINDS = ("identify", "explain", "export", "webhook", "register", "sample", "lint")


@dataclass
class House:
    """A desk, and how to fill it."""

    desk: Desk

    def upload(self, words: str, organisation: str = POLICE) -> str:
        """The id of a file that was sent."""
        files = self.desk.files
        incoming = files.new_upload()
        incoming.path.write_bytes(words.encode())
        sha256 = hashlib.sha256(words.encode()).hexdigest()
        return files.keep(incoming, organisation, ANN, f"{words}.mp4", sha256).id

    def submitted(self, kind: str, organisation: str = POLICE, **payload: object) -> Job:
        return self.desk.queue.submit(kind, organisation, ANN, payload)

    def begun(self) -> None:
        """Let the next job run, and not end."""
        assert self.desk.queue.take("tests", KINDS, lease_s=10**7) is not None

    def ended(self, kind: str, organisation: str = POLICE, **payload: object) -> Job:
        """A job that is done, with something in its folder."""
        made = self.submitted(kind, organisation, **payload)
        with self.desk.files.making(made.id) as folder:
            for name in ("match-1-1-suspect.jpg", "explanation.json", "package.zip"):
                (folder / name).write_bytes(b"12345")
        lease = self.desk.queue.take("tests", KINDS)
        assert lease is not None
        assert lease.job.id == made.id
        assert lease.done({**answer("film"), "sha256": "ef" * 32})
        return self.desk.queue.get(made.id)

    def registered(self, words: str) -> str:
        """The id of an upload that is a reference's media."""
        upload = self.desk.files.upload(self.upload(words))
        named = Path("/where/the/workspace/was/service/uploads") / upload.id / upload.path.name
        made = NewReference(upload.sha256, str(named), 20.0, (), ())
        self.desk.catalog.add(WorkDetails(words, words), made)
        return upload.id

    def case(self) -> CaseStore:
        """The record, with a case in it."""
        place = place_of(self.desk.workspace)
        store = CaseStore.create(place.folder, url=place.url)
        store.open_case(CASE, ANN, "complaint 7", policies.load("standard"), "each-once")
        return store

    def tidied(self, days: float) -> list[tuple[str, str]]:
        """What went so many days from now."""
        return [(one.what, one.id) for one in housekeeping.tidy(self.desk, in_days(days))]

    def folders(self) -> set[str]:
        """Of uploads and results."""
        service = self.desk.workspace.home / "service"
        return {path.name for name in ("uploads", "results") for path in (service / name).glob("*")}


def in_days(days: float) -> datetime:
    """So many days from now."""
    return datetime.now(UTC) + timedelta(days=days)


@contextmanager
def house(home: Path, url: str | None = None) -> Iterator[House]:
    """A new one."""
    Workspace.create(home, catalog=url)
    with opened(home) as made:
        made.desk.accounts.add_organisation(POLICE, "Police", "authority")
        made.desk.accounts.add_organisation(STUDIO, "Studio", "holder")
        yield made


@contextmanager
def opened(home: Path) -> Iterator[House]:
    """One that is there."""
    with closing(Desk.open(home, KEPT)) as desk:
        yield House(desk)


if __name__ == "__main__":  # keeps house, says what is gone, and stays until it is killed
    housekeeping.LEASE_S = 0.0  # who comes after a kill need not wait
    with opened(Path(sys.argv[1])) as one:
        for gone in housekeeping.tidy(one.desk, in_days(100)):
            print(gone.what, gone.id, flush=True)
        time.sleep(600)
