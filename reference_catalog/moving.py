"""Moving a catalogue to another database, all of it or nothing.

Nobody writes to the old one meanwhile. Fingerprints are copied and read back, rows are copied and
compared, each with its own, before the new database commits; then the caller lets the workspace
use the new one. The old one is left as it is, but for a note that it was moved, so that a process
that still has it open cannot register what nobody would find.

A move that was stopped at any moment can be done again: fingerprints that are there already are
kept, and a database that is an exact copy already is taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from sqlalchemy import Result, Table, exists, insert, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from reference_catalog import claiming, queries, schema
from reference_catalog.blobs import BlobFolder
from reference_catalog.catalog import Catalog
from reference_catalog.engine import Database, continue_after, last_number
from reference_catalog.errors import CatalogDamaged, DamagedBlob, NotEmpty
from reference_catalog.models import Base, CatalogueRow
from reference_catalog.place import Place

_AT_ONCE = 500  # rows
_TABLES = [one for one in Base.metadata.sorted_tables if one is not CatalogueRow.__table__]
_NUMBERED = (("work", "id"), ("work_reference", "number"))

Told = Callable[[int, int], None]  # fingerprints dealt with, and how many there are


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved."""

    rows: int
    fingerprints: int
    fingerprint_bytes: int
    database: str  # a path, or a URL without its password
    blobs: str  # the folder of fingerprints


def move(old: Place, new: Place, switch: Callable[[], None], told: Told) -> Moved:
    """Copy a catalogue, check the copy, call `switch`, and leave a note in the old one.

    Raises NotEmpty when something else is there; DamagedBlob, CatalogMoved, CatalogDamaged,
    CatalogUnavailable, ValueError. What is raised before `switch` is called leaves the old one in
    use, as it was.
    """
    with Catalog.open(old) as catalog:  # brings it up to date
        identity = catalog.identity()
    new.folder.mkdir(parents=True, exist_ok=True)
    with closing(old.database()) as source, closing(new.database()) as target:
        if source.name == target.name:
            raise NotEmpty(f"the catalogue is in {source.name} already")
        _refuse_strangers(target, old.blob_folder(), new.blob_folder(), identity)
        carrier = _Carrier(old.blob_folder(), new.blob_folder(), identity, told)
        _carry_ahead(source, carrier)
        with source.write() as reading:
            queries.refuse_moved(reading, source.name)
            names = queries.blobs(reading)
            carrier.carry_all(names)
            rows = _copied(reading, target, new)
            switch()
            queries.catalogue(reading).moved_to = target.name
    size = sum(carrier.sizes[one] for one in names)
    return Moved(rows, len(names), size, target.name, str(new.blob_path))


class _Carrier:
    """Brings fingerprints from one folder to another, or checks them where both are one."""

    def __init__(self, old: BlobFolder, new: BlobFolder, identity: str, told: Told) -> None:
        self._old, self._new, self._told = old, new, told
        self._same = new.is_same(old)
        self.sizes: dict[str, int] = {}  # of those that were dealt with
        new.create()
        if new.owner() is None:
            new.claim(identity)  # so that a move that was stopped knows it again

    def missing(self, names: set[str]) -> list[str]:
        """Those that were not dealt with."""
        return sorted(names - self.sizes.keys())

    def carry_all(self, names: set[str]) -> None:
        """Deal with those that were not dealt with. Raises DamagedBlob."""
        for sha256 in self.missing(names):
            self.carry(sha256, len(names))

    def carry(self, sha256: str, of: int) -> None:
        """Deal with one. Raises DamagedBlob."""
        data = self._old.get(sha256)
        if not self._same:
            self._new.put(data)
            self._new.get(sha256)
        self.sizes[sha256] = len(data)
        self._told(len(self.sizes), of)


def _carry_ahead(source: Database, carrier: _Carrier) -> None:
    """Carry all there are, while others may still write, so that they need not wait for it."""
    while missing := carrier.missing(names := _names(source)):
        for sha256 in missing:
            try:
                carrier.carry(sha256, len(names))
            except DamagedBlob:
                if sha256 in _names(source):
                    raise  # otherwise its work was removed a moment ago


def _names(source: Database) -> set[str]:
    with source.read() as session:
        return queries.blobs(session)


def _refuse_strangers(
    target: Database, old_blobs: BlobFolder, new_blobs: BlobFolder, identity: str
) -> None:
    """Raise NotEmpty unless the new place is empty, or holds what a move left that was stopped."""
    known = {identity}
    with target.read() as session:
        there = schema.is_there(session)
    if there:
        schema.require(target)
        with target.read() as session:
            found = queries.catalogue(session).identity
            if found != identity and not _is_empty(session):
                raise NotEmpty(f"another catalogue is in {target.name} already")
            known.add(found)
    owner = new_blobs.owner()
    free = new_blobs.is_same(old_blobs) or new_blobs.is_empty()
    if not (free if owner is None else owner in known):
        raise NotEmpty(f"fingerprints of another catalogue are in {new_blobs.path} already")


def _copied(reading: Session, target: Database, new: Place) -> int:
    """Copy what is not there yet, and compare all of it; how many rows they are."""
    identity = queries.catalogue(reading).identity
    with target.write() as writing:
        schema.bring_up(writing, target)
        fresh = _is_empty(writing)
        if fresh:
            for table in _TABLES:
                _copy(table, reading, writing, target)
        rows = sum(_compared(table, reading, writing, target, fresh) for table in _TABLES)
        for name, column in _NUMBERED:
            last = last_number(reading.connection(), name, column)
            continue_after(writing.connection(), name, column, last)
        _take_over(writing, identity, new)
    return rows


def _copy(table: Table, reading: Session, writing: Session, target: Database) -> None:
    try:
        with closing(_rows(table, reading)) as old:
            for some in old.partitions(_AT_ONCE):
                writing.execute(insert(table), [dict(row._mapping) for row in some])
    except DataError as error:
        raise ValueError(f"{target.name} cannot keep what is in {table}: {error.orig}") from error


def _compared(
    table: Table, reading: Session, writing: Session, target: Database, fresh: bool
) -> int:
    rows = 0
    with closing(_rows(table, reading)) as old, closing(_rows(table, writing)) as new:
        for ours, theirs in zip_longest(old, new):
            if ours != theirs:
                raise _differs(table, target, fresh)
            rows += 1
    return rows


def _differs(table: Table, target: Database, fresh: bool) -> OSError:
    if fresh:
        return CatalogDamaged(f"{target.name} does not keep {table} as it was written")
    return NotEmpty(f"another state of this catalogue is in {target.name} already")


def _rows(table: Table, session: Session) -> Result[Any]:
    ordered = select(table).order_by(*table.primary_key)
    return session.execute(ordered, execution_options={"yield_per": _AT_ONCE})


def _is_empty(session: Session) -> bool:
    return not any(session.scalar(select(exists(select(table)))) for table in _TABLES)


def _take_over(writing: Session, identity: str, new: Place) -> None:
    """Make the copy the same catalogue, and its folder that of it."""
    writing.delete(queries.catalogue(writing))
    writing.flush()
    blobs = new.blob_folder()
    blobs.claim(identity)
    kept = claiming.named(blobs) if new.is_shared else None
    writing.add(CatalogueRow(identity=identity, blobs=kept))
