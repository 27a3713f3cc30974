"""Takes of an archive what its sources want, and the licences that it states, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from training.archives import HostileArchiveError, copy, each
from training.sources import Source

MAX_PACKAGE_BYTES = 3 << 30
_LICENCE = re.compile(r"(copyright|copying|licen[cs]e)(\.(txt|md))?", re.IGNORECASE)


class Unpacking:
    """Files of one package on their way into a folder, each with the source that wants it."""

    def __init__(self, sources: Sequence[Source], into: Path) -> None:
        self._sources = sources
        self._into = into
        self._left = MAX_PACKAGE_BYTES
        self.taken: dict[str, Source] = {}

    def archive(self, path: Path) -> None:
        """Unpack an archive, and the wanted archives within it."""
        each(path, self._member)

    def _member(self, name: str, file: IO[bytes]) -> None:
        source = next((s for s in self._sources if s.wanted.holds(name)), None)
        if source is not None:
            self._take(name, file, source)
        elif any(s.wanted.opens(name) for s in self._sources):
            self._open(name, file)
        elif _LICENCE.fullmatch(PurePosixPath(name).name):
            self._write(name, file)

    def _open(self, outer: str, file: IO[bytes]) -> None:
        inner = self._into / ".inner.zip"
        copy(file, inner)
        each(inner, partial(self._inner_member, outer))
        inner.unlink()

    def _inner_member(self, outer: str, name: str, file: IO[bytes]) -> None:
        source = next((s for s in self._sources if s.wanted.holds_inside(outer, name)), None)
        if source is not None:
            self._take(f"{outer}/{name}", file, source)

    def _take(self, name: str, file: IO[bytes], source: Source) -> None:
        self._write(name, file)
        self.taken[name] = source

    def _write(self, name: str, file: IO[bytes]) -> None:
        target = self._into / name
        if target.exists():
            raise HostileArchiveError(f"an archive holds {name} twice")
        self._left -= copy(file, target, self._left)
