"""Whose fingerprints a folder holds.

A folder that is named in the settings may be the wrong one, or not be mounted; a database may be
shared by machines of which each keeps a folder of its own. Either would lose fingerprints without
a word. So a catalogue claims one folder, which says so, and is used with no other.
"""

from __future__ import annotations

from reference_catalog import queries
from reference_catalog.blobs import BlobFolder
from reference_catalog.engine import Database
from reference_catalog.errors import CatalogUnavailable
from reference_catalog.models import CatalogueRow


def claim(database: Database, blobs: BlobFolder) -> None:
    """Make the folder that of the catalogue, unless it is. Raises CatalogUnavailable when it is
    another's, or the catalogue has another, or fingerprints that are not in it."""
    with database.write() as session:
        row = queries.catalogue(session)
        owner = blobs.owner()
        if owner == row.identity:
            return
        strange = owner is not None or row.blobs is not None
        if strange or not all(map(blobs.holds, queries.blobs(session))):
            raise _not_its_own(database, blobs, row)
        blobs.claim(row.identity)
        row.blobs = named(blobs)


def check(database: Database, blobs: BlobFolder) -> None:
    """Raise CatalogUnavailable unless the folder is that of the catalogue."""
    with database.read() as session:
        row = queries.catalogue(session)
        if blobs.owner() != row.identity:
            raise _not_its_own(database, blobs, row)


def named(blobs: BlobFolder) -> str:
    """A folder's path as it can be kept; one that is not UTF-8 has lone surrogates."""
    return str(blobs.path).encode("utf-8", "backslashreplace").decode("utf-8")


def _not_its_own(database: Database, blobs: BlobFolder, row: CatalogueRow) -> CatalogUnavailable:
    first = f", first kept in {row.blobs}," if row.blobs else ""
    return CatalogUnavailable(
        f"the fingerprints of {database.name}{first} are not in {blobs.path}: mount their folder, "
        "or name it as `blobs`"
    )
