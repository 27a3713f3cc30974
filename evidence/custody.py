"""Whether a custody log is whole, and whether the dossier is what it took in.

Each line holds the SHA-256 of the one before (`capture.chain`). A line that takes a record in names
its kind and the SHA-256 of its canonical JSON; the records stand beside the log, and the dossier
must follow from them. So whoever changes a record, leaves one out or adds one has to write the log
anew from there on: which shows to whoever noted down its head, or had it time-stamped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from capture.chain import read_log
from evidence.canonical import canonical, digest_of, strict
from evidence.contents import Entered

Entry = Mapping[str, Any]
Described = Mapping[str, Any]
_OF_MEDIA = ("outcome", "reason", "seconds")  # what examining a sample's media says anew


def lines_of(records: Sequence[Entered]) -> bytes:
    """Records as lines of JSON."""
    return b"".join(
        canonical({"n": one.n, "kind": one.kind, "name": one.name, "record": strict(one.body)})
        + b"\n"
        for one in records
    )


def problems(
    log: Path, records: bytes, dossier: Mapping[str, Any], signer: str, noted: str | None
) -> Iterator[str]:
    """What is wrong with a log, with what it took in, and with a dossier, in sentences. `signer` is
    the fingerprint of the key that sealed them, `noted` a head of the log that somebody noted
    down. Raises OSError, ValueError."""
    read = read_log(log)
    if read.problem or read.torn or not read.entries:
        yield read.problem or "the custody log is empty or ends within a line"
        return
    if noted is not None and noted not in _heads(log):
        yield "the head that was noted is not in the custody log: it was cut off or written anew"
    if (last := read.entries[-1]).get("event") != "exported" or last.get("signer") != signer:
        yield f"the custody log does not end with an export to be signed with the key {signer}"
    taken = [strict(line) for line in records.splitlines()]
    try:
        yield from _of_records(read.entries, taken)
        yield from _of_dossier(taken, dossier)
    except (LookupError, TypeError, AttributeError) as error:
        yield f"the records are not such as are made: {error!r}"


def _heads(log: Path) -> set[str]:
    return {hashlib.sha256(line).hexdigest() for line in log.read_bytes().splitlines(keepends=True)}


def _of_records(entries: Sequence[Entry], taken: Sequence[Entry]) -> Iterator[str]:
    said = {n: entry["record"] for n, entry in enumerate(entries) if "record" in entry}
    there = {one["n"]: one for one in taken}
    if len(there) != len(taken):
        yield "two records are of one line of the custody log"
    for n, record in said.items():
        if n not in there:
            yield f"the {record['kind']} {record['name']} of line {n} of the custody log is gone"
        elif _described(there[n]) != record:
            yield f"the {record['kind']} {record['name']} is not what line {n} of the log took in"
    for n in sorted(there.keys() - said.keys()):
        yield f"a record says it is of line {n} of the custody log, which took in none"
    if said.get(0, {}).get("kind") != "case":
        yield "the custody log does not begin with the opening of the case"


def _described(one: Entry) -> Described:
    return {"kind": one["kind"], "name": one["name"], "sha256": digest_of(one["record"])}


def _of_dossier(taken: Sequence[Entry], dossier: Mapping[str, Any]) -> Iterator[str]:
    by_kind: dict[str, list[Any]] = {}
    for one in taken:
        by_kind.setdefault(one["kind"], []).append(one["record"])
    if by_kind.get("case") != [dossier["case"]]:
        yield "the case in the dossier is not the one that was opened"
    for kind, name in (("finding", "findings"), ("review", "reviews"), ("plan", "plans")):
        if by_kind.get(kind, []) != dossier[name]:
            yield f"the {name} in the dossier are not those that were recorded"
    yield from _of_samples(taken, dossier["samples"])


def _of_samples(taken: Sequence[Entry], samples: Sequence[Entry]) -> Iterator[str]:
    """A sample is recorded when it begins, when it has ended, and when it was examined."""
    latest: dict[str, dict[str, Any]] = {}
    for one in taken:
        if one["kind"] in ("begun", "sample"):
            latest[one["name"]] = dict(one["record"])
        elif one["kind"] == "examined":
            record = one["record"]
            latest[one["name"]] |= {key: record[key] for key in _OF_MEDIA}
    there = {sample["sample_id"]: sample for sample in samples}
    for name in sorted(latest.keys() - there.keys()):
        yield f"sample {name} was recorded and is not in the dossier"
    for name in sorted(there.keys() - latest.keys()):
        yield f"sample {name} is in the dossier and was never recorded"
    for name in sorted(latest.keys() & there.keys()):
        # Of one that has only begun, no more is on record than its beginning.
        if any(there[name].get(key) != value for key, value in latest[name].items()):
            yield f"sample {name} in the dossier is not what was recorded"
