"""Which names a file in a package may have: such as mean one file on every system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MOST_CHARACTERS, MOST_PARTS = 400, 12
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}", re.ASCII)
_DEVICES = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{device}{n}" for device in ("com", "lpt") for n in range(10)
}


def amiss(name: str) -> str | None:
    """Why a name may not stand in a package; None if it may.

    >>> amiss("captures/a-1/raw/000001.ts"), amiss("a/../b"), amiss("a/nul.txt")
    (None, "'..' is no plain name", "'nul.txt' is a device on some systems")
    """
    parts = name.split("/")
    if len(name) > MOST_CHARACTERS or len(parts) > MOST_PARTS:
        return "too long"
    for part in parts:
        if not _PART.fullmatch(part) or part.endswith("."):
            return f"{part[:60]!r} is no plain name"
        if part.partition(".")[0].lower() in _DEVICES:
            return f"{part!r} is a device on some systems"
    return None


def all_amiss(names: Iterable[str]) -> Iterator[str]:
    """What is wrong with names that stand beside each other, one sentence each."""
    files: dict[str, str] = {}
    folders: set[str] = set()
    for name in names:
        folded = name.lower()
        if why := amiss(name):
            yield f"{name[:80]!r}: {why}"
        elif files.get(folded) == name:
            yield f"{name!r} stands there twice"
        elif folded in files:
            yield f"{name!r} and {files[folded]!r} differ in case alone"
        files[folded] = name
        parts = folded.split("/")
        folders |= {"/".join(parts[:n]) for n in range(1, len(parts))}
    for both in sorted(folders & files.keys()):
        yield f"{both!r}: a file and a folder at once"
