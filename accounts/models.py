"""The tables, as SQLAlchemy declarative models. Nothing here is peculiar to one database.

A change here needs a migration beside it in `migrations/versions` and a new `SCHEMA`; a test
holds the two against each other. Moments are RFC 3339 in UTC with microseconds, so that their
order is that of their texts; digests are SHA-256 in hex.
"""

from __future__ import annotations

from sqlalchemy import Double, ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from reference_catalog.models import NAMES
from reference_catalog.types import NUMBER, words

SCHEMA = "0001"  # the newest migration


class Base(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMES)


class OrganisationRow(Base):
    """Whose people they are."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(words(63), primary_key=True)
    name: Mapped[str] = mapped_column(words(200))
    kind: Mapped[str] = mapped_column(words(16))
    added_at: Mapped[str] = mapped_column(words(32))


class AccountRow(Base):
    """A person or a program. None is deleted: names in logs stay those of one account."""

    __tablename__ = "account"

    number: Mapped[int] = mapped_column(NUMBER, primary_key=True)
    actor: Mapped[str] = mapped_column(words(200), unique=True)
    organisation: Mapped[str] = mapped_column(words(63), ForeignKey("organisation.id"), index=True)
    roles: Mapped[str] = mapped_column(words(200))  # with blanks between
    password: Mapped[str | None] = mapped_column(words(200))  # argon2id
    added_at: Mapped[str] = mapped_column(words(32))
    disabled_at: Mapped[str | None] = mapped_column(words(32))

    home: Mapped[OrganisationRow] = relationship()


class KeyRow(Base):
    """An API key."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(words(18), primary_key=True)
    digest: Mapped[str] = mapped_column(words(64), unique=True)
    account: Mapped[int] = mapped_column(NUMBER, ForeignKey("account.number"), index=True)
    label: Mapped[str] = mapped_column(words(200))
    roles: Mapped[str] = mapped_column(words(200))
    issued_at: Mapped[str] = mapped_column(words(32))
    expires_at: Mapped[str | None] = mapped_column(words(32))
    revoked_at: Mapped[str | None] = mapped_column(words(32))
    used_at: Mapped[str | None] = mapped_column(words(32))  # within some minutes

    owner: Mapped[AccountRow] = relationship()


class SessionRow(Base):
    """Somebody who is logged in with a browser."""

    __tablename__ = "session"

    digest: Mapped[str] = mapped_column(words(64), primary_key=True)
    account: Mapped[int] = mapped_column(NUMBER, ForeignKey("account.number"), index=True)
    started_at: Mapped[str] = mapped_column(words(32))
    seen_at: Mapped[str] = mapped_column(words(32))  # within a minute
    ends_at: Mapped[str] = mapped_column(words(32))  # whatever happens

    owner: Mapped[AccountRow] = relationship()


class OneTimeRow(Base):
    """A token that logs its account in once."""

    __tablename__ = "one_time"

    digest: Mapped[str] = mapped_column(words(64), primary_key=True)
    account: Mapped[int] = mapped_column(NUMBER, ForeignKey("account.number"))
    ends_at: Mapped[str] = mapped_column(words(32))

    owner: Mapped[AccountRow] = relationship()


class IdentityRow(Base):
    """Who an account is to an OpenID provider."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("account", "issuer"),)

    issuer: Mapped[str] = mapped_column(words(300), primary_key=True)
    subject: Mapped[str] = mapped_column(words(255), primary_key=True)
    account: Mapped[int] = mapped_column(NUMBER, ForeignKey("account.number"))
    bound_at: Mapped[str] = mapped_column(words(32))

    owner: Mapped[AccountRow] = relationship()


class LoginRow(Base):
    """A log-in that was sent to an OpenID provider and has not come back."""

    __tablename__ = "oidc_login"

    state: Mapped[str] = mapped_column(words(64), primary_key=True)  # its digest
    browser: Mapped[str] = mapped_column(words(64))  # the digest of its cookie
    nonce: Mapped[str] = mapped_column(words(64))
    verifier: Mapped[str] = mapped_column(words(64))
    path: Mapped[str] = mapped_column(words(500))  # where the browser was going
    ends_at: Mapped[str] = mapped_column(words(32), index=True)


class AttemptsRow(Base):
    """How often log-ins failed for one name, or from one address."""

    __tablename__ = "attempts"

    name: Mapped[str] = mapped_column(words(80), primary_key=True)  # a kind and a digest
    failures: Mapped[int] = mapped_column(NUMBER)
    at: Mapped[float] = mapped_column(Double, index=True)  # the last; seconds since 1970


class BelongingRow(Base):
    """Which organisation a work or a case belongs to, whether it is there or not."""

    __tablename__ = "belonging"
    __table_args__ = (Index(None, "organisation", "kind"),)

    kind: Mapped[str] = mapped_column(words(16), primary_key=True)
    name: Mapped[str] = mapped_column(words(200), primary_key=True)
    organisation: Mapped[str] = mapped_column(words(63), ForeignKey("organisation.id"))
    claimed_at: Mapped[str] = mapped_column(words(32))


class AuditRow(Base):
    """One line of the audit log, to the byte, without its line feed."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "organisation", "n"),)

    n: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    organisation: Mapped[str | None] = mapped_column(
        words(63)
    )  # whose people acted, or were meant to
    line: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEndRow(Base):
    """How far the audit log goes: one row, so that what is gone from the end is missed."""

    __tablename__ = "audit_end"

    one: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    entries: Mapped[int] = mapped_column(NUMBER)
    sha256: Mapped[str] = mapped_column(words(64))  # of the last line, with its line feed


class MovedRow(Base):
    """Where all of this was moved to: at most one row."""

    __tablename__ = "moved"

    id: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(words())
