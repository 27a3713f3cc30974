"""Which segments are worth making one of, and what a merge says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.files import Seen
from index.manifest import Manifest
from index.part import NONE_REMOVED, Part

# A segment is taken in by those after it that have a quarter of its rows together: a row is then
# written again once each time that its segment has become five fourths as large, or more.
TIMES = 4
WASTE = 0.25  # of the rows of a segment, that were removed, from which it is written anew

Tell = Callable[[int, int], None]  # rows that are done, and all of them


@dataclass(frozen=True, slots=True)
class Merged:
    """Segments of one scheme that became one."""

    scheme: str
    segments: int  # that there were
    rows: int  # that there are now
    dropped: int  # rows of removed references


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge did."""

    merged: tuple[Merged, ...]
    left: tuple[str, ...] = ()  # what it could not do, one sentence each


def silently(done: int, of: int) -> None:
    """Tell nobody."""


def groups(parts: Sequence[Part], everything: bool) -> Iterator[list[Part]]:
    """The segments of one scheme, oldest first, that are worth making one of."""
    own = list(parts)
    last = own if everything else _last(own)
    if len(last) > 1:
        yield last
        own = own[: len(own) - len(last)]
    for part in own:
        wasted = part.entry.rows - part.rows
        if wasted > (0 if everything else WASTE * part.entry.rows):
            yield [part]


def _last(parts: Sequence[Part]) -> list[Part]:
    """The last segments that together are not much smaller than the first of them."""
    first, rows = len(parts), 0
    for at in range(len(parts) - 1, -1, -1):
        rows += parts[at].rows
        if at and parts[at - 1].entry.rows <= TIMES * rows:
            first = at - 1
    return list(parts[first:])


@dataclass
class Progress:
    """How far something is."""

    of: int
    tell: Tell
    done: int = 0

    def advance(self, by: int) -> None:
        """Say that more is done."""
        self.done += by
        self.tell(self.done, self.of)


def are_there(now: Sequence[Part], before: Sequence[Part]) -> bool:
    """Whether segments that were merged are still those that hold their references: whether none of
    them was merged by another, but at most lost all its references."""
    there = {part.files for part in now}
    gone = [part.numbers for part in before if part.files not in there]
    held = [part.numbers for part in now]
    return not (gone and held) or not np.isin(np.concatenate(gone), np.concatenate(held)).any()


def exchanged(now: Sequence[Part], before: Sequence[Part], merged: Part) -> list[Part]:
    """The segments that there are, with one in the place of some that were merged; what was removed
    of these meanwhile is removed of it too."""
    latest = {part.files: part for part in now}
    for part in before:
        left = latest[part.files].numbers if part.files in latest else NONE_REMOVED
        merged = merged.without(np.setdiff1d(part.numbers, left, assume_unique=True))
    taken = {part.files for part in before}
    first = next((at for at, part in enumerate(now) if part.files in taken), 0)
    others = [part for part in now if part.files not in taken]
    return [*others[:first], merged, *others[first:]]


def unsound(folder: Path, part: Part) -> str | None:
    """Why a segment cannot be merged; reads all of it. What is damaged is noticed when the index is
    opened next, however it looks."""
    hurt = [file for file in part.entry.every_file if not file.is_whole(folder)]
    if not hurt:
        return None
    used = Manifest.load(folder).files()
    if any(file.name not in used for file in part.files):
        return f"segment {part.entry.stem} was changed meanwhile and is left as it is"
    seen = Seen(folder)
    for file in hurt:
        seen.distrust(file)
    seen.keep(used)
    return f"segment {part.entry.stem} is damaged and is rebuilt when the index is opened next"
