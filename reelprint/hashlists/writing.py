"""Writes lists of PDQ hashes in the forms that other systems read, and that `reading` reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reelprint.hashlists.entry import Entry
from reelprint.hashlists.reading import CATEGORY

COLLAB = "reelprint"
COLUMNS = (
    *("signal_type", "signal_str", "collab", "category", "tags"),  # those of python-threatexchange
    *("id", "quality", "timestamp", "frame"),
)


def form_of(path: Path) -> Callable[[Sequence[Entry]], str]:
    """How a file of this name is written. Raises ValueError."""
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise ValueError(f"{path.name}: the name should end in {', '.join(FORMS)}")
    return form


def as_csv(entries: Sequence[Entry]) -> str:
    """As `threatexchange dataset -P --csv` does, with id, quality and time behind."""
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(COLUMNS)
    for one in entries:
        ends = ("" if value is None else value for value in (one.quality, one.time_s, one.frame))
        labels = " ".join(one.labels)
        table.writerow(("pdq", one.hex, COLLAB, CATEGORY, labels, one.name, *ends))
    return file.getvalue()


def as_json(entries: Sequence[Entry]) -> str:
    """A page of ThreatExchange's objects."""
    lines = ",\n".join(json.dumps(_object(one), ensure_ascii=False) for one in entries)
    return f'{{"data": [\n{lines}\n]}}\n'


def as_lines(entries: Sequence[Entry]) -> str:
    """The same objects, one a line."""
    return "".join(f"{json.dumps(_object(one), ensure_ascii=False)}\n" for one in entries)


def as_vpdq(entries: Sequence[Entry]) -> str:
    """vPDQ's file of one video. Raises ValueError for more, or for pictures without a time."""
    if len({one.name for one in entries}) > 1 or any(one.time_s is None for one in entries):
        raise ValueError("a vPDQ file is of one video: write .csv or .json, or name one work")
    return "".join(
        f"{number if one.frame is None else one.frame},{one.quality},{one.hex},{one.time_s:.3f}\n"
        for number, one in enumerate(entries)
    )


FORMS: Mapping[str, Callable[[Sequence[Entry]], str]] = {
    ".csv": as_csv,
    ".json": as_json,
    ".jsonl": as_lines,
    ".ndjson": as_lines,
    ".txt": as_vpdq,
}


def _object(one: Entry) -> dict[str, object]:
    said = {
        "id": one.name or None,
        "type": "HASH_PDQ",
        "indicator": one.hex,
        "tags": list(one.labels),
        "quality": one.quality,
        "timestamp": one.time_s,
        "frame": one.frame,
    }
    return {key: value for key, value in said.items() if value is not None}
