"""A fingerprint package out of media: made where the media lie, which need not leave there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import reelprint
from evidence.archive import Source, write
from evidence.building import measured
from evidence.canonical import canonical
from evidence.signing import SigningKey
from media.clip import Loss
from media.digest import sha256
from reelprint.fpk import form
from reelprint.fpk.codes import needed
from reelprint.fpk.form import Head, PackedReference, PackedWork
from reelprint.fpk.keeping import Kept
from reelprint.fpk.opening import opened
from reelprint.pipeline import Item, extracted
from reelprint.workspace import Settings
from reference_catalog.licence import Licence
from reference_catalog.work import WorkDetails

SOFTWARE = f"reelprint {reelprint.__version__}"


@dataclass(frozen=True, slots=True)
class Fingerprinted:
    """What became of one file. `reference` is None where the package has none of it."""

    path: Path
    details: WorkDetails
    outcome: Literal["fingerprinted", "kept", "repeated", "failed"]
    reference: PackedReference | None = None
    reason: str | None = None

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What of it could not be read."""
        return self.reference.losses if self.reference else ()

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.reference.duration_s if self.reference else 0.0


@dataclass(frozen=True, slots=True)
class Packed:
    """A package that was written."""

    path: Path
    sha256: str
    signer: str | None
    works: int
    references: int
    bytes: int


def fingerprint(
    settings: Settings, items: Iterable[Item], kept: Kept, jobs: int | None = None
) -> Iterator[Fingerprinted]:
    """Read each file, unless it was read before a stop, and keep what was read at once."""
    seen: dict[str, str] = {}
    pending: list[Item] = []
    for item in items:
        known = _known(item, kept, seen)
        if known is None:
            pending.append(item)
        else:
            yield known
    for item, result in extracted(settings, pending, jobs):
        if isinstance(result, str):
            yield Fingerprinted(item.path, item.details, "failed", reason=result)
            continue
        try:
            yield Fingerprinted(item.path, item.details, "fingerprinted", kept.put(result))
        except ValueError as error:
            yield Fingerprinted(item.path, item.details, "failed", reason=str(error))


def _known(item: Item, kept: Kept, seen: dict[str, str]) -> Fingerprinted | None:
    """The outcome of a file that need not be read."""
    try:
        form.require_fit(item.details)
        digest = sha256(item.path)
    except (ValueError, OSError) as error:
        return Fingerprinted(item.path, item.details, "failed", reason=str(error))
    first = seen.setdefault(digest, str(item.path))
    if first != str(item.path):
        reason = f"the same file as {Path(first).name}"
        return Fingerprinted(item.path, item.details, "repeated", reason=reason)
    reference = kept.get(digest, item.path.name)
    if reference is None:
        return None
    return Fingerprinted(item.path, item.details, "kept", reference)


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said in a package beside what was read."""

    schemes: tuple[str, ...]  # of the preset
    licences: Mapping[str, Sequence[Licence]]  # by work_id; nothing is said of other works
    made_at: str  # UTC, RFC 3339 to the second
    key: SigningKey | None  # None: the package is not signed

    @property
    def signer(self) -> str | None:
        """The key's fingerprint."""
        return None if self.key is None else self.key.signer.fingerprint


def pack(outcomes: Sequence[Fingerprinted], stated: Stated, kept: Kept, out: Path) -> Packed:
    """Write a package of what was read, check it, and forget what was kept. Nothing is written
    over, and nothing half-written is left. Raises ValueError, OSError."""
    works = list(_works(outcomes, stated.licences))
    if not works:
        raise ValueError("no file could be read: there is nothing to pack")
    part = kept.root / "package"
    with part.open("wb") as file:
        write(_members(works, _head(works, outcomes, stated), stated.key, kept), file)
        os.fsync(file.fileno())
    with opened(part) as found:  # as whoever receives it will
        head, digest = found.head, found.sha256
    size = part.stat().st_size
    require_new(out)
    part.replace(out)
    kept.remove()
    return Packed(out, digest, stated.signer, head.works, head.references, size)


def require_new(out: Path) -> None:
    """Raise FileExistsError for a package that is there."""
    if out.exists():
        raise FileExistsError(f"{out} is there already, and nothing is written over")


def _works(
    outcomes: Iterable[Fingerprinted], licences: Mapping[str, Sequence[Licence]]
) -> Iterator[PackedWork]:
    details: dict[str, WorkDetails] = {}
    references: dict[str, list[PackedReference]] = {}
    for one in outcomes:
        if one.reference is not None:
            details.setdefault(one.details.work_id, one.details)
            references.setdefault(one.details.work_id, []).append(one.reference)
    for work_id in sorted(references):
        own = sorted(references[work_id], key=lambda r: r.sha256)
        granted = licences.get(work_id)
        known = None if granted is None else tuple(sorted(set(granted)))
        yield PackedWork(details[work_id], known, tuple(own))


def _head(
    works: Sequence[PackedWork], outcomes: Iterable[Fingerprinted], stated: Stated
) -> dict[str, object]:
    unread = [
        (form.shown_name(one.path.name), one.details.work_id, form.shown_reason(one.reason or ""))
        for one in outcomes
        if one.outcome == "failed"
    ]
    head = Head(
        stated.made_at,
        SOFTWARE,
        tuple(sorted(needed(stated.schemes))),
        stated.signer,
        len(works),
        sum(len(work.references) for work in works),
        tuple((name, form.shown_reason(work_id), why) for name, work_id, why in sorted(unread)),
    )
    return form.head_as_dict(head)


def _members(
    works: Iterable[PackedWork], head: Mapping[str, object], key: SigningKey | None, kept: Kept
) -> dict[str, Source]:
    members: dict[str, Source] = {form.HEAD: canonical(head)}
    for work in works:
        members[form.work_file(work.details.work_id)] = canonical(form.work_as_dict(work))
        for one in work.references:
            for scheme in one.fingerprints:
                members[form.codes_file(one.sha256, scheme)] = kept.codes(one.sha256, scheme)
    if key is not None:
        members[form.SIGNER] = key.signer.pem
    sums = _sums(members)
    signed = {} if key is None else {form.SIGNATURE: key.sign(sums)}
    return {**members, form.SUMS: sums, **signed}


def _sums(members: Mapping[str, Source]) -> bytes:
    """As `sha256sum` writes them."""
    lines = (f"{_digest(members[name])}  {name}\n" for name in sorted(members))
    return "".join(lines).encode("ascii")


def _digest(source: Source) -> str:
    return hashlib.sha256(source).hexdigest() if isinstance(source, bytes) else measured(source)[0]
