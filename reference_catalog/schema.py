"""Bringing a database to the current schema. Alembic is loaded only when there is work to do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from sqlalchemy import Connection, inspect, text
from sqlalchemy.orm import Session

from reference_catalog.engine import Database


def create(database: Database, *, beside: str | None = None) -> None:
    """Make the tables unless they are there; bring old ones up to date. `beside` is what is kept
    beside a database that was there before."""
    with database.read() as session:
        found = _version(session)
    if found is None and beside:
        # Making a new one here would hide that the old one is lost.
        raise database.kind.damaged(f"{database.name} is empty, yet {beside} are kept beside it")
    if found != database.kind.schema:
        _migrate(database)


def require(database: Database, missing: type[OSError] | None = None) -> None:
    """Check that this is a database of its kind; bring an old one up to date. Without any tables
    it is damaged, or `missing` is raised where one may be empty without that."""
    with database.read() as session:
        found = _version(session)
    if found is None:
        raise (missing or database.kind.damaged)(
            f"{database.name} is not a {database.kind.what}: it has no schema version"
        )
    if found != database.kind.schema:
        _migrate(database)


def is_there(session: Session) -> bool:
    """Whether the tables were made."""
    return _version(session) is not None


def asked_if_there(database: Database, ask: Callable[[Session], bool]) -> bool:
    """What a database says, which is brought up to date for it and then closed; False without
    tables."""
    with closing(database):
        with database.read() as session:
            if not is_there(session):
                return False
        require(database)
        with database.read() as session:
            return ask(session)


def bring_up(session: Session, database: Database) -> None:
    """Make the tables or bring them up to date, in the transaction of the caller, who writes."""
    found = _version(session)
    if found is None:
        database.prepare(session.connection())
    if found != database.kind.schema:
        _upgrade(session.connection(), found, database)


def _version(session: Session) -> str | None:
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    version: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _migrate(database: Database) -> None:
    # One transaction under the write lock: of two processes the second finds nothing to do,
    # and a crash leaves the old schema whole.
    with database.write() as session:
        bring_up(session, database)


def _upgrade(connection: Connection, found: str | None, database: Database) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", database.kind.migrations)
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise database.kind.too_new(
            f"{database.name} was written by a later release of Reelprint (schema {found}; "
            f"this release knows up to {database.kind.schema}): upgrade Reelprint"
        )
    command.upgrade(config, "head")
