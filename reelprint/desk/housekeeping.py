"""What is kept no longer, and letting it go, one thing at a time.

The order is what makes it safe to be stopped at any moment. A line of the audit log first: what was
stopped behind it is done again, with another line, so nothing goes without one. Of an upload the
pictures that were made of it, then its note, without which there is no upload, then its bytes. Of
a job what it made, all at once, and then the job, without which nobody would look for that. What
lies about without a note or a name is of somebody who was stopped, and goes a while later.
"""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from accounts.auditing import By
from capture.clock import iso
from casework.errors import CasesMissing, NoSuchCase
from jobs.duties import Duty
from jobs.errors import NoSuchJob
from jobs.job import Job
from reelprint.desk.caseroom import record_of
from reelprint.desk.desk import Desk
from reelprint.desk.suspects import IDENTIFY
from reelprint.desk.uploads import delete, is_a_reference
from reelprint.working.files import NoSuchUpload, Upload

REMOVES_UPLOADS, REMOVES_JOBS = "uploads.write", "jobs.remove"  # in the audit log
# What was told to webhooks is no evidence, and each job adds a line for each webhook: as long as
# somebody may look for a message that did not come.
TOLD_DAYS = 30
LEFT_S = 2 * 86400.0  # for which what was begun may still go on: no job takes more than a day
DUTY = "tidy"  # of one process at a time, whoever shares the queue
LEASE_S = 600.0  # without a word, after which another may go on
_log = logging.getLogger(__name__)


class AnotherTidies(OSError):
    """Another process lets go what is due, or died within the last minutes while it did."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is kept no longer."""

    what: Literal["upload", "job", "deliveries"]
    id: str  # of deliveries: that of the organisation
    organisation: str
    since: str  # when it was sent, or ended; of deliveries: before when
    count: int
    bytes: int  # on the disk
    facts: dict[str, Any]  # for the audit log


def due(desk: Desk, now: datetime) -> Iterator[Due]:
    """All that is kept no longer at a moment, and that nothing needs: each is looked at when it is
    asked for. Raises OSError."""
    yield from _uploads(desk, now)
    yield from _jobs(desk, now)
    yield from _deliveries(desk, now)


def tidy(desk: Desk, now: datetime, by: By = None) -> Generator[Due]:
    """Let all that is due go, and tell of each that is gone; `by`: None, the service itself. It is
    over when it is closed. Raises AnotherTidies; OSError where a database cannot be used; a file
    that cannot be removed is left for the next time."""
    duty = desk.queue.duties.take(DUTY, LEASE_S)
    if duty is None:
        raise AnotherTidies(
            "another process tidies here, or did until minutes ago: try again later"
        )
    try:
        yield from _tidied(desk, now, by, duty)
    finally:
        duty.end()


def _tidied(desk: Desk, now: datetime, by: By, duty: Duty) -> Iterator[Due]:
    for one in due(desk, now):
        if not duty.renew():
            return  # it took so long that another goes on
        if _let_go(desk, one, now, by):
            yield one
    _clear(desk, now)


def _uploads(desk: Desk, now: datetime) -> Iterator[Due]:
    days = desk.config.keep_uploads_days
    for one in desk.room.uploads() if days else ():
        if _is_due(desk, one, now):
            facts = {"sha256": one.sha256, "bytes": one.bytes, "sent_at": one.at, "days": days}
            yield Due("upload", one.id, one.organisation, one.at, 1, one.bytes, facts)


def _is_due(desk: Desk, one: Upload, now: datetime) -> bool:
    """Whether it is old, and nothing needs it. The queue is asked first: what a job registers in
    between is in the catalogue by then."""
    days = desk.config.keep_uploads_days
    if not days or one.at >= iso(now - timedelta(days=days)):
        return False
    return not (desk.queue.needs(one.id) or is_a_reference(desk, one))


def _jobs(desk: Desk, now: datetime) -> Iterator[Due]:
    days = desk.config.keep_jobs_days
    if not days:
        return
    for job_id, _ in desk.queue.ended(now - timedelta(days=days)):
        try:
            job = desk.queue.get(job_id)
        except NoSuchJob:
            continue
        if not (_has_media(desk, job, now) or _has_a_sample(desk, job)):
            yield _due(desk, job, days)


def _due(desk: Desk, job: Job, days: int) -> Due:
    folder = desk.files.result_folder(job.id)
    size = sum(one.stat().st_size for one in folder.glob("*")) if folder.is_dir() else 0
    facts: dict[str, Any] = {"kind": job.kind, "ended_at": job.ended_at, "days": days}
    if job.kind == "export" and job.result is not None:  # the custody log names it by this
        facts |= {"case": job.payload["case"], "sha256": job.result["sha256"]}
    return Due("job", job.id, job.organisation, str(job.ended_at), 1, size, facts)


def _has_media(desk: Desk, job: Job, now: datetime) -> bool:
    """Whether it is a suspect of which the file is kept for longer: it is found by it."""
    if job.kind != IDENTIFY:
        return False
    try:
        upload = desk.files.upload(str(job.payload["upload"]))
    except NoSuchUpload:
        return False
    return not (_is_due(desk, upload, now) or is_a_reference(desk, upload))


def _has_a_sample(desk: Desk, job: Job) -> bool:
    """Whether a case has a sample that it began, and of which no end is on record."""
    if job.kind != "sample":
        return False
    case_id = str(job.payload["case"])
    try:
        with record_of(desk) as store:
            begun = store.begun_by(case_id, job.id)
            ended = {one.name for one in store.records(case_id) if one.kind == "sample"}
    except (CasesMissing, NoSuchCase):
        return False
    return begun is not None and begun.sample_id not in ended


def _deliveries(desk: Desk, now: datetime) -> Iterator[Due]:
    before = _told_before(desk, now)
    told = Counter(of for _, of in desk.queue.ended(before, telling=True))
    for organisation, count in sorted(told.items()):
        facts = {"deliveries": count, "ended_before": iso(before)}
        yield Due("deliveries", organisation, organisation, iso(before), count, 0, facts)


def _told_before(desk: Desk, now: datetime) -> datetime:
    days = min(TOLD_DAYS, desk.config.keep_jobs_days or TOLD_DAYS)
    return now - timedelta(days=days)


def _let_go(desk: Desk, one: Due, now: datetime, by: By) -> bool:
    act = REMOVES_UPLOADS if one.what == "upload" else REMOVES_JOBS
    facts = {"removed": True, **one.facts}
    desk.accounts.record(by, act, one.id, "done", facts, one.organisation)
    if one.what == "deliveries":
        told = desk.queue.ended(_told_before(desk, now), telling=True)
        desk.queue.purge([job_id for job_id, of in told if of == one.organisation])
        return True
    try:
        _remove_files(desk, one)
    except OSError as error:
        _log.error("%s %s cannot be removed: %s", one.what, one.id, error)
        desk.accounts.record(by, act, one.id, "failed", facts, one.organisation)
        return False
    if one.what == "job":
        desk.queue.purge([one.id])
    return True


def _remove_files(desk: Desk, one: Due) -> None:
    if one.what == "job":
        desk.files.remove_results(one.id)
        return
    try:
        delete(desk, desk.files.upload(one.id))
    except NoSuchUpload:
        return  # somebody deleted it a moment ago


def _clear(desk: Desk, now: datetime) -> None:
    """Remove what is left of those who were stopped: nobody was told of it, so nobody misses it."""
    before_s = now.timestamp() - LEFT_S
    for upload_id in desk.files.unfinished(before_s):
        desk.files.remove(upload_id)
    for folder in desk.files.leftovers(before_s):
        shutil.rmtree(folder, ignore_errors=True)
