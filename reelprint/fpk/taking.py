"""Registering out of a fingerprint package: as if the media had been read here, by another's word.

All of a package is checked before anything of it enters the catalogue. Then each reference enters
whole or not at all, and what was registered stays when the next one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fingerprint.registry import LEARNED
from fingerprint.scheme import Fingerprint
from reelprint.commands.times import clock
from reelprint.fpk.codes import needed
from reelprint.fpk.form import PackedReference, PackedWork
from reelprint.fpk.opening import BadPackage, Opened, opened
from reelprint.fpk.trust import Trust
from reelprint.linting import ADVICE, little
from reelprint.pipeline import Registered
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.errors import AnothersWork, Duplicate
from reference_catalog.work import NewReference, Origin

MOST_WARNINGS = 5


def register(
    workspace: Workspace, path: Path, trust: Trust, named: Callable[[str], str] = str
) -> Iterator[Registered]:
    """Register what a package holds, by work_id. A package that is not sound, or not of a trusted
    key, is one failed outcome. `named` says what a work of the package is called here, or raises
    ValueError. The caller brings the index up to date."""
    try:
        with opened(path) as package, workspace.catalog() as catalog:
            if why := trust.why_not(package.head.signer):
                raise BadPackage(why)
            yield from _Taking(workspace, catalog, package, path, named).all()
    except BadPackage as error:
        yield Registered(path, "", "failed", str(error))


@dataclass(frozen=True, slots=True)
class _Taking:
    workspace: Workspace
    catalog: Catalog
    package: Opened
    path: Path
    named: Callable[[str], str]

    @property
    def origin(self) -> Origin:
        """What the catalogue notes down."""
        head = self.package.head
        return Origin(self.package.sha256, head.signer, head.made_at)

    def all(self) -> Iterator[Registered]:
        """Each reference of each work."""
        wanted, there = needed(self.workspace.settings.schemes), self.package.head.schemes
        schemes = tuple(name for name in wanted if name in there)
        missing = [name for name in wanted if name not in (*there, *LEARNED)]
        why_not = f"the package has no {', '.join(missing)}" if missing else None
        for packed in self.package.works():
            work, why = self._named(packed)
            for one in work.references:
                if why := why_not or why:
                    yield self._failed(work, one, why)
                else:
                    yield self._one(work, one, schemes)

    def _named(self, work: PackedWork) -> tuple[PackedWork, str | None]:
        """A work under its name here, or why it may have none."""
        try:
            name = self.named(work.details.work_id)
        except ValueError as error:
            return work, str(error)
        return replace(work, details=replace(work.details, work_id=name)), None

    def _one(self, work: PackedWork, one: PackedReference, schemes: tuple[str, ...]) -> Registered:
        known = self._known(work, one)
        if known is not None:
            return known
        try:
            self.catalog.require_held(work.details.work_id, self.origin.holder)
            read = {name: self.package.fingerprint(one, name) for name in schemes}
            new = self._new(one, read)
            self.catalog.add_packaged(work.details, work.licences, new, self.origin)
        except Duplicate as error:
            return self._unchanged(work, one, f"the same file is {error.work_id!r} already")
        except ValueError as error:  # AnothersWork, BadPackage and what no scheme gives
            return self._failed(work, one, str(error))
        return Registered(
            *(self._source(one), work.details.work_id, "registered", None),
            *(one.losses, one.duration_s, _warnings(read, one.duration_s)),
        )

    def _known(self, work: PackedWork, one: PackedReference) -> Registered | None:
        """The outcome of a reference that is registered."""
        known = self.catalog.by_sha256(one.sha256)
        if known is None:
            return None
        name = work.details.work_id
        if known.work_id != name:
            return self._unchanged(work, one, f"the same file is {known.work_id!r} already")
        try:
            self.catalog.describe_packaged(work.details, work.licences, self.origin.holder)
        except AnothersWork as error:
            return self._unchanged(work, one, str(error))
        return self._unchanged(work, one, None)

    def _new(self, one: PackedReference, read: dict[str, Fingerprint]) -> NewReference:
        source = str(self._source(one))
        return NewReference(one.sha256, source, one.duration_s, one.losses, tuple(read.values()))

    def _source(self, one: PackedReference) -> Path:
        """Where it came from: a file of the package, which is no path of any file."""
        return Path(f"{self.path.resolve()}#{one.name}")

    def _unchanged(self, work: PackedWork, one: PackedReference, why: str | None) -> Registered:
        return Registered(
            self._source(one), work.details.work_id, "unchanged", why, one.losses, one.duration_s
        )

    def _failed(self, work: PackedWork, one: PackedReference, why: str) -> Registered:
        return Registered(self._source(one), work.details.work_id, "failed", why)


def _warnings(read: dict[str, Fingerprint], duration_s: float) -> tuple[str, ...]:
    """What `lint` says of its worth by itself; few of it, for a package may be full of it."""
    found = little(read)
    said = [
        f"{one.condition} {clock(one.span.to_the_ends_of(duration_s))}: {ADVICE[one.condition]}"
        for one in found[:MOST_WARNINGS]
    ]
    if len(found) > MOST_WARNINGS:
        said.append(f"and {len(found) - MOST_WARNINGS} more such stretches: `reelprint lint`")
    if not any(map(len, read.values())):
        said.append("it has no codes: nothing will ever match it")
    return tuple(said)
