"""The tables, as SQLAlchemy declarative models. Nothing here is peculiar to one database.

A change here needs a migration beside it in `migrations/versions` and a new `SCHEMA`; a test
holds the two against each other. Moments are texts of RFC 3339 in UTC, all equally long, so that
their order is that of time.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from reference_catalog.models import NAMES
from reference_catalog.types import NUMBER, words

SCHEMA = "0002"  # the newest migration


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)


class JobRow(Base):
    """One job. `payload`, `progress`, `result` and `problem` are JSON, in ASCII."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("organisation", "key"),
        Index(None, "organisation", "state", "due_at", "number"),  # whose turn it is
        Index(None, "organisation", "number"),  # a listing, newest first
        Index(None, "state", "due_at"),  # what waits longest, and the few that run
        Index(None, "kind", "state", "due_at"),  # whether any is due, and how many there are
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    id: Mapped[str] = mapped_column(words(34), unique=True)
    kind: Mapped[str] = mapped_column(words(32))
    organisation: Mapped[str] = mapped_column(words(100))
    actor: Mapped[str] = mapped_column(words(320))
    key: Mapped[str | None] = mapped_column(words(200))  # of idempotency
    key_of: Mapped[str | None] = mapped_column(words(64))  # SHA-256 of what it stands for
    payload: Mapped[str] = mapped_column(words())
    state: Mapped[str] = mapped_column(words(16))
    attempts: Mapped[int] = mapped_column(Integer)
    most_attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[str] = mapped_column(words(32))
    worker: Mapped[str | None] = mapped_column(words(100))
    token: Mapped[str | None] = mapped_column(words(32))  # of the lease
    lease_until: Mapped[str | None] = mapped_column(words(32))
    cancelling: Mapped[bool] = mapped_column(Boolean)  # asked for while it runs
    progress: Mapped[str | None] = mapped_column(words())
    result: Mapped[str | None] = mapped_column(words())
    problem: Mapped[str | None] = mapped_column(words())
    created_at: Mapped[str] = mapped_column(words(32))
    started_at: Mapped[str | None] = mapped_column(words(32))
    ended_at: Mapped[str | None] = mapped_column(words(32), index=True)


class TurnRow(Base):
    """When an organisation had its last turn, counted in turns."""

    __tablename__ = "turn"

    organisation: Mapped[str] = mapped_column(words(100), primary_key=True)
    taken: Mapped[int] = mapped_column(NUMBER)


class HookRow(Base):
    """Where an organisation wants to be told how its jobs end."""

    __tablename__ = "hook"

    id: Mapped[str] = mapped_column(words(34), primary_key=True)
    organisation: Mapped[str] = mapped_column(words(100), index=True)
    actor: Mapped[str] = mapped_column(words(320))
    url: Mapped[str] = mapped_column(words())
    secret: Mapped[str] = mapped_column(words(100))
    events: Mapped[str] = mapped_column(words())  # a JSON list
    created_at: Mapped[str] = mapped_column(words(32))


class DutyRow(Base):
    """Who does now what one process at a time does, and until when unless it is heard of."""

    __tablename__ = "duty"

    name: Mapped[str] = mapped_column(words(32), primary_key=True)
    token: Mapped[str] = mapped_column(words(32))
    until: Mapped[str] = mapped_column(words(32))
