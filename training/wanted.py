"""Which files of an archive are wanted, as `sources.csv` says it.

Patterns are separated by blanks; `*` stands for any characters, slashes too, and `?` for one.
`outer.pk3::music/*.ogg` is inside an archive within the archive; `-*/menu/*` takes files out again,
by their whole path. Upper and lower case differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

INSIDE = "::"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Patterns of plain files, of files in inner archives, and of what is left out."""

    plain: tuple[str, ...]
    inner: tuple[tuple[str, str], ...]
    unwanted: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Wanted:
        """Read the patterns. Raises ValueError when nothing is wanted.

        >>> Wanted.parse("*.ogg -*/menu.ogg").holds("music/menu.ogg")
        False
        """
        given = text.split()
        unwanted = tuple(p[1:] for p in given if p.startswith("-"))
        chosen = [p for p in given if not p.startswith("-")]
        inner = [p.split(INSIDE, 1) for p in chosen if INSIDE in p]
        if not chosen:
            raise ValueError(f"no file is wanted by {text!r}")
        plain = tuple(p for p in chosen if INSIDE not in p)
        return cls(plain, tuple((o, i) for o, i in inner), unwanted)

    def holds(self, name: str) -> bool:
        """True for a file of the archive itself."""
        return _any(name, self.plain) and not _any(name, self.unwanted)

    def opens(self, name: str) -> bool:
        """True for a file that is an archive with wanted files in it."""
        return _any(name, (outer for outer, _ in self.inner))

    def holds_inside(self, outer: str, name: str) -> bool:
        """True for a file of an archive within the archive."""
        patterns = (i for o, i in self.inner if fnmatchcase(outer, o))
        return _any(name, patterns) and not _any(f"{outer}/{name}", self.unwanted)


def _any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
