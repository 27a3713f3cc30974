"""Organisations, accounts, what they log in with, what belongs to whom, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reference_catalog.engine import append_only
from reference_catalog.types import NUMBER, words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "organisation",
    "account",
    "api_key",
    "session",
    "one_time",
    "identity",
    "oidc_login",
    "attempts",
    "belonging",
    "audit",
    "audit_end",
)


def upgrade() -> None:
    """Make the first tables."""
    _people()
    _secrets()
    _logins()
    _belongings()
    _audit()
    append_only(op.get_bind(), "audit")


def downgrade() -> None:
    """Drop everything."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _people() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", words(63), nullable=False),
        sa.Column("name", words(200), nullable=False),
        sa.Column("kind", words(16), nullable=False),
        sa.Column("added_at", words(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_table(
        "account",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("actor", words(200), nullable=False),
        sa.Column("organisation", words(63), nullable=False),
        sa.Column("roles", words(200), nullable=False),
        sa.Column("password", words(200), nullable=True),
        sa.Column("added_at", words(32), nullable=False),
        sa.Column("disabled_at", words(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_account_organisation"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_account"),
        sa.UniqueConstraint("actor", name="uq_account_actor"),
    )
    op.create_index("ix_account_organisation", "account", ["organisation"])


def _secrets() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", words(18), nullable=False),
        sa.Column("digest", words(64), nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("label", words(200), nullable=False),
        sa.Column("roles", words(200), nullable=False),
        sa.Column("issued_at", words(32), nullable=False),
        sa.Column("expires_at", words(32), nullable=True),
        sa.Column("revoked_at", words(32), nullable=True),
        sa.Column("used_at", words(32), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.number"], name="fk_api_key_account"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("digest", name="uq_api_key_digest"),
    )
    op.create_index("ix_api_key_account", "api_key", ["account"])
    op.create_table(
        "session",
        sa.Column("digest", words(64), nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("started_at", words(32), nullable=False),
        sa.Column("seen_at", words(32), nullable=False),
        sa.Column("ends_at", words(32), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.number"], name="fk_session_account"),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
    )
    op.create_index("ix_session_account", "session", ["account"])
    op.create_table(
        "one_time",
        sa.Column("digest", words(64), nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("ends_at", words(32), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.number"], name="fk_one_time_account"),
        sa.PrimaryKeyConstraint("digest", name="pk_one_time"),
    )


def _logins() -> None:
    op.create_table(
        "identity",
        sa.Column("issuer", words(300), nullable=False),
        sa.Column("subject", words(255), nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("bound_at", words(32), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.number"], name="fk_identity_account"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_identity"),
        sa.UniqueConstraint("account", "issuer", name="uq_identity_account_issuer"),
    )
    op.create_table(
        "oidc_login",
        sa.Column("state", words(64), nullable=False),
        sa.Column("browser", words(64), nullable=False),
        sa.Column("nonce", words(64), nullable=False),
        sa.Column("verifier", words(64), nullable=False),
        sa.Column("path", words(500), nullable=False),
        sa.Column("ends_at", words(32), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_oidc_login"),
    )
    op.create_index("ix_oidc_login_ends_at", "oidc_login", ["ends_at"])
    op.create_table(
        "attempts",
        sa.Column("name", words(80), nullable=False),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_attempts"),
    )
    op.create_index("ix_attempts_at", "attempts", ["at"])


def _belongings() -> None:
    op.create_table(
        "belonging",
        sa.Column("kind", words(16), nullable=False),
        sa.Column("name", words(200), nullable=False),
        sa.Column("organisation", words(63), nullable=False),
        sa.Column("claimed_at", words(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_belonging_organisation"
        ),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_belonging"),
    )
    op.create_index("ix_belonging_organisation_kind", "belonging", ["organisation", "kind"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("n", NUMBER, autoincrement=False, nullable=False),
        sa.Column("organisation", words(63), nullable=True),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_audit"),
    )
    op.create_index("ix_audit_organisation_n", "audit", ["organisation", "n"])
    op.create_table(
        "audit_end",
        sa.Column("one", NUMBER, autoincrement=False, nullable=False),
        sa.Column("entries", NUMBER, nullable=False),
        sa.Column("sha256", words(64), nullable=False),
        sa.PrimaryKeyConstraint("one", name="pk_audit_end"),
    )
    op.create_table(
        "moved",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("place", words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moved"),
    )
