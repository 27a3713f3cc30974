"""Reads lists of PDQ hashes in the forms in which they are exchanged.

| form | is |
|---|---|
| CSV with a head | as `threatexchange dataset -P --csv` writes it (`signal_type`, `signal_str`, `collab`, `category`, `tags`), or with `hash`, `quality`, `id`, `tags`, `timestamp`, `frame` |
| CSV without one | vPDQ's files: frame, quality, hash, time |
| lines | a hash each, or `pdq` and a hash, as local files of python-threatexchange |
| JSON, NDJSON | ThreatExchange's objects (`type`, `indicator`, `id`, `tags`), pages of them (`data`), HMA's (`signals`, `pdq`), vPDQ's (texts of hash, quality, time) |

Each fault is told with its line; of JSON that is not one object a line, with the number of the
entry. What is of another kind than PDQ is passed over, and counted.
"""  # noqa: E501

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelprint.hashlists.entry import MOST_ENTRIES, Entry, entry, is_hash

MOST_BYTES = 1 << 30
MOST_FAULTS = 50
HASHES = ("signal_str", "hash", "pdq_hash", "pdq", "indicator", "raw_indicator")
TYPES = ("signal_type", "type", "indicator_type")
NAMES = ("id", "indicator_id", "content_id")
TIMES = ("timestamp", "time", "time_s")
FRAMES = ("frame", "frame_number", "frameNumber")
PDQ = {"pdq", "hash_pdq", "vpdq", ""}
CATEGORY = "INVESTIGATION_SEED"  # the category of what nobody has confirmed says nothing
_CELL = 1 << 20


class BadList(ValueError):
    """A list that cannot be used; a sentence a fault, each with its line."""


@dataclass(frozen=True, slots=True)
class HashList:
    """What a list holds."""

    entries: tuple[Entry, ...]
    passed_over: int  # of other kinds, or deleted by their owner


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing that a list says, and where."""

    where: str
    fields: Mapping[str, Any] | str


def read_list(path: Path) -> HashList:
    """All entries, in order. Raises BadList with every fault (up to some), OSError."""
    if path.stat().st_size > MOST_BYTES:
        raise BadList(f"{path} is larger than {MOST_BYTES} bytes")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadList(f"{path} is not UTF-8: {error}") from error
    entries: list[Entry] = []
    faults: list[str] = []
    passed = 0
    for said in _said(text, path):
        try:
            found = _entries(said.fields)
        except (ValueError, TypeError, RecursionError) as error:
            faults.append(f"{path}:{said.where}: {error}")
            if len(faults) >= MOST_FAULTS:
                break
            continue
        passed += not found
        entries += found
        if len(entries) > MOST_ENTRIES:
            raise BadList(f"{path}: more than {MOST_ENTRIES} hashes")
    if faults:
        raise BadList("\n".join(faults))
    return HashList(tuple(entries), passed)


def _said(text: str, path: Path) -> Iterator[_Said]:
    start = text.lstrip()[:1]
    if start == "[" or (start == "{" and not _is_a_line(text)):
        yield from _of_json(text, path)
    elif start == "{":
        yield from _of_lines(text)
    else:
        yield from _of_table(text, path)


def _is_a_line(text: str) -> bool:
    """Whether the first line is a JSON value by itself, so that each is."""
    first, _, rest = text.strip().partition("\n")
    if not rest.strip():
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _of_json(text: str, path: Path) -> Iterator[_Said]:
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise BadList(f"{path}: nested too deeply") from error
    except json.JSONDecodeError as error:
        raise BadList(f"{path}:{error.lineno}: {error.msg}") from error
    except ValueError as error:
        raise BadList(f"{path}: {error}") from error
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        value = value["data"]
    for number, one in enumerate(value if isinstance(value, list) else [value], start=1):
        yield _Said(f"entry {number}", one)


def _of_lines(text: str) -> Iterator[_Said]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield _Said(str(number), json.loads(line))
            except (ValueError, RecursionError):
                yield _Said(str(number), line[:100])


def _of_table(text: str, path: Path) -> Iterator[_Said]:
    csv.field_size_limit(_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    head: list[str] | None = None
    begun = False
    try:
        for cells in rows:
            if not any(cells):
                continue
            if not begun and not any(map(_ends_in_hash, cells)):
                head = [one.strip() for one in cells]
                _require_hashes(head, path, rows.line_num)
            else:
                yield _Said(str(rows.line_num), _row(head, cells))
            begun = True
    except csv.Error as error:
        raise BadList(f"{path}:{rows.line_num}: {error}") from error


def _ends_in_hash(cell: str) -> bool:
    return is_hash(cell.strip().rpartition(" ")[2])


def _require_hashes(head: list[str], path: Path, line: int) -> None:
    if not any(name in head for name in HASHES):
        raise BadList(f"{path}:{line}: neither hashes nor a column {', '.join(HASHES)}")


def _row(head: list[str] | None, cells: list[str]) -> Mapping[str, Any] | str:
    if head is not None:
        return {"": "more cells than columns"} if len(cells) > len(head) else _named(head, cells)
    if len(cells) == 1:
        kind, _, last = cells[0].strip().rpartition(" ")
        return {"type": kind.strip(), "hash": last}
    if len(cells) == 4:
        return dict(zip(("frame", "quality", "hash", "timestamp"), cells, strict=True))
    return ",".join(cells)


def _named(head: list[str], cells: list[str]) -> Mapping[str, Any]:
    return dict(zip(head, cells, strict=False))


def _entries(said: Mapping[str, Any] | str | object) -> list[Entry]:
    """What one object, row or text says; nothing if it is of another kind. Raises ValueError."""
    if isinstance(said, str):
        return [_of_text(said)]
    if not isinstance(said, Mapping):
        raise ValueError(f"neither an object nor a text: {str(said)[:40]!r}")
    if "" in said:
        raise ValueError(str(said[""]))
    signals = said.get("signals")
    if said.get("should_delete"):
        return []
    if isinstance(signals, Mapping):
        own = {name: signals[name] for name in ("pdq", "vpdq") if name in signals}
        return [e for one in own.values() for e in _of_object({**said, "hash": one})]
    return _of_object(said)


def _of_object(said: Mapping[str, Any]) -> list[Entry]:
    kind = _first(said, TYPES)
    if kind is not None and str(kind).lower() not in PDQ:
        return []
    listed = _first(said, HASHES)
    name, labels = _first(said, NAMES), _labels(said)
    if isinstance(listed, str) and listed.lstrip().startswith("["):
        listed = json.loads(listed)  # a whole video, as vPDQ writes it
    if isinstance(listed, list):
        return [_of_text(one, name, labels) for one in listed]
    time_s, frame = _first(said, TIMES), _first(said, FRAMES)
    return [entry(listed, name, labels, said.get("quality"), time_s, frame)]


def _of_text(said: object, name: object = None, labels: object = ()) -> Entry:
    """vPDQ's text of hash, quality and time, or a hash alone."""
    if not isinstance(said, str):
        raise ValueError(f"no text of hash, quality and time: {str(said)[:40]!r}")
    parts = said.split(",")
    if len(parts) not in (1, 3):
        raise ValueError(f"neither a hash nor hash, quality and time: {said[:90]!r}")
    return entry(parts[0], name, labels, *(part.strip() for part in parts[1:]))


def _labels(said: Mapping[str, Any]) -> list[str]:
    """Its tags and labels, whatever form they have, and its category."""
    found: list[str] = []
    for key in ("tags", "labels", "category"):
        found += _texts(said.get(key))
    return [one for one in found if one != CATEGORY]


def _texts(said: object) -> Iterable[str]:
    if isinstance(said, Mapping):
        said = said.get("data")
    if isinstance(said, str):
        return said.split()
    if said is None:
        return []
    if not isinstance(said, list):
        raise ValueError(f"no list of labels: {str(said)[:40]!r}")
    return [str(one.get("text", "")) if isinstance(one, Mapping) else str(one) for one in said]


def _first(said: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((said[name] for name in names if said.get(name) not in (None, "")), None)
