"""Whether a package holds: offline, from its own bytes, each question asked and answered apart.

A package comes from a stranger. Its form is checked before anything is unpacked, nothing in it is
believed before its hash is right, and whatever is wrong becomes an answer, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.x509 import Certificate

from capture.store import MANIFEST as CAPTURE_MANIFEST
from casework.record import Dossier
from casework.verdict import SiteVerdict
from evidence import captured, compared, custody, opening, records, stamps
from evidence import contents as c
from evidence.archive import Archive, NoPackage
from evidence.canonical import canonical
from evidence.checks import Check, Verified, judged
from evidence.compared import Compared
from evidence.opening import Package
from evidence.signing import Signer

# What strangers' data lead to; files may be missing where they were unpacked.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, FileNotFoundError)


@dataclass(frozen=True, slots=True)
class Opened:
    """What deeper checks are given: all of it read, none of it believed."""

    dossier: Dossier
    compared: Compared
    engine: Mapping[str, Any]
    calibration: bytes
    captures: Mapping[str, Path]  # unpacked


Deeper = Callable[[Opened], Iterable[Check]]
Judge = Callable[[Dossier, Any], Iterable[SiteVerdict]]  # a dossier, and the licences on record


@dataclass(frozen=True, slots=True)
class Asked:
    """What the asker knows of a package by another route, and what is to be done with it.

    `signer` is the key that must have signed, or its fingerprint; `roots` are certificates of
    time-stamp authorities in PEM; `head` is one of the custody log that was noted down. `deeper`
    are checks that need an engine, `judge` comes to verdicts by the policy in the dossier.
    """

    signer: Signer | str | None = None
    roots: bytes | None = None
    head: str | None = None
    deeper: tuple[Deeper, ...] = ()
    judge: Judge | None = None


def verify(path: Path, asked: Asked) -> Verified:
    """Check a package. Raises OSError if there is none, ValueError for roots that are none."""
    roots = stamps.roots_of(asked.roots) if asked.roots else []
    try:
        with Archive(path) as archive:
            return Verified(tuple(_checks(archive, asked, roots)))
    except NoPackage as error:
        return Verified((Check("archive", "fail", str(error)),))


def _checks(archive: Archive, asked: Asked, roots: list[Certificate]) -> Iterator[Check]:
    package = Package.of(archive)
    yield Check("archive", "ok", f"{len(archive.members)} files, nothing before, between or after")
    yield from _asked("manifest", opening.manifest_problems, package, "it lists every file")
    yield from _asked("sums", opening.sums_problems, package, "every file has its SHA-256")
    yield from _signed(package, asked.signer)
    with TemporaryDirectory(prefix="reelprint-verify-") as folder:
        try:
            yield from _inner(package, asked, roots, Path(folder))
        except BROKEN as error:
            yield Check("records", "fail", f"they are not such as are made: {error!r:.300}")


def _asked(
    name: str, problems: Callable[[Package], Iterable[str]], package: Package, fine: str
) -> list[Check]:
    try:
        return judged(name, problems(package), fine)
    except BROKEN as error:
        return [Check(name, "fail", f"it cannot be read: {error!r:.300}")]


def _signed(package: Package, wanted: Signer | str | None) -> Iterator[Check]:
    try:
        signer, holds = opening.signature(package)
        stated = opening.read_manifest(package).get("signer")
    except BROKEN as error:
        yield Check("signature", "fail", f"it cannot be read: {error!r:.300}")
        return
    name = signer.fingerprint
    if not holds or stated != name:
        yield Check("signature", "fail", "SHA256SUMS was not signed with the key in signer.pem")
    else:
        yield Check("signature", "ok", f"SHA256SUMS was signed with the key {name}")
    known = wanted.fingerprint if isinstance(wanted, Signer) else wanted
    if known is None:
        said = f"compare {name} with what the signer gave you by another route (--signer)"
        yield Check("signer", "not checked", said)
    elif known != name:
        yield Check("signer", "fail", f"it was signed with {name}, not with {known}")
    else:
        yield Check("signer", "ok", "it is the key that was asked for")


def _inner(
    package: Package, asked: Asked, roots: list[Certificate], folder: Path
) -> Iterator[Check]:
    said = package.json(c.DOSSIER)
    dossier = records.read(said)
    package.unpack(f"{c.CAPTURES}/", folder)
    package.unpack(c.CUSTODY, folder)
    names = package.under(f"{c.CAPTURES}/")
    folders = {name: folder / c.CAPTURES / name for name in names}
    if astray := list(captured.strays(dossier, folders)):
        yield from judged("captures", astray, "")
        return
    gaps = captured.unlisted_gaps(package.json(c.GAPS), folders)
    log, taken = folder / c.CUSTODY, package.archive.read(c.RECORDS, opening.MOST_RECORDS)
    signer = opening.signature(package)[0].fingerprint
    kept = custody.problems(log, taken, said, signer, asked.head)
    yield from judged("captures", captured.of_dossier(dossier, folders), "each is sound")
    yield from judged("gaps", gaps, "each that a capture shows is listed")
    yield from judged("custody", kept, "the log is unbroken, and the dossier is what it took in")
    yield from judged("findings", captured.of_findings(dossier, folders), "of the captured bytes")
    yield from judged("copies", _copies(package, dossier), "they say what the dossier says")
    yield from _verdicts(package, dossier, asked.judge)
    yield from _stamped(package, dossier, folders, roots)
    yield from _deeper(package, dossier, folders, asked.deeper)


def _copies(package: Package, dossier: Dossier) -> Iterator[str]:
    """Files that repeat what the dossier says, for readers."""
    case = dossier.case
    policy = {"sampling": case.sampling.as_dict(), "judging": dict(case.judging)}
    expected: dict[str, Any] = {c.POLICY: policy}
    for one in dossier.findings:
        expected[f"{c.MATCHES}/{one.finding_id}/match.json"] = one.as_dict()
    for name, value in expected.items():
        if name not in package.archive.members:
            yield f"{name} is missing"
        elif package.archive.read(name, opening.MOST_RECORDS) != canonical(value):
            yield f"{name} says something else than the dossier"
    for name in package.under(f"{c.MATCHES}/"):
        if f"{c.MATCHES}/{name}/match.json" not in expected:
            yield f"{c.MATCHES}/{name}: the dossier knows of no such finding"


def _verdicts(package: Package, dossier: Dossier, judge: Judge | None) -> Iterator[Check]:
    stated = package.archive.read(c.VERDICT, opening.MOST_RECORDS)
    if judge is None:
        yield Check("verdict", "not checked", "there is nothing to judge with")
        return
    again = canonical([verdict.as_dict() for verdict in judge(dossier, package.json(c.LICENCES))])
    differs = [] if again == stated else ["it does not follow from the dossier by its policy"]
    yield from judged("verdict", differs, "it follows from the dossier by its policy")


def _stamped(
    package: Package,
    dossier: Dossier,
    folders: Mapping[str, Path],
    roots: list[Certificate],
) -> Iterator[Check]:
    ends = {name: captured.Folder.of(path).ended_at for name, path in folders.items()}
    last = max([*filter(None, ends.values()), *_moments(dossier)], key=stamps.moment)
    if c.STAMP in package.archive.members:
        digest = package.digests[c.SUMS]
        yield from _stamp(package, c.STAMP, digest, last, roots)
    else:
        yield Check("time stamp", "not checked", f"the package is {c.NOT_STAMPED}")
    for name in sorted(package.archive.members):
        if not name.startswith(f"{c.STAMPS}/"):
            continue
        capture = name.removeprefix(f"{c.STAMPS}/").removesuffix(".tsr")
        sealed = package.digests.get(f"{c.CAPTURES}/{capture}/{CAPTURE_MANIFEST}", "")
        yield from _stamp(package, name, sealed, ends.get(capture), roots)


def _moments(dossier: Dossier) -> Iterator[str]:
    yield dossier.case.opened_at
    yield from (one.ended_at for one in dossier.samples)
    yield from (one.found_at for one in dossier.findings)
    yield from (one.at for one in dossier.reviews)


def _stamp(
    package: Package,
    name: str,
    sha256: str,
    not_before: str | None,
    roots: list[Certificate],
) -> Iterator[Check]:
    try:
        stamp = stamps.Stamp.of(package.archive.read(name, stamps.MOST_BYTES))
        wrong = stamps.problem(stamp, sha256, not_before)
    except ValueError as error:
        yield Check("time stamp", "fail", f"{name}: {error}")
        return
    if wrong:
        yield Check("time stamp", "fail", f"{name}: {wrong}")
    elif not roots:
        said = f"{name} says {stamp.at.isoformat()}; name its authority with --tsa-ca"
        yield Check("time stamp", "not checked", said)
    elif refused := stamp.trusted(roots):
        yield Check("time stamp", "fail", f"{name}: {refused}")
    else:
        said = f"{name}: {stamp.at.isoformat()}, under {stamp.vouched_by(roots)}"
        yield Check("time stamp", "ok", said)


def _deeper(
    package: Package, dossier: Dossier, folders: Mapping[str, Path], deeper: Iterable[Deeper]
) -> Iterator[Check]:
    try:
        read = compared.read(package.json(compared.INDEX), package.archive.read)
    except BROKEN as error:
        yield Check("fingerprints", "fail", f"they cannot be read: {error!r:.300}")
        return
    calibration = package.archive.read(c.CALIBRATION, opening.MOST_LIST)
    opened = Opened(dossier, read, package.json(c.ENGINE), calibration, folders)
    yield Check("fingerprints", "ok", "those that were compared can be read")
    for check in deeper:
        try:
            yield from check(opened)
        except (*BROKEN, ArithmeticError, MemoryError) as error:
            yield Check("fingerprints", "fail", f"they are not such as are made: {error!r:.300}")
