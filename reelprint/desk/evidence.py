"""Packages of cases: made by a job, kept with its results, given out; and checked, by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accounts.principal import Principal
from jobs.job import Job, State
from reelprint.desk.blinding import sight
from reelprint.desk.caseroom import SHOWN, case_for, is_own
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound
from reelprint.desk.jobsight import Names
from reelprint.desk.once import own_job
from reelprint.desk.queue import Seen, shown
from reelprint.signing import KEY
from reelprint.working.exporting import PACKAGE
from reelprint.working.files import NoSuchResult

EXPORT = "export"


class NoKey(ValueError):
    """Packages cannot be signed here yet."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was asked for, and what became of it."""

    job_id: str
    case_id: str
    state: State
    by: str | None  # None: withheld
    asked_at: str
    made_at: str | None
    problem: str | None
    bytes: int | None
    sha256: str | None  # of the file
    signer: str | None  # the key's fingerprint
    sums_sha256: str | None
    time_stamped: bool | None
    holds: bool | None  # whether a check of it right after found nothing amiss


@dataclass(frozen=True, slots=True)
class Download:
    """A package to be given out."""

    path: Path
    name: str  # plain ASCII, without a path
    bytes: int
    sha256: str


def export(desk: Desk, who: Principal, case_id: str, key: str | None = None) -> Seen:
    """Have a case sealed, signed with the key of the workspace. Raises NoKey, Withheld."""
    with case_for(desk, who, "evidence.export", case_id, part="export") as store:
        sight(store, who, case_id).require_all("a package")
        store.case(case_id)
        if not (desk.workspace.home / KEY).is_file():
            raise NoKey("there is no key to sign with: `reelprint key new` makes one")
        payload = {"case": case_id}
        job = desk.queue.submit(EXPORT, who.organisation, who.actor, payload, key)
        return shown(desk, who, job)


def packages(
    desk: Desk, who: Principal, before: str | None = None, limit: int = 50
) -> tuple[list[Package], str | None]:
    """The packages of the organisation, newest first; and what the next page is asked for with."""
    need(desk, who, "evidence.export", "packages")
    with recorded(desk, who, "evidence.export", "packages"):
        found, after = desk.queue.list(who.organisation, EXPORT, None, before, limit)
        own = [one for one in found if is_own(desk, who, str(one.payload["case"]))]
        names = Names(desk, who, own)
        return [_package(one, names.of(one)) for one in own], after


def package(desk: Desk, who: Principal, job_id: str) -> Download:
    """A package to be given out, which stands in the custody log of its case from then on. Raises
    NotFound, Withheld."""
    need(desk, who, "evidence.export", f"package {job_id[:SHOWN]}")
    job = own_job(desk, who, job_id, EXPORT)
    case_id, facts = str(job.payload["case"]), {"part": "package", "job": job.id}
    with case_for(desk, who, "evidence.export", case_id, **facts) as store:
        sight(store, who, case_id).require_all("a package")
        if job.state != "done" or job.result is None:
            raise NotFound(f"the package is not there: its job is {job.state}")
        try:
            path = desk.files.result(job.id, PACKAGE)
        except NoSuchResult as error:
            raise NotFound("the package is no longer kept: export the case again") from error
        given = Download(path, str(job.result["name"]), job.result["bytes"], job.result["sha256"])
        store.accessed(case_id, who.actor, "exported", job=job.id, sha256=given.sha256)
        return given


def _package(job: Job, by: str | None) -> Package:
    said = job.result or {}
    return Package(
        *(job.id, str(job.payload["case"]), job.state, by, job.created_at, job.ended_at),
        *(job.problem, said.get("bytes"), said.get("sha256"), said.get("signer")),
        *(said.get("sums_sha256"), said.get("time_stamped"), said.get("holds")),
    )
