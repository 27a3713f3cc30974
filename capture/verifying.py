"""Whether a capture folder is still what was captured: no network, nothing trusted but hashes."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from capture.capturing import FORMAT
from capture.chain import ReadLog, read_log
from capture.rejoining import rejoined
from capture.store import LOG, MANIFEST, WARC, digest

Entries = list[dict[str, Any]]


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
    """Recompute every hash of a capture. Raises OSError if it is no capture at all."""
    log = read_log(folder / LOG)
    try:
        return _verified(folder, log)
    except (LookupError, TypeError, AttributeError) as error:
        problem = f"the log says what no capture writes: {error!r}"
        return Verified("cut short", (problem,), (), len(log.entries), 0, None)


def _verified(folder: Path, log: ReadLog) -> Verified:
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    sealed = (folder / MANIFEST).exists()
    manifest = _manifest(folder) if sealed else None
    problems = [log.problem] if log.problem else []
    problems += _of_log(folder, log.entries)
    problems += _of_warc(folder, log.entries, sealed)
    named = {LOG, WARC, MANIFEST} | set(_digests(log.entries)) | _chains(log.entries)
    if manifest is not None:
        problems += _of_manifest(folder, manifest, log)
        problems += [f"{name}: not in the capture" for name in sorted(there - named)]
    elif sealed:
        problems.append("the manifest cannot be read")
    return Verified(
        "finished" if sealed else "cut short",
        tuple(dict.fromkeys(problems)),
        () if sealed else tuple(sorted(there - named)),
        len(log.entries),
        len(there),
        digest(folder / MANIFEST) if sealed else None,
    )


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (ValueError, RecursionError):
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


def _of_log(folder: Path, entries: Entries) -> Iterator[str]:
    for name, sha256 in _digests(entries).items():
        yield from _differs(folder, name, sha256)
    for entry in entries:
        if entry["event"] == "derived" and (folder / entry["file"]).exists():
            yield from _rejoined(folder, entry, entries)
    for tls in _secured(entries):
        path = folder / tls["chain"]
        if not path.exists():
            yield f"{tls['chain']}: missing"
        elif _certificates(path) != tls["chain_sha256"]:
            yield f"{tls['chain']}: other certificates than the log says"


def _rejoined(folder: Path, entry: dict[str, Any], entries: Entries) -> Iterator[str]:
    """A derived file must follow from what was received, by its recipe."""
    try:
        again = rejoined(folder, entry, entries)
    except (ValueError, OSError, LookupError) as error:
        yield f"{entry['file']}: cannot be derived again: {error}"
        return
    if again != digest(folder / entry["file"]):
        yield f"{entry['file']}: does not follow from what was received"


def _differs(folder: Path, name: str, sha256: str | None) -> Iterator[str]:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        yield f"{name}: outside of the capture"
    elif not path.is_file():
        yield f"{name}: missing"
    elif sha256 is not None and digest(path) != sha256:
        yield f"{name}: its content is not what was received"


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
        payloads = dict(_responses(folder / WARC, end))
    except (ArchiveLoadFailed, OSError, ValueError, EOFError) as error:
        yield f"{WARC}: {error}"
        return
    for entry in placed:
        place, body = entry["warc"], entry["body"]
        sound = payloads.get(place["offset"]) == place["payload_sha256"]
        if place["body_offset"] is not None:
            found = _piece(folder / WARC, place["body_offset"], body["bytes"])
            sound &= found == body["sha256"]
        if not sound:
            yield f"{WARC}: exchange {entry['exchange']} has another body than the log says"
    if sealed and (folder / WARC).stat().st_size != end and placed:
        yield f"{WARC}: more in it than the log says"


def _piece(path: Path, offset: int, size: int) -> str:
    """SHA-256 of a piece of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(offset)
        while size > 0 and (piece := file.read(min(size, 1 << 20))):
            found.update(piece)
            size -= len(piece)
    return found.hexdigest()


def _responses(path: Path, end: int) -> Iterator[tuple[int, str]]:
    """Offset, and SHA-256 of what follows the head, of each response that the log may know."""
    with path.open("rb") as file:
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


def _certificates(path: Path) -> list[str]:
    mark = "-----END CERTIFICATE-----"
    blocks = path.read_text(encoding="ascii", errors="replace").split(mark)[:-1]
    try:
        ders = [ssl.PEM_cert_to_DER_cert(block.strip() + "\n" + mark + "\n") for block in blocks]
    except ValueError:
        return []
    return [hashlib.sha256(der).hexdigest() for der in ders]
