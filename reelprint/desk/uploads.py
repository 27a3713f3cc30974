"""Files that were sent: how many an organisation may hold, and until when they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from accounts.principal import Principal
from capture.clock import iso
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import Full, NotFound
from reelprint.working.files import Incoming, NoSuchUpload, Upload
from reelprint.working.room import RENEWED_S, NoRoom

__all__ = [
    "EXPLAIN",
    "RENEWED_S",
    "Incoming",
    "Kept",
    "Upload",
    "Usage",
    "begin",
    "delete",
    "go_on",
    "is_a_reference",
    "keep",
    "kept",
    "need_room",
    "need_to_upload",
    "remove",
    "upload",
    "upload_of",
    "uploads",
    "usage",
]

STEP = 64 << 20  # bytes that are kept free at once for a file of unknown length
EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload, and what becomes of it."""

    upload: Upload
    until: str | None  # None: somebody deletes it
    is_reference: bool  # the media of a registered work


@dataclass(frozen=True, slots=True)
class Usage:
    """What an organisation holds, and may."""

    uploads: int
    bytes: int
    coming_bytes: int  # that are kept free for what is being sent
    captured_bytes: int  # of the captures of its cases
    quota_bytes: int | None  # None: as many as there is disk
    keep_uploads_days: int | None  # None: until somebody deletes them
    keep_jobs_days: int | None  # with answers and other results, after they ended


def need_to_upload(desk: Desk, who: Principal) -> None:
    """Refuse whoever could do nothing with an upload. Raises NotAllowed."""
    need(desk, who, "works.write" if who.may("works.write") else "suspects.submit", "uploads")


def begin(desk: Desk, who: Principal, size: int) -> Incoming:
    """A place for a file of at most `size` bytes, 0: nobody knows; there is room for them until it
    is kept or removed. Raises Full, and then nothing is left of it."""
    incoming = desk.files.new_upload()
    try:
        _keep_free(desk, who, incoming, size)
    except NoRoom as error:
        desk.files.remove(incoming.id)
        raise _full(desk, who, size, error) from error
    return incoming


def go_on(desk: Desk, who: Principal, incoming: Incoming, size: int, granted: int) -> int:
    """Let a file of which `size` bytes came go on; for how many there is room now. Raises Full."""
    if size <= granted:
        desk.room.renew(incoming)
        return granted
    try:
        _keep_free(desk, who, incoming, size + STEP)
        return size + STEP
    except NoRoom:
        pass
    try:
        _keep_free(desk, who, incoming, size)
        return size
    except NoRoom as error:
        raise _full(desk, who, size, error) from error


def keep(desk: Desk, who: Principal, incoming: Incoming, name: str, sha256: str) -> Upload:
    """Have what came in be an upload of the principal's organisation."""
    made = desk.files.keep(incoming, who.organisation, who.actor, name, sha256)
    facts = {"sha256": made.sha256, "bytes": made.bytes}
    desk.accounts.record(who, "uploads.write", made.id, "done", facts)
    return made


def upload(desk: Desk, who: Principal, upload_id: str) -> Kept:
    """What was uploaded. Raises NotAllowed, NotFound."""
    need_to_upload(desk, who)
    return kept(desk, upload_of(desk, who, upload_id))


def uploads(
    desk: Desk, who: Principal, before: str | None = None, limit: int = 50
) -> tuple[list[Kept], str | None]:
    """What the organisation holds, newest first; and what the next page is asked for with. Raises
    NotAllowed, NotFound."""
    need_to_upload(desk, who)
    with recorded(desk, who, "uploads.read", "uploads", before=before):
        own = [one for one in desk.room.uploads() if one.organisation == who.organisation][::-1]
        first = 0 if before is None else _place_of(before, own) + 1
        page = own[first : first + limit]
        more = page[-1].id if len(own) > first + limit else None
        return [kept(desk, one) for one in page], more


def usage(desk: Desk, who: Principal) -> Usage:
    """What the organisation holds, and may. Raises NotAllowed."""
    need_to_upload(desk, who)
    held, config = desk.room.held_by(who.organisation), desk.config
    bounds = config.quota_of(who.organisation), config.keep_uploads_days, config.keep_jobs_days
    counts = held.uploads, held.bytes, held.coming, held.captured
    return Usage(*counts, *(one or None for one in bounds))


def need_room(desk: Desk, who: Principal) -> None:
    """Refuse another capture where all is held that may be; of one that runs nothing is lost.
    Raises Full."""
    try:
        desk.room.require(who.organisation, desk.config.quota_of(who.organisation))
    except NoRoom as error:
        raise Full(str(error)) from error


def remove(desk: Desk, who: Principal, upload_id: str) -> None:
    """Delete an upload; a job that needs it and has not begun fails. Raises NotAllowed,
    NotFound."""
    need_to_upload(desk, who)
    with recorded(desk, who, "uploads.write", upload_id, removed=True):
        delete(desk, upload_of(desk, who, upload_id))


def upload_of(desk: Desk, who: Principal, upload_id: str) -> Upload:
    """An upload of the principal's organisation, for an act that is allowed. Raises NotFound."""
    try:
        found = desk.files.upload(upload_id)
    except NoSuchUpload as error:
        raise NotFound("there is no such upload") from error
    if found.organisation != who.organisation:
        raise NotFound("there is no such upload")
    return found


def delete(desk: Desk, one: Upload) -> None:
    """Let an upload be gone, and the pictures that explanations of it show: first these, for with
    it goes the last that leads to them. Raises OSError."""
    for job_id in desk.queue.about(one.organisation, EXPLAIN, one.id):
        desk.files.remove_pictures(job_id)
    desk.files.remove(one.id)


def kept(desk: Desk, one: Upload) -> Kept:
    """An upload, and until when it is kept."""
    is_reference, days = is_a_reference(desk, one), desk.config.keep_uploads_days
    if is_reference or not days:
        return Kept(one, None, is_reference)
    return Kept(one, iso(datetime.fromisoformat(one.at) + timedelta(days=days)), False)


def is_a_reference(desk: Desk, one: Upload) -> bool:
    """Whether the catalogue names an upload as the file of a reference."""
    known = desk.catalog.by_sha256(one.sha256)
    # By its id, which nothing else has: the workspace may lie elsewhere than when it was named.
    return known is not None and Path(known.source).parent.name == one.id


def _keep_free(desk: Desk, who: Principal, incoming: Incoming, size: int) -> None:
    quota = desk.config.quota_of(who.organisation)
    desk.room.keep_free(incoming, who.organisation, size, quota)


def _full(desk: Desk, who: Principal, size: int, error: NoRoom) -> Full:
    desk.accounts.record(who, "uploads.write", "uploads", "refused", {"bytes": size})
    return Full(str(error))


def _place_of(upload_id: str, among: list[Upload]) -> int:
    for n, one in enumerate(among):
        if one.id == upload_id:
            return n
    raise NotFound("there is no such page")
