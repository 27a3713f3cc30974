"""The tables, as SQLAlchemy declarative models. Nothing here is peculiar to one database.

A change here needs a migration beside it in `migrations/versions` and a new `SCHEMA`; a test
holds the two against each other.
"""

from __future__ import annotations

from sqlalchemy import (
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from reference_catalog.models import NAMES
from reference_catalog.types import words

SCHEMA = "0002"  # the newest migration


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)


class CustodyRow(Base):
    """One line of the custody log of a case, to the byte, without its line feed."""

    __tablename__ = "custody"

    case_id: Mapped[str] = mapped_column(words(64), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[bytes] = mapped_column(LargeBinary)


class RecordRow(Base):
    """What was recorded with line `n`: a value as canonical JSON, in the bytes that are hashed."""

    __tablename__ = "record"
    __table_args__ = (
        ForeignKeyConstraint(["case_id", "n"], ["custody.case_id", "custody.n"]),
        UniqueConstraint("case_id", "kind", "name"),
    )

    case_id: Mapped[str] = mapped_column(words(64), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(words(16))
    name: Mapped[str] = mapped_column(words(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class MovedRow(Base):
    """That all that is here was moved to another database, and which: one row, or none."""

    __tablename__ = "moved"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(words())
