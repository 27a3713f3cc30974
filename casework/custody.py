"""Whether what is on record of a case is what its log says, and the log one unbroken chain.

Whoever can write the database can write another log with other records, from any line on: the
chain shows changes only to those who know its head of some time. It is printed by each command
that writes, and stands in each package; `noted` is such a head.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from capture.chain import ORIGIN, ReadLog, follow, head_of
from casework.canonical import digest
from casework.journal import Recorded


def problems(
    case_id: str, lines: Sequence[bytes], records: Sequence[Recorded], noted: str | None = None
) -> list[str]:
    """What differs, one sentence each; nothing if all is sound. `lines` end with line feeds."""
    log = follow(lines)
    return [
        *_of_log(case_id, lines, log),
        *_of_records(log.entries, records),
        *_of_head(lines, noted),
    ]


def _of_log(case_id: str, lines: Sequence[bytes], log: ReadLog) -> Iterator[str]:
    if log.problem:
        yield log.problem
    if not lines:
        yield "there is no log"
    for entry in log.entries:
        if entry.get("case") != case_id:
            yield f"line {entry['n']} of the log is of another case"


def _of_records(entries: Sequence[Mapping[str, Any]], records: Sequence[Recorded]) -> Iterator[str]:
    said = {n: entry["record"] for n, entry in enumerate(entries) if "record" in entry}
    there = {one.n: one for one in records}
    for n, record in said.items():
        if n not in there:
            yield f"what line {n} of the log recorded is gone"
        elif _described(there[n]) != record:
            yield f"what line {n} of the log recorded is not what it was"
    for one in records:
        if one.n not in said:
            yield f"{one.kind} {one.name} is on record, and the log knows nothing of it"


def _described(one: Recorded) -> dict[str, Any]:
    return {"kind": one.kind, "name": one.name, "sha256": digest(one.body)}


def _of_head(lines: Sequence[bytes], noted: str | None) -> Iterator[str]:
    if noted is not None and noted not in {ORIGIN, *map(head_of, lines)}:
        yield "the head that was noted is not in the log: it was cut off or written anew"
