"""README-VERIFY.txt: how to check a package without Reelprint."""

from __future__ import annotations

from importlib.resources import files


def text(archive: str) -> bytes:
    """The file, for a package of a name."""
    said = (files("evidence") / "guide.txt").read_text(encoding="ascii")
    return said.replace("@ARCHIVE@", archive).encode("ascii")
