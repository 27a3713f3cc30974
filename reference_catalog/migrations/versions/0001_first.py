"""Works, identifiers, references and fingerprints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reference_catalog.types import NUMBER, words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    _works()
    _references()


def _works() -> None:
    op.create_table(
        "work",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("work_id", words(200), nullable=False),
        sa.Column("title", words(), nullable=False),
        sa.Column("kind", words(16), nullable=False),
        sa.Column("owner", words(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.UniqueConstraint("work_id", name="uq_work_work_id"),
    )
    op.create_table(
        "work_identifier",
        sa.Column("work", NUMBER, nullable=False),
        sa.Column("scheme", words(16), nullable=False),
        sa.Column("value", words(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["work"], ["work.id"], name="fk_work_identifier_work", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("work", "scheme", "value", name="pk_work_identifier"),
    )


def _references() -> None:
    op.create_table(
        "work_reference",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("work", NUMBER, nullable=False),
        sa.Column("sha256", words(64), nullable=False),
        sa.Column("source", words(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("losses", sa.JSON(), nullable=False),
        sa.Column("registered_at", words(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["work"], ["work.id"], name="fk_work_reference_work", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_work_reference"),
        sa.UniqueConstraint("sha256", name="uq_work_reference_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_work_reference_work", "work_reference", ["work"])
    op.create_table(
        "fingerprint",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("scheme", words(64), nullable=False),
        sa.Column("blob_sha256", words(64), nullable=False),
        sa.Column("codes", NUMBER, nullable=False),
        sa.Column("bytes", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["work_reference.number"], name="fk_fingerprint_number", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "scheme", name="pk_fingerprint"),
    )
    op.create_index("ix_fingerprint_blob_sha256", "fingerprint", ["blob_sha256"])
    op.create_index("ix_fingerprint_scheme_number", "fingerprint", ["scheme", "number"])


def downgrade() -> None:
    """Drop everything."""
    op.drop_table("fingerprint")
    op.drop_table("work_reference")
    op.drop_table("work_identifier")
    op.drop_table("work")
