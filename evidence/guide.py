"""README-VERIFY.txt: how to check a package without Reelprint."""

from __future__ import annotations

from importlib.resources import files

_STAMPED = "This package has one of itself."
_NOT = "This package is NOT YET TIME-STAMPED: when it was sealed, no authority had answered."


def text(archive: str, stamped: bool) -> bytes:
    """The file, for a package of a name."""
    said = (files("evidence") / "guide.txt").read_text(encoding="ascii")
    said = said.replace("@ARCHIVE@", archive).replace("@STAMPED@", _STAMPED if stamped else _NOT)
    return said.encode("ascii")
