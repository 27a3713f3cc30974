"""The catalogue: what is registered, kept so that an index can be rebuilt without the media.

A database (all facts) and a folder of fingerprints (the codes, as blobs); `Place` says where. Blobs
are on the disk before the transaction that names them commits, so a crash leaves at most a blob
that nobody names. Any number of processes may read and write at once, on several machines when
database and folder are shared; an instance must not be taken across a fork.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from fingerprint.scheme import Fingerprint
from media.clip import Span
from reference_catalog import claiming, codec, engine, excluding, listing, queries, rows, schema
from reference_catalog.errors import (
    AnothersWork,
    CatalogMissing,
    DamagedBlob,
    Duplicate,
    NoSuchFingerprint,
    NoSuchWork,
)
from reference_catalog.licence import Licence
from reference_catalog.listing import Shelf, Wanted
from reference_catalog.models import FingerprintRow, WorkRow
from reference_catalog.place import Place
from reference_catalog.work import (
    Exclusion,
    NewReference,
    Origin,
    Reference,
    Work,
    WorkDetails,
    reference_id,
)


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a catalogue to whoever looks after it."""

    database: str  # "SQLite 3.45.1" or "PostgreSQL 18.4"
    where: str  # a path, or a URL without its password
    blobs: str  # the folder of fingerprints


@dataclass(frozen=True, slots=True)
class Effective:
    """What counts of a stored fingerprint, and the name of what is excluded from it."""

    fingerprint: Fingerprint
    revision: str


class Catalog:
    """One catalogue. Make it with `create` or `open`; close it, or use it in a `with`.

    Every method may raise CatalogDamaged or CatalogUnavailable; those that write, CatalogMoved.
    """

    def __init__(self, place: Place) -> None:
        self._database = place.database()
        self._blobs = place.blob_folder()

    @classmethod
    def create(cls, place: Place | Path) -> Catalog:
        """Make a catalogue there, or open the one that is there; a path is that of a folder with
        all of it. Raises CatalogTooNew, and ValueError for a URL that names no database."""
        place = _placed(place)
        place.folder.mkdir(parents=True, exist_ok=True)
        catalog = cls(place)
        with _closed_on_error(catalog):
            beside = None if catalog._blobs.is_empty() else "fingerprints"
            schema.create(catalog._database, beside=beside)
            catalog._blobs.create()
            if place.is_shared:
                claiming.claim(catalog._database, catalog._blobs)
        return catalog

    @classmethod
    def open(cls, place: Place | Path) -> Catalog:
        """Open a catalogue. Raises CatalogMissing, CatalogTooNew, ValueError."""
        place = _placed(place)
        if place.file is not None and not place.file.is_file():
            raise CatalogMissing(f"there is no catalogue in {place.folder}")
        catalog = cls(place)
        with _closed_on_error(catalog):
            schema.require(catalog._database, CatalogMissing if place.url else None)
            if place.is_shared:
                claiming.check(catalog._database, catalog._blobs)
        return catalog

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def described(self) -> Description:
        """Which database this is, and where."""
        with self._database.read() as session:
            said = engine.version(session.connection())
        return Description(said, self._database.name, str(self._blobs.path))

    def identity(self) -> str:
        """32 hex digits that tell this catalogue from any other, wherever it is moved."""
        with self._database.read() as session:
            return queries.catalogue(session).identity

    def moved_to(self) -> str | None:
        """Where this catalogue is now, when it was moved; here it is only read since."""
        with self._database.read() as session:
            return queries.catalogue(session).moved_to

    def add(self, details: WorkDetails, reference: NewReference) -> Reference:
        """Register a file under a work, new or known, all or nothing. Raises Duplicate."""
        with self._adding(reference) as (session, kept):
            return _put(session, queries.put_work(session, details), reference, kept)

    def add_packaged(
        self,
        details: WorkDetails,
        licences: Collection[Licence] | None,
        reference: NewReference,
        origin: Origin,
    ) -> Reference:
        """Register a reference out of a package, with what that says of its work, all or nothing;
        licences None says nothing of them. Raises Duplicate, AnothersWork."""
        with self._adding(reference) as (session, kept):
            work = _held(session, details, licences, origin.holder)
            return _put(session, work, reference, kept, origin)

    def describe_packaged(
        self, details: WorkDetails, licences: Collection[Licence] | None, holder: str
    ) -> Work:
        """Take over what a holder's package says of a work of theirs. Raises AnothersWork."""
        with self._writing() as session:
            return rows.to_work(_held(session, details, licences, holder))

    def require_held(self, work_id: str, holder: str) -> None:
        """Raise AnothersWork where a holder's packages may not speak of a work."""
        with self._database.read() as session:
            _require_held(queries.work(session, work_id), holder)

    def describe(self, details: WorkDetails) -> Work:
        """Take over what the details say of a known work. Raises NoSuchWork."""
        with self._writing() as session:
            if queries.work(session, details.work_id) is None:
                raise NoSuchWork(f"no work has the work_id {details.work_id!r}")
            return rows.to_work(queries.put_work(session, details))

    def revise(self, work_id: str, change: Callable[[Work | None], WorkDetails]) -> Work:
        """Let a work be what `change` makes of it as it is, None when there is none; nobody else
        writes meanwhile. Unlike elsewhere, what the details leave empty is empty then."""
        with self._writing() as session:
            row = queries.work(session, work_id)
            details = change(rows.to_work(row) if row else None)
            return rows.to_work(queries.state_work(session, row, details))

    def license(self, licences: Mapping[str, Collection[Licence] | None]) -> list[Work]:
        """Take over, all or nothing, who may distribute works, in place of what was known: these
        distributors, nobody, or None: nothing is known. Raises NoSuchWork."""
        with self._writing() as session:
            found = {work_id: queries.work(session, work_id) for work_id in licences}
            for work_id, row in found.items():
                if row is None:
                    raise NoSuchWork(f"no work has the work_id {work_id!r}")
                rows.revise_licences(row, licences[work_id])
            session.flush()
            return [rows.to_work(row) for row in found.values() if row is not None]

    def remove(self, work_id: str) -> list[int]:
        """Remove a work and all its references; their numbers. Raises NoSuchWork."""
        with self._writing() as session:
            row = queries.work(session, work_id)
            if row is None:
                raise NoSuchWork(f"no work has the work_id {work_id!r}")
            numbers = [reference.number for reference in row.references]
            blobs = queries.blobs_of(session, row)
            queries.delete(session, row)
        self._sweep(blobs)
        return numbers

    def by_sha256(self, sha256: str) -> Reference | None:
        """The reference made from the file with this SHA-256."""
        with self._database.read() as session:
            return queries.by_sha256(session, sha256)

    def works(self) -> Iterator[Work]:
        """All works, by work_id; a few at a time, so that a listing may be long."""
        after = ""
        while page := self.works_after(after):
            yield from page
            after = page[-1].work_id

    def works_after(self, work_id: str, most: int | None = None) -> list[Work]:
        """The next works in order of work_id, after one of this name; after "": the first. With
        `most` None as many as are well read at once."""
        with self._database.read() as session:
            return [
                rows.to_work(row)
                for row in queries.works_after(session, work_id, most or queries.PAGE)
            ]

    def works_named(self, names: Collection[str]) -> list[Work]:
        """Those of these works that there are, by work_id; as many as are well read at once."""
        with self._database.read() as session:
            return [rows.to_work(row) for row in queries.works_named(session, names)]

    def shelf(self, wanted: Wanted, among: Collection[str] | None = None) -> Shelf:
        """A page of the works that are wanted, without what belongs to them; `among` are the names
        that are looked through, None: all."""
        with self._database.read() as session:
            return listing.shelf(session, wanted, among)

    def work(self, work_id: str) -> Work | None:
        """The work of this name."""
        with self._database.read() as session:
            row = queries.work(session, work_id)
            return rows.to_work(row) if row else None

    def titles(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """(work_id, title) of each of these references that is registered."""
        with self._database.read() as session:
            return queries.titles(session, list(numbers))

    def reference(self, number: int) -> Reference | None:
        """The reference of this number; None when it was removed or never was."""
        with self._database.read() as session:
            return queries.by_number(session, number)

    def numbers(self, scheme: str) -> list[int]:
        """The references that have a fingerprint of this scheme, ascending."""
        with self._database.read() as session:
            return queries.numbers(session, scheme)

    def series(self, numbers: Iterable[int]) -> dict[int, str]:
        """The series of each of these references that is of one."""
        with self._database.read() as session:
            return queries.series(session, list(numbers))

    def exclude(self, exclusions: Iterable[Exclusion]) -> int:
        """Let ranges of references count nothing, all or none; how many did not already. Raises
        LookupError when a reference is not registered."""
        with self._writing() as session:
            new = 0
            for one in exclusions:
                if queries.by_number(session, one.number) is None:
                    raise LookupError(f"there is no reference {reference_id(one.number)}")
                new += queries.put_exclusion(session, one)
            return new

    def include(self, exclusions: Iterable[Exclusion]) -> int:
        """Let ranges that were excluded count again; how many they were."""
        with self._writing() as session:
            return sum(queries.delete_exclusion(session, one) for one in exclusions)

    def exclusions(self, number: int | None = None) -> list[Exclusion]:
        """What is excluded, of one reference or of all, by number and time."""
        with self._database.read() as session:
            return queries.exclusions(session, number)

    def revisions(self) -> dict[int, str]:
        """The name of what is excluded of each reference of which anything is."""
        spans: dict[int, list[Span]] = {}
        for one in self.exclusions():
            spans.setdefault(one.number, []).append(one.span)
        return {number: excluding.revision(some) for number, some in spans.items()}

    def fingerprint(self, number: int, scheme: str) -> Fingerprint:
        """What counts of what was added, verified. Raises NoSuchFingerprint, DamagedBlob."""
        return self.effective(number, scheme).fingerprint

    def effective(self, number: int, scheme: str) -> Effective:
        """What counts of a fingerprint, and the name of what is excluded. Raises as above."""
        with self._database.read() as session:
            sha256 = queries.blob(session, number, scheme)
            excluded = [one.span for one in queries.exclusions(session, number)]
        stored = self._stored(number, scheme, sha256)
        return Effective(excluding.without(stored, excluded), excluding.revision(excluded))

    @contextmanager
    def _adding(self, reference: NewReference) -> Iterator[tuple[Session, list[FingerprintRow]]]:
        """A writing transaction, with rows for the fingerprints, which are on the disk."""
        _refuse(self.by_sha256(reference.sha256))
        encoded = [(one, codec.encode(one)) for one in reference.fingerprints]
        kept = [rows.new_fingerprint(one, self._blobs.put(data), data) for one, data in encoded]
        with self._writing() as session:
            _refuse(queries.by_sha256(session, reference.sha256))
            # Since then a removal may have taken away a blob that was there already.
            for _, data in encoded:
                self._blobs.put(data)
            yield session, kept

    def _stored(self, number: int, scheme: str, sha256: str | None) -> Fingerprint:
        if sha256 is None:
            raise NoSuchFingerprint(f"reference {number} has no fingerprint of {scheme}")
        data = self._blobs.get(sha256)
        try:
            return codec.decode(data)
        except ValueError as error:
            raise DamagedBlob(f"{sha256} of reference {number}: {error}") from error

    def blobs(self) -> set[str]:
        """The SHA-256 of all stored fingerprints, which are the names of their files."""
        with self._database.read() as session:
            return queries.blobs(session)

    def fingerprint_bytes(self) -> int:
        """Bytes that all fingerprints take on the disk."""
        with self._database.read() as session:
            return queries.fingerprint_bytes(session)

    def duration_s(self) -> float:
        """Length of all references together, in seconds."""
        with self._database.read() as session:
            return queries.duration_s(session)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._database.write() as session:
            queries.refuse_moved(session, self._database.name)
            yield session

    def _sweep(self, blobs: set[str]) -> None:
        # After the commit, so that a crash leaves no row without its blob; under the write lock,
        # so that nobody is just adding the same blob again.
        with self._writing() as session:
            for sha256 in blobs - queries.named(session, blobs):
                self._blobs.delete(sha256)


def _placed(place: Place | Path) -> Place:
    return place if isinstance(place, Place) else Place(place)


def _put(
    session: Session,
    work: WorkRow,
    reference: NewReference,
    kept: list[FingerprintRow],
    origin: Origin | None = None,
) -> Reference:
    row = rows.new_reference(work, reference, kept)
    row.origin = None if origin is None else rows.new_origin(origin)
    session.add(row)
    session.flush()
    return rows.to_reference(row)


def _held(
    session: Session, details: WorkDetails, licences: Collection[Licence] | None, holder: str
) -> WorkRow:
    known = queries.work(session, details.work_id)
    _require_held(known, holder)
    row = queries.put_work(session, details)
    row.holder = holder
    if licences is not None:
        rows.revise_licences(row, licences)
    session.flush()
    return row


def _require_held(row: WorkRow | None, holder: str) -> None:
    if row is not None and row.holder != holder:
        whose = f"from a package of {row.holder[:12]}…" if row.holder else "here"
        raise AnothersWork(
            f"the work {row.work_id!r} was registered {whose}: no other package changes it"
        )


def _refuse(known: Reference | None) -> None:
    if known is not None:
        raise Duplicate(known.work_id, known)


@contextmanager
def _closed_on_error(catalog: Catalog) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(catalog)
        yield
        stack.pop_all()
