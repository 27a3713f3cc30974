"""Bringing a database to the current schema. Alembic is loaded only when there is work to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from reference_catalog.engine import Database
from reference_catalog.errors import CatalogDamaged, CatalogTooNew
from reference_catalog.models import SCHEMA


def create(database: Database, path: Path, *, keeps_blobs: bool) -> None:
    """Make the tables unless they are there; bring old ones up to date."""
    with database.read() as session:
        found = _version(session)
    if found is None and keeps_blobs:
        # Making a new catalogue here would hide that the old one is lost.
        raise CatalogDamaged(f"{path} is empty, yet fingerprints are kept beside it")
    if found != SCHEMA:
        _migrate(database, path)


def require(database: Database, path: Path) -> None:
    """Check that this is a catalogue; bring an old one up to date."""
    with database.read() as session:
        found = _version(session)
    if found is None:
        raise CatalogDamaged(f"{path} is not a catalogue: it has no schema version")
    if found != SCHEMA:
        _migrate(database, path)


def _version(session: Session) -> str | None:
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    version: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _migrate(database: Database, path: Path) -> None:
    # One transaction under the write lock: of two processes the second finds nothing to do,
    # and a crash leaves the old schema whole.
    with database.write() as session:
        found = _version(session)
        if found != SCHEMA:
            _upgrade(session.connection(), found, path)


def _upgrade(connection: Connection, found: str | None, path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "reference_catalog:migrations")
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise CatalogTooNew(
            f"{path} was written by a later release of Reelprint (schema {found}; "
            f"this release knows up to {SCHEMA}): upgrade Reelprint"
        )
    command.upgrade(config, "head")
