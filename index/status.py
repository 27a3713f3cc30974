"""What an index consists of, and what merging would bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.merging import groups
from index.part import Part


@dataclass(frozen=True, slots=True)
class Status:
    """What there is of one scheme."""

    scheme: str
    segments: int
    references: int  # that count
    rows: int  # of references that count
    removed_references: int  # still in the files
    removed_rows: int
    size: int  # bytes of all files
    merged_segments: int  # that there would be after a merge
    merge_drops: int  # rows that a merge would drop


def status(parts: Iterable[Part]) -> tuple[Status, ...]:
    """By scheme, in order of name."""
    schemes: dict[str, list[Part]] = {}
    for part in parts:
        schemes.setdefault(part.entry.scheme, []).append(part)
    return tuple(_status(scheme, own) for scheme, own in sorted(schemes.items()))


def _status(scheme: str, parts: Sequence[Part]) -> Status:
    merged = list(groups(parts, everything=False))
    rows, live = (sum(part.entry.rows for part in parts), sum(part.rows for part in parts))
    return Status(
        scheme,
        len(parts),
        sum(part.entry.live_references for part in parts),
        live,
        sum(len(part.removed) for part in parts),
        rows - live,
        sum(file.size for part in parts for file in part.entry.every_file),
        len(parts) - sum(len(group) - 1 for group in merged),
        sum(part.entry.rows - part.rows for group in merged for part in group),
    )
