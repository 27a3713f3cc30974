"""A fingerprint package that is open: all of its form checked, nothing of it believed further.

`opened` checks, in this order: that the zip file is one of ours to the byte; that its sums name
every file and their contents; who signed; that each file belongs to a reference. Then each work can
be read, and each fingerprint at once, in bounded memory. Contents are held against the sums again
when they are read, for a file may change while it is open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from evidence.archive import Archive, NoPackage
from evidence.canonical import canonical, strict
from evidence.opening import Package, sums_problems
from evidence.signing import MOST_KEY_BYTES, SIGNATURE_BYTES, Signer
from fingerprint.scheme import Fingerprint
from media.clip import Unreadable
from media.source import open_regular
from reelprint.fpk import form
from reelprint.fpk.codes import MOST_STORED, decoded
from reelprint.fpk.form import Head, PackedReference, PackedWork

_BEGINNING = b"PK\x03\x04"
_NAME_AT = 30  # where the first file's name begins
_NAME = form.HEAD.encode("ascii")


class BadPackage(ValueError):
    """A file begins as a fingerprint package, and is none that may be registered from."""


def is_package(path: Path) -> bool:
    """Whether a file begins as a fingerprint package does, whatever it is called."""
    try:
        with open_regular(path) as file:
            start = file.read(_NAME_AT + len(_NAME))
    except Unreadable:
        return False  # why not, reading it as media says
    return start.startswith(_BEGINNING) and start[_NAME_AT:] == _NAME


@dataclass(frozen=True, slots=True)
class Opened:
    """A package whose form, sums and signature are right."""

    sha256: str
    head: Head
    signer: Signer | None
    archive: Archive
    digests: Mapping[str, str]  # SHA-256 of each file
    names: Sequence[str]  # the files of its works, by work_id

    def works(self) -> Iterator[PackedWork]:
        """All works, by work_id; one is in memory at a time. Raises BadPackage."""
        return map(self.work, self.names)

    def work(self, name: str) -> PackedWork:
        """The work in a file. Raises BadPackage."""
        try:
            work = form.read_work(strict(self._read(name, form.MOST_WORK)))
        except (ValueError, TypeError, LookupError) as error:
            raise BadPackage(f"{name}: {error}") from error
        if form.work_file(work.details.work_id) != name:
            raise BadPackage(f"{name} is of another work")
        return work

    def fingerprint(self, reference: PackedReference, scheme: str) -> Fingerprint:
        """One fingerprint. Raises ValueError for what no reference has."""
        stored = reference.fingerprints[scheme]
        data = self._read(form.codes_file(reference.sha256, scheme), MOST_STORED)
        return decoded(data, scheme, reference.duration_s, stored.codes)

    def _read(self, name: str, most: int) -> bytes:
        data = self.archive.read(name, most)
        if hashlib.sha256(data).hexdigest() != self.digests[name]:
            raise BadPackage(f"{name} changed while it was being read")
        return data


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """A package, checked. Raises BadPackage, OSError."""
    with open_regular(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        archive = Archive(path)
    except (NoPackage, UnicodeError) as error:
        raise BadPackage(f"this is no whole fingerprint package: {error}") from error
    with archive:
        try:
            found = _checked(digest, Package.of(archive))
        except BadPackage:
            raise
        except (ValueError, TypeError, LookupError) as error:
            raise BadPackage(f"this is no sound fingerprint package: {error}") from error
        yield found


def _checked(digest: str, package: Package) -> Opened:
    wrong = next(sums_problems(package), None)
    if wrong:
        raise BadPackage(wrong)
    signer = _signer(package)
    said = package.json(form.HEAD, form.MOST_HEAD)
    head = form.read_head(said)
    if package.archive.read(form.HEAD, form.MOST_HEAD) != canonical(said):
        raise BadPackage(f"{form.HEAD} is not in its canonical form")
    if head.signer != (signer and signer.fingerprint):
        raise BadPackage(f"{form.HEAD} names another signer than signed")
    names = [n for n in package.archive.members if n.startswith(f"{form.WORKS}/")]
    found = Opened(digest, head, signer, package.archive, package.digests, names)
    return replace(found, names=_whole(found))


def _signer(package: Package) -> Signer | None:
    """Who signed. Raises ValueError if it is not signed as it says."""
    there = [n for n in (form.SIGNER, form.SIGNATURE) if n in package.archive.members]
    if not there:
        return None
    if len(there) == 1:
        raise BadPackage("it has a signature without a key, or a key without a signature")
    signer = Signer.of(package.archive.read(form.SIGNER, MOST_KEY_BYTES))
    raw = package.archive.read(form.SIGNATURE, SIGNATURE_BYTES)
    if signer.pem != package.archive.read(form.SIGNER, MOST_KEY_BYTES):
        raise BadPackage(f"{form.SIGNER} is not in its usual form")
    if not signer.signed(package.archive.read(form.SUMS, form.MOST_WORK), raw):
        raise BadPackage("its signature is not of these files")
    return signer


def _whole(found: Opened) -> list[str]:
    """The files of its works, by work_id. Raises BadPackage unless each file belongs to a
    reference, and each reference has its files."""
    wanted = {form.HEAD, form.SUMS}
    if found.signer is not None:
        wanted |= {form.SIGNER, form.SIGNATURE}
    media: set[str] = set()
    works: list[str] = []
    references = 0
    for work in found.works():
        works.append(work.details.work_id)
        wanted.add(form.work_file(work.details.work_id))
        for one in work.references:
            references += 1
            if one.sha256 in media:
                raise BadPackage(f"the file {one.sha256} stands there twice")
            media.add(one.sha256)
            wanted |= _files_of(found, one)
    if (len(works), references) != (found.head.works, found.head.references):
        raise BadPackage("it has not as many works or references as it says")
    stray = found.archive.members.keys() ^ wanted
    if stray:
        raise BadPackage(f"{min(stray)} is missing, or belongs to nothing")
    return [form.work_file(work_id) for work_id in sorted(works)]


def _files_of(found: Opened, one: PackedReference) -> set[str]:
    if set(one.fingerprints) != set(found.head.schemes):
        raise BadPackage(f"{one.name} has not the fingerprints that the package says")
    for scheme, stored in one.fingerprints.items():
        name = form.codes_file(one.sha256, scheme)
        there = found.archive.members.get(name)
        if there is None or (there.size, found.digests[name]) != (stored.bytes, stored.sha256):
            raise BadPackage(f"{name} is missing, or not what the work says of it")
    return {form.codes_file(one.sha256, scheme) for scheme in one.fingerprints}
