"""One case to one sealed file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from evidence import contents as c
from evidence import guide, records
from evidence.archive import Source, pieces, write
from evidence.canonical import canonical
from evidence.captured import Folder
from evidence.compared import INDEX, as_files
from evidence.contents import Contents, Packed
from evidence.custody import lines_of
from evidence.signing import SigningKey

JSON, JSONL, PEM, TEXT, BINARY = (
    "application/json",
    "application/jsonl",
    "application/x-pem-file",
    "text/plain",
    "application/octet-stream",
)
REPLY = "application/timestamp-reply"
NAME = "case.evidence.zip"
_TYPES = {".json": JSON, ".jsonl": JSONL, ".pem": PEM, ".warc": "application/warc"}

Stamping = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package that was written."""

    signer: str  # the key's fingerprint
    sums_sha256: str
    files: int
    stamped: bool


def build(
    contents: Contents, key: SigningKey, out: BinaryIO, stamping: Stamping | None = None
) -> Sealed:
    """Write a package. The same contents and key give the same bytes, but for the time stamp.

    `stamping` asks an authority for a time stamp of some bytes, and gives None if none answers:
    the package is not yet time-stamped then, and says so by what it lacks. Raises OSError,
    ValueError for contents that do not fit.
    """
    files = {one.name: one for one in _packed(contents, key)}
    sums = _sums(files.values())
    answer = stamping(sums) if stamping else None
    members: dict[str, Source] = {name: one.source for name, one in files.items()}
    members |= {c.SUMS: sums, c.SIGNATURE: key.sign(sums)}
    members |= {c.STAMP: answer} if answer else {}
    write(members, out)
    digest = hashlib.sha256(sums).hexdigest()
    return Sealed(key.signer.fingerprint, digest, len(members), answer is not None)


def _packed(contents: Contents, key: SigningKey) -> Iterator[Packed]:
    """Every file but the sums and what is made from them; the manifest last."""
    files: dict[str, Packed] = {}
    for one in _parts(contents, key):
        if one.name in files or one.name in (c.MANIFEST, *c.UNSUMMED):
            raise ValueError(f"two files would be {one.name}")
        files[one.name] = one
    yield from files.values()
    manifest = canonical(_manifest(contents, key, files))
    yield Packed(c.MANIFEST, manifest, "manifest", JSON)


def _parts(contents: Contents, key: SigningKey) -> Iterator[Packed]:
    yield Packed(c.README, guide.text(NAME), "guide", TEXT)
    yield Packed(c.SIGNER, key.signer.pem, "guide", PEM)
    yield from _records(contents)
    yield from _captures(contents)
    for name, data in as_files(contents.compared):
        kind = JSON if name == INDEX else BINARY
        yield Packed(name, data, "fingerprint", kind, (), str(contents.software))
    yield from contents.more


def _records(contents: Contents) -> Iterator[Packed]:
    case = contents.dossier.case
    policy = {"sampling": case.sampling.as_dict(), "judging": dict(case.judging)}
    verdicts = [verdict.as_dict() for verdict in contents.verdicts]
    findings = contents.dossier.findings
    yield _json(c.DOSSIER, records.as_dict(contents.dossier), "record")
    yield _json(c.POLICY, policy, "policy", c.DOSSIER)
    yield _json(c.VERDICT, verdicts, "verdict", c.DOSSIER, c.POLICY)
    yield _json(c.ENGINE, contents.engine, "engine")
    yield _json(c.LICENCES, list(contents.licences), "record")
    yield Packed(c.CALIBRATION, contents.calibration, "engine", JSON)
    yield Packed(c.CUSTODY, b"".join(contents.custody), "custody", JSONL)
    yield Packed(c.RECORDS, lines_of(contents.records), "record", JSONL, (c.CUSTODY,))
    samples = {sample.sample_id: sample for sample in contents.dossier.samples}
    for one in findings:
        capture = samples[one.sample_id].capture
        media = f"{c.CAPTURES}/{capture}/{one.media}"
        yield _json(f"{c.MATCHES}/{one.finding_id}/match.json", one.as_dict(), "match", media)


def _json(name: str, value: Any, role: c.Role, *derived_from: str) -> Packed:
    return Packed(name, canonical(value), role, JSON, derived_from)


def _captures(contents: Contents) -> Iterator[Packed]:
    gaps: dict[str, Any] = {}
    for capture, folder in sorted(contents.captures.items()):
        gaps[capture] = Folder.of(folder).gaps
        for path in sorted(folder.rglob("*")):
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise ValueError(f"{path} is no plain file, as those of a capture are")
            if path.is_file():
                name = f"{c.CAPTURES}/{capture}/{path.relative_to(folder).as_posix()}"
                kind = _TYPES.get(path.suffix, BINARY)
                yield Packed(name, path, "capture", kind, (), "reelprint capture")
    yield _json(c.GAPS, gaps, "record", *(f"{c.CAPTURES}/{one}/log.jsonl" for one in gaps))
    for capture, answer in sorted(contents.capture_stamps.items()):
        over = (f"{c.CAPTURES}/{capture}/manifest.json",)
        name = f"{c.STAMPS}/{capture}.tsr"
        yield Packed(name, answer, "stamp", REPLY, over, "time-stamp authority")


def _manifest(contents: Contents, key: SigningKey, files: Mapping[str, Packed]) -> dict[str, Any]:
    stamps = {
        name: f"{c.STAMPS}/{name}.tsr" if name in contents.capture_stamps else c.NOT_STAMPED
        for name in contents.captures
    }
    return {
        "format": c.FORMAT,
        "case_id": contents.dossier.case.case_id,
        "made_at": contents.made_at,
        "software": contents.software,
        "signer": key.signer.fingerprint,
        # It is made from the sums, which are made from this.
        "time_stamp": {"file": c.STAMP, "without_it": c.NOT_STAMPED},
        "capture_time_stamps": stamps,
        "files": {name: _described(one) for name, one in files.items()},
    }


def _described(one: Packed) -> dict[str, Any]:
    sha256, size = measured(one.source)
    return {
        **{"sha256": sha256, "bytes": size, "media_type": one.media_type, "role": one.role},
        **{"derived_from": one.derived_from, "produced_by": one.produced_by},
    }


def measured(source: Source) -> tuple[str, int]:
    """SHA-256 and size. Raises OSError."""
    found, size = hashlib.sha256(), 0
    for piece in pieces(source):
        found.update(piece)
        size += len(piece)
    return found.hexdigest(), size


def _sums(files: Iterable[Packed]) -> bytes:
    """As `sha256sum` writes them."""
    lines = sorted((one.name, measured(one.source)[0]) for one in files)
    return "".join(f"{sha256}  {name}\n" for name, sha256 in lines).encode("ascii")
