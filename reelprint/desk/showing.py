"""Media of references, to be looked at beside what matches it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from accounts.principal import Principal
from media.digest import sha256
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound
from reelprint.desk.naming import reference_of, work_of


@dataclass(frozen=True, slots=True)
class Medium:
    """A file that may be looked at."""

    path: Path
    name: str  # as its sender called it: text from a stranger


def reference_media(desk: Desk, who: Principal, work_id: str, reference_id: str) -> Medium:
    """The file of a reference, if it was kept and is still the one that was registered. Raises
    NotAllowed, NotFound."""
    need(desk, who, "works.read", work_id)
    with recorded(desk, who, "works.read", work_id, media=reference_id):
        return _medium(desk, who, work_id, reference_id)


def has_media(desk: Desk, who: Principal, work_id: str, reference_id: str) -> bool:
    """Whether it could be had, for a page that would show it. Raises NotAllowed."""
    need(desk, who, "works.read", work_id)
    try:
        _medium(desk, who, work_id, reference_id)
    except NotFound:
        return False
    return True


def _medium(desk: Desk, who: Principal, work_id: str, reference_id: str) -> Medium:
    reference = reference_of(work_of(desk, who, work_id), reference_id)
    path = Path(reference.source)
    if reference.origin is not None or not path.is_absolute():
        raise NotFound("its media was never kept here")
    try:
        said = path.stat()
        same = _digest(path, said.st_ino, said.st_size, said.st_mtime_ns) == reference.sha256
    except OSError as error:
        raise NotFound("its media is no longer there") from error
    if not same:
        raise NotFound("another file is there now")
    upload = desk.files.upload_at(path)
    return Medium(path, upload.name if upload else path.name)


@lru_cache(maxsize=4096)
def _digest(path: Path, inode: int, size: int, changed_ns: int) -> str:
    """The SHA-256 of a file, computed once as long as it looks the same."""
    if not path.is_file():
        raise OSError(f"{path} is no file")
    return sha256(path)
