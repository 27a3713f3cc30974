"""The tables, as SQLAlchemy declarative models. Nothing here is peculiar to one database.

A change here needs a migration beside it in `migrations/versions` and a new `SCHEMA`; a test
holds the two against each other.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, Double, ForeignKey, Index, MetaData, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from reference_catalog.types import NUMBER, words

SCHEMA = "0007"  # the newest migration
MOST_SORTED = 100  # characters of a title that works are sorted by: an index takes no more

# Names for all constraints, so that later migrations can change them on every database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)


class IdentifierRow(Base):
    """A public identifier of a work, in canonical form."""

    __tablename__ = "work_identifier"

    work: Mapped[int] = mapped_column(
        NUMBER, ForeignKey("work.id", ondelete="CASCADE"), primary_key=True
    )
    scheme: Mapped[str] = mapped_column(words(16), primary_key=True)
    value: Mapped[str] = mapped_column(words(64), primary_key=True)


class FingerprintRow(Base):
    """Where the fingerprint of one reference under one scheme is kept."""

    __tablename__ = "fingerprint"
    __table_args__ = (Index(None, "scheme", "number"),)  # what an index is rebuilt from

    number: Mapped[int] = mapped_column(
        NUMBER, ForeignKey("work_reference.number", ondelete="CASCADE"), primary_key=True
    )
    scheme: Mapped[str] = mapped_column(words(64), primary_key=True)
    blob_sha256: Mapped[str] = mapped_column(words(64), index=True)
    codes: Mapped[int] = mapped_column(NUMBER)  # how many
    bytes: Mapped[int] = mapped_column(NUMBER)  # of the blob


class ExclusionRow(Base):
    """A range of a reference that counts nothing."""

    __tablename__ = "exclusion"

    number: Mapped[int] = mapped_column(
        NUMBER, ForeignKey("work_reference.number", ondelete="CASCADE"), primary_key=True
    )
    start_s: Mapped[float] = mapped_column(Double, primary_key=True)
    end_s: Mapped[float] = mapped_column(Double, primary_key=True)
    reason: Mapped[str] = mapped_column(words())


class OriginRow(Base):
    """The package that a reference came in."""

    __tablename__ = "origin"

    number: Mapped[int] = mapped_column(
        NUMBER, ForeignKey("work_reference.number", ondelete="CASCADE"), primary_key=True
    )
    package: Mapped[str] = mapped_column(words(64))
    signer: Mapped[str | None] = mapped_column(words(64))
    made_at: Mapped[str] = mapped_column(words(32))


class ReferenceRow(Base):
    """A registered file of a work."""

    __tablename__ = "work_reference"
    __table_args__ = (
        Index(None, "work", "duration_s", "registered_at"),  # totals, from the index alone
        # Without this SQLite would give the number of a removed reference to the next one.
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    work: Mapped[int] = mapped_column(NUMBER, ForeignKey("work.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(words(64), unique=True)
    source: Mapped[str] = mapped_column(words())
    duration_s: Mapped[float] = mapped_column(Double)
    losses: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    registered_at: Mapped[str] = mapped_column(words(32))

    fingerprints: Mapped[list[FingerprintRow]] = relationship(passive_deletes=True)
    origin: Mapped[OriginRow | None] = relationship(passive_deletes=True)
    of_work: Mapped[WorkRow] = relationship(back_populates="references")


class LicenceRow(Base):
    """Who may distribute a work, where and when. An empty text is no limit."""

    __tablename__ = "licence"

    work: Mapped[int] = mapped_column(
        NUMBER, ForeignKey("work.id", ondelete="CASCADE"), primary_key=True
    )
    distributor: Mapped[str] = mapped_column(words(253), primary_key=True)
    territories: Mapped[str] = mapped_column(words(1000), primary_key=True)  # with blanks between
    start: Mapped[str] = mapped_column(words(32), primary_key=True)
    end: Mapped[str] = mapped_column(words(32), primary_key=True)


class WorkRow(Base):
    """What is protected."""

    __tablename__ = "work"
    __table_args__ = (Index(None, "sort_title", "work_id"),)  # a listing

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    work_id: Mapped[str] = mapped_column(words(200), unique=True)
    title: Mapped[str] = mapped_column(words())
    kind: Mapped[str] = mapped_column(words(16))
    owner: Mapped[str | None] = mapped_column(words())
    series: Mapped[str | None] = mapped_column(words())
    # Whether the licences are all there are; false: nothing is known of them.
    rights_known: Mapped[bool] = mapped_column(Boolean, server_default=false(), default=False)
    # Whose packages may change it: a key's fingerprint, or one package's SHA-256.
    holder: Mapped[str | None] = mapped_column(words(64))
    # What it is sorted and found by (`reference_catalog.listing`).
    sort_title: Mapped[str] = mapped_column(words(MOST_SORTED), server_default="", default="")
    sought: Mapped[str] = mapped_column(words(), server_default="", default="")

    identifiers: Mapped[list[IdentifierRow]] = relationship(
        order_by=(IdentifierRow.scheme, IdentifierRow.value),
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    licences: Mapped[list[LicenceRow]] = relationship(
        order_by=(LicenceRow.distributor, LicenceRow.territories, LicenceRow.start, LicenceRow.end),
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    references: Mapped[list[ReferenceRow]] = relationship(
        order_by=ReferenceRow.number, back_populates="of_work", passive_deletes=True
    )


class CatalogueRow(Base):
    """Which catalogue this is: one row."""

    __tablename__ = "catalogue"

    identity: Mapped[str] = mapped_column(words(32), primary_key=True)
    blobs: Mapped[str | None] = mapped_column(
        words()
    )  # the folder that was claimed, as first named
    moved_to: Mapped[str | None] = mapped_column(words())  # since then nobody writes here
