"""Where another room keeps its tables: a file of its own, or a schema of its own beside the
catalogue's tables in a database of PostgreSQL.

A schema of its own gives a room its own version, its own names of tables and its own writers' lock
(`reference_catalog.postgresql`), so that it neither waits for the catalogue nor holds it up.
`reference_catalog.schema.create` makes it.
"""

from __future__ import annotations

from pathlib import Path

from reference_catalog.backend import Backend
from reference_catalog.postgresql import Postgresql
from reference_catalog.sqlite import Sqlite


def backend(file: Path, url: str | None, schema: str) -> Backend:
    """The database of a room: `file`, or with `url` the schema of this name in that database.
    Raises ValueError for a URL that names no database."""
    return Sqlite(file) if url is None else Postgresql(url, schema)
