"""Where accounts are kept: in a file, or in a schema of a database of PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.errors import (
    AccountsDamaged,
    AccountsLeft,
    AccountsMoved,
    AccountsTooNew,
    AccountsUnavailable,
)
from accounts.models import SCHEMA, MovedRow, OrganisationRow
from reference_catalog import apart, schema
from reference_catalog.engine import Database, Kind

TABLES = "reelprint_accounts"  # the schema in a database of PostgreSQL
KIND = Kind(
    "record of accounts",
    SCHEMA,
    "accounts:migrations",
    AccountsDamaged,
    AccountsUnavailable,
    AccountsTooNew,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or with a URL that database for it."""

    file: Path
    url: str | None = field(default=None, repr=False)  # of PostgreSQL; it may hold a password

    def database(self) -> Database:
        """Its database, not yet connected to. Raises ValueError for a URL that names none, and
        AccountsUnavailable without the driver."""
        return Database(apart.backend(self.file, self.url, TABLES), KIND)

    def holds_accounts(self) -> bool:
        """Whether accounts are here, and were not moved elsewhere since."""
        if self.url is None and not self.file.is_file():
            return False
        return schema.asked_if_there(self.database(), _holds_some)

    def require_nothing_left(self) -> None:
        """Raise AccountsLeft where accounts are in the file still, and looked for elsewhere: there
        a service would begin anew, and let in whoever comes first."""
        if self.url is not None and Place(self.file).holds_accounts():
            raise AccountsLeft(
                f"the accounts of this workspace are in {self.file} still, and its catalogue is "
                "elsewhere: `reelprint accounts move` brings them there"
            )


def _holds_some(session: Session) -> bool:
    some = session.scalars(select(OrganisationRow.id).limit(1)).first()
    return some is not None and moved_to(session) is None


def moved_to(session: Session) -> str | None:
    """Where all that is here was moved to; None where it was not."""
    return session.scalars(select(MovedRow.place)).first()


def refuse_moved(session: Session, name: str) -> None:
    """Raise AccountsMoved where the accounts in a database of this name are others now."""
    if (where := moved_to(session)) is not None:
        raise AccountsMoved(
            f"the accounts in {name} were moved to {where}: nobody is let in by these any more"
        )
