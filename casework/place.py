"""Where the record of cases is kept: a file beside the captures, or a schema of PostgreSQL. The
captures stay in the folder either way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import (
    CasesDamaged,
    CasesLeft,
    CasesMoved,
    CasesTooNew,
    CasesUnavailable,
)
from casework.models import SCHEMA, CustodyRow, MovedRow
from reference_catalog import apart, schema
from reference_catalog.engine import Database, Kind

DATABASE = "casework.db"
ROOM = "reelprint_cases"  # the schema of PostgreSQL
KIND = Kind(
    "record of cases",
    SCHEMA,
    "casework:migrations",
    CasesDamaged,
    CasesUnavailable,
    CasesTooNew,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with `casework.db` and the captures; with a URL, that database for the file."""

    folder: Path
    url: str | None = field(default=None, repr=False)  # of PostgreSQL; it may hold a password

    @property
    def file(self) -> Path:
        """The file that holds the record if no database does."""
        return self.folder / DATABASE

    def database(self) -> Database:
        """Its database, not yet connected to. Raises ValueError for a URL that names none, and
        CasesUnavailable without the driver."""
        return Database(apart.backend(self.file, self.url, ROOM), KIND)

    def holds_cases(self) -> bool:
        """Whether cases are here, and were not moved elsewhere since."""
        if self.url is None and not self.file.is_file():
            return False
        return schema.asked_if_there(self.database(), _holds_some)

    def require_nothing_left(self) -> None:
        """Raise CasesLeft where the cases are in the file still, and the record elsewhere: without
        them the record would look whole and not be."""
        if self.url is not None and Place(self.folder).holds_cases():
            raise CasesLeft(
                f"the cases of this workspace are in {self.file} still, and its catalogue is "
                "elsewhere: `reelprint case move` brings them there"
            )


def _holds_some(session: Session) -> bool:
    some = session.scalars(select(CustodyRow.case_id).limit(1)).first()
    return some is not None and moved_to(session) is None


def moved_to(session: Session) -> str | None:
    """Where all that is here was moved to; None where it was not."""
    return session.scalars(select(MovedRow.place)).first()


def refuse_moved(session: Session, name: str) -> None:
    """Raise CasesMoved where the record in a database of this name is another now."""
    if (where := moved_to(session)) is not None:
        raise CasesMoved(
            f"the cases in {name} were moved to {where}: nothing is written here any more"
        )
