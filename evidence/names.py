"""Which names a file in a package may have: such as mean one file on every system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from capture.inside import amiss


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
