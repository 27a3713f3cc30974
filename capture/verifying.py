"""Whether a capture folder is still what was captured: no network, nothing trusted but hashes."""

from __future__ import annotations

import hashlib
import json
import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from capture.capturing import FORMAT
from capture.chain import ReadLog, follow, lines_of
from capture.inside import MOST_CHARACTERS, digest_of, opened, read, there
from capture.rejoining import Allowance, Rejoining
from capture.store import LOG, MANIFEST, WARC
from capture.warc import BEGIN

Entries = list[dict[str, Any]]
MOST_MANIFEST = 256 << 20
MOST_CHAIN = 1 << 20
# What comes of a log that no capture writes, whose chain holds all the same.
NONSENSE = (
    *(ArithmeticError, AttributeError, LookupError, OSError, RecursionError),
    *(TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What differs, in sentences; nothing if the folder is sound as far as it goes.

    A capture that was cut short has no manifest: `unfinished` are files that were being
    received at that moment, which its log does not name.
    """

    state: Literal["finished", "cut short"]
    problems: tuple[str, ...]
    unfinished: tuple[str, ...]
    entries: int
    files: int
    manifest_sha256: str | None

    @property
    def sound(self) -> bool:
        """Whether nothing differs."""
        return not self.problems


def verify(folder: Path) -> Verified:
    """Recompute every hash of a capture, which may be a stranger's: what it names is opened within
    it alone (`capture.inside`). Raises OSError if it is no capture at all."""
    with opened(folder, LOG) as file:
        log = follow(lines_of(file))
    try:
        return _verified(folder, log)
    except NONSENSE as error:
        problem = f"the log says what no capture writes: {error!r}"
        return Verified("cut short", (problem,), (), len(log.entries), 0, None)


def _verified(folder: Path, log: ReadLog) -> Verified:
    sizes = there(folder)
    sealed = MANIFEST in sizes
    manifest = _manifest(folder) if sealed else None
    problems = [log.problem] if log.problem else []
    problems += _of_log(folder, log.entries, Allowance.of(sizes.values()))
    problems += _of_warc(folder, log.entries, sealed)
    named = {LOG, WARC, MANIFEST} | set(_digests(log.entries)) | _chains(log.entries)
    if manifest is not None:
        problems += _of_manifest(folder, manifest, log)
        problems += [f"{name}: not in the capture" for name in sorted(sizes.keys() - named)]
    elif sealed:
        problems.append("the manifest cannot be read")
    return Verified(
        "finished" if sealed else "cut short",
        tuple(dict.fromkeys(problems)),
        () if sealed else tuple(sorted(sizes.keys() - named)),
        len(log.entries),
        len(sizes),
        digest_of(folder, MANIFEST) if sealed else None,
    )


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads(read(folder, MANIFEST, MOST_MANIFEST))
    except (ValueError, RecursionError, OSError):
        return None
    sound = isinstance(manifest, dict) and manifest.get("format") == FORMAT
    return manifest if sound and isinstance(manifest.get("files"), dict) else None


def _digests(entries: Entries) -> dict[str, str | None]:
    """The files that the log names, with the SHA-256 it gives."""
    bodies = [entry["body"] for entry in entries if "body" in entry]
    found = {body["file"]: body["sha256"] for body in bodies if body["file"]}
    derived = [entry for entry in entries if entry["event"] == "derived"]
    return found | {entry["file"]: None for entry in derived}


def _chains(entries: Entries) -> set[str]:
    return {tls["chain"] for tls in _secured(entries)}


def _secured(entries: Entries) -> Iterator[dict[str, Any]]:
    for entry in entries:
        connection = entry.get("connection") or {}
        if connection.get("tls"):
            yield connection["tls"]


def _of_log(folder: Path, entries: Entries, allowance: Allowance) -> Iterator[str]:
    for name, sha256 in _digests(entries).items():
        yield from _differs(folder, name, sha256)
    rejoining = Rejoining(folder, entries, allowance)
    derived = [entry for entry in entries if entry["event"] == "derived"]
    by_name = {entry["file"]: entry for entry in derived}
    if len(by_name) < len(derived):
        yield "the log says of one file twice how it was derived"
    for entry in by_name.values():
        yield from _rejoined(rejoining, entry)
    for name, sha256 in {tls["chain"]: tls["chain_sha256"] for tls in _secured(entries)}.items():
        yield from _certified(folder, name, sha256)


def _rejoined(rejoining: Rejoining, entry: dict[str, Any]) -> Iterator[str]:
    """A derived file must follow from what was received, by its recipe."""
    name = entry["file"]
    try:
        found = digest_of(rejoining.folder, name)
    except OSError:
        return  # which was told
    try:
        again = rejoining.digest(entry)
    except (ValueError, OSError, LookupError) as error:
        yield f"{name}: cannot be derived again: {error}"
        return
    if again != found:
        yield f"{name}: does not follow from what was received"


def _certified(folder: Path, name: str, sha256: list[str]) -> Iterator[str]:
    try:
        data = read(folder, name, MOST_CHAIN)
    except OSError as error:
        yield _unread(name, error)
        return
    if _certificates(data) != sha256:
        yield f"{name}: other certificates than the log says"


def _differs(folder: Path, name: str, sha256: str | None) -> Iterator[str]:
    try:
        found = digest_of(folder, name)
    except OSError as error:
        yield _unread(name, error)
        return
    if sha256 is not None and found != sha256:
        yield f"{name}: its content is not what was received"


def _unread(name: object, error: OSError) -> str:
    why = "missing" if isinstance(error, FileNotFoundError) else str(error)
    return f"{str(name)[:MOST_CHARACTERS]}: {why}"


def _of_manifest(folder: Path, manifest: dict[str, Any], log: ReadLog) -> Iterator[str]:
    for name, facts in manifest["files"].items():
        yield from _differs(folder, name, str(facts.get("sha256")))
    if manifest.get("log") != {"entries": len(log.entries), "head": log.head} or log.torn:
        yield "the log is not the one that the manifest seals"
    gaps = [_without_frame(entry) for entry in log.entries if entry["event"] == "gap"]
    if manifest.get("gaps") != gaps:
        yield "the manifest lists other gaps than the log"
    derived = [_without_frame(e) for e in log.entries if e["event"] == "derived"]
    if [one for one in manifest.get("media", []) if one.get("derived")] != derived:
        yield "the manifest lists other derived files than the log"


def _without_frame(entry: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in entry.items() if k not in {"n", "event", "at", "before"}}


def _of_warc(folder: Path, entries: Entries, sealed: bool) -> Iterator[str]:
    """Its own digests, and that each exchange of the log is in it, with the same body."""
    placed = [entry for entry in entries if entry.get("warc")]
    end = max((e["warc"]["offset"] + e["warc"]["size"] for e in placed), default=0)
    try:
        with opened(folder, WARC) as file:
            payloads = dict(_responses(file, end))
            yield from _of_exchanges(file, placed, payloads)
            if sealed and file.seek(0, os.SEEK_END) != end and placed:
                yield f"{WARC}: more in it than the log says"
    except (ArchiveLoadFailed, OSError, ValueError, EOFError) as error:
        yield f"{WARC}: {error}"


def _of_exchanges(file: BinaryIO, placed: Entries, payloads: dict[int, str]) -> Iterator[str]:
    """No two lie in one place, so that the file is read once."""
    until = 0
    for entry in sorted(placed, key=lambda one: int(one["warc"]["offset"])):
        place, body = entry["warc"], entry["body"]
        begin, end = place["offset"], place["offset"] + place["size"]
        at = place["body_offset"]
        if begin < until or not (at is None or begin <= at <= at + body["bytes"] <= end):
            yield f"{WARC}: exchange {entry['exchange']} lies where none can"
            return
        until = end
        sound = payloads.get(begin) == place["payload_sha256"]
        if at is not None:
            sound &= _piece(file, at, body["bytes"]) == body["sha256"]
        if not sound:
            yield f"{WARC}: exchange {entry['exchange']} has another body than the log says"


def _piece(file: BinaryIO, offset: int, size: int) -> str:
    """SHA-256 of a piece of a file."""
    found = hashlib.sha256()
    file.seek(offset)
    while size > 0 and (piece := file.read(min(size, 1 << 20))):
        found.update(piece)
        size -= len(piece)
    return found.hexdigest()


def _responses(file: BinaryIO, end: int) -> Iterator[tuple[int, str]]:
    """Offset, and SHA-256 of what follows the head, of each response that the log may know."""
    if not file.read(len(BEGIN)).startswith(BEGIN):  # a compressed one may be a bomb
        raise ValueError("no record begins it")
    file.seek(0)
    records = ArchiveIterator(file, check_digests="raise")
    for record in records:
        found = hashlib.sha256()
        while piece := record.raw_stream.read(1 << 20):
            found.update(piece)
        offset = records.get_record_offset()  # which reads on, past what is left of a record
        if record.rec_type == "response":
            yield offset, found.hexdigest()
        if offset + records.get_record_length() >= end:
            return


def _certificates(data: bytes) -> list[str]:
    mark = "-----END CERTIFICATE-----"
    blocks = data.decode("ascii", errors="replace").split(mark)[:-1]
    try:
        ders = [ssl.PEM_cert_to_DER_cert(block.strip() + "\n" + mark + "\n") for block in blocks]
    except ValueError:
        return []
    return [hashlib.sha256(der).hexdigest() for der in ders]
