"""Which package of fingerprints a reference came in, and whose packages may change a work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reference_catalog.types import NUMBER, words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table."""
    op.add_column("work", sa.Column("holder", words(64), nullable=True))
    op.create_table(
        "origin",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("package", words(64), nullable=False),
        sa.Column("signer", words(64), nullable=True),
        sa.Column("made_at", words(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["work_reference.number"], name="fk_origin_number", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_origin"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("origin")
    op.drop_column("work", "holder")
