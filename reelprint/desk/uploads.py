"""Files that were sent, until their jobs are done."""

from __future__ import annotations

from accounts.principal import Principal
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound
from reelprint.working.files import Incoming, NoSuchUpload, Upload

__all__ = ["Incoming", "Upload", "keep", "need_to_upload", "remove", "upload", "upload_of"]


def need_to_upload(desk: Desk, who: Principal) -> None:
    """Refuse whoever could do nothing with an upload. Raises NotAllowed."""
    need(desk, who, "works.write" if who.may("works.write") else "suspects.submit", "uploads")


def keep(desk: Desk, who: Principal, incoming: Incoming, name: str, sha256: str) -> Upload:
    """Have what came in be an upload of the principal's organisation."""
    made = desk.files.keep(incoming, who.organisation, who.actor, name, sha256)
    facts = {"sha256": made.sha256, "bytes": made.bytes}
    desk.accounts.record(who, "uploads.write", made.id, "done", facts)
    return made


def upload(desk: Desk, who: Principal, upload_id: str) -> Upload:
    """What was uploaded. Raises NotAllowed, NotFound."""
    need_to_upload(desk, who)
    return upload_of(desk, who, upload_id)


def remove(desk: Desk, who: Principal, upload_id: str) -> None:
    """Delete an upload; a job that needs it and has not begun fails. Raises NotAllowed,
    NotFound."""
    need_to_upload(desk, who)
    with recorded(desk, who, "uploads.write", upload_id, removed=True):
        desk.files.remove(upload_of(desk, who, upload_id).id)


def upload_of(desk: Desk, who: Principal, upload_id: str) -> Upload:
    """An upload of the principal's organisation, for an act that is allowed. Raises NotFound."""
    try:
        found = desk.files.upload(upload_id)
    except NoSuchUpload as error:
        raise NotFound("there is no such upload") from error
    if found.organisation != who.organisation:
        raise NotFound("there is no such upload")
    return found
