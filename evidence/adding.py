"""A time stamp for a package that was sealed without one."""

from __future__ import annotations

from pathlib import Path

from evidence import contents as c
from evidence.archive import Archive, NoPackage, Source, write
from evidence.building import Stamping
from evidence.opening import MOST_LIST


def add_stamp(path: Path, stamping: Stamping) -> bool:
    """Put a time stamp of its sums into a package, which else stays as it is; whether there is one
    now. The file is replaced whole. Raises OSError, NoPackage."""
    part = path.with_name(f"{path.name}.part")
    with Archive(path) as archive:
        if c.STAMP in archive.members:
            return True
        if c.SUMS not in archive.members:
            raise NoPackage(f"{path} has no {c.SUMS}")
        answer = stamping(archive.read(c.SUMS, MOST_LIST))
        if answer is None:
            return False
        members: dict[str, Source] = {name: archive.source(name) for name in archive.members}
    with part.open("wb") as out:
        write({**members, c.STAMP: answer}, out)
    part.replace(path)
    return True
