"""Who made the shipped works, and under which licence: read from their LICENSES.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LICENSES = Path(__file__).parent / "works" / "LICENSES.md"
_ROW = re.compile(
    r"\| `(?P<file>[^`]+)` \|(?P<title>[^|]+)\|(?P<author>[^|]+)\|(?P<licence>[^|]+)\|"
)


@dataclass(frozen=True, slots=True)
class Credit:
    """The maker of one shipped file."""

    file: str
    title: str
    author: str
    licence: str  # SPDX


def credits_in(licenses: Path = LICENSES) -> Iterator[Credit]:
    """One credit for each row of the tables."""
    for line in licenses.read_text(encoding="utf-8").splitlines():
        row = _ROW.match(line)
        if row:
            yield Credit(*(part.strip() for part in row.groups()))
