"""Where a catalogue is kept: its database and its folder of fingerprints."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from reference_catalog.backend import Backend
from reference_catalog.blobs import BlobFolder
from reference_catalog.engine import Database, Kind
from reference_catalog.errors import CatalogDamaged, CatalogTooNew, CatalogUnavailable
from reference_catalog.models import SCHEMA
from reference_catalog.postgresql import Postgresql, parsed, shown
from reference_catalog.sqlite import Sqlite

DATABASE = "catalog.sqlite"
BLOBS = "fingerprints"
KIND = Kind(
    "catalogue",
    SCHEMA,
    "reference_catalog:migrations",
    CatalogDamaged,
    CatalogUnavailable,
    CatalogTooNew,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with `catalog.sqlite` and `fingerprints/`, or what takes the place of either."""

    folder: Path
    url: str | None = field(default=None, repr=False)  # of PostgreSQL; it may hold a password
    blobs: Path | None = None  # a folder for fingerprints, for several machines to share

    @property
    def file(self) -> Path | None:
        """The database's file; None when it is on a server."""
        return None if self.url else self.folder / DATABASE

    @property
    def shown(self) -> str:
        """The database's path, or its URL without a password."""
        return without_password(self.url) if self.url else str(self.folder / DATABASE)

    @property
    def is_shared(self) -> bool:
        """Whether database or fingerprints are elsewhere, where other workspaces may share them."""
        return self.url is not None or self.blobs is not None

    @property
    def blob_path(self) -> Path:
        """The folder of fingerprints."""
        return self.blobs or self.folder / BLOBS

    def database(self) -> Database:
        """Its database, not yet connected to. Raises ValueError for a URL that names none, and
        CatalogUnavailable without the driver."""
        backend: Backend = Postgresql(self.url) if self.url else Sqlite(self.folder / DATABASE)
        return Database(backend, KIND)

    def blob_folder(self) -> BlobFolder:
        """Its fingerprints."""
        return BlobFolder(self.blob_path)


def checked_url(url: str) -> str:
    """A URL of PostgreSQL that can be one of a catalogue. Raises ValueError, which shows nothing
    of it."""
    parsed(url)
    return url


def without_password(url: str) -> str:
    """What of a URL may be shown.

    >>> without_password("postgresql://user:secret@host/works")
    'postgresql://user:***@host/works'
    """
    return shown(parsed(url))


def has_password(url: str) -> bool:
    """Whether a URL holds one."""
    return parsed(url).password is not None


def passwordless(url: str) -> str:
    """The same database's URL, as one without a password can be used.

    >>> passwordless("postgresql://user:secret@host/works")
    'postgresql://user@host/works'
    """
    return parsed(url)._replace(password=None).render_as_string(hide_password=False)
