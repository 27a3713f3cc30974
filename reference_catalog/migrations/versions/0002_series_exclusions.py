"""The series of a work, and ranges of references that count nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reference_catalog.types import NUMBER, words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table."""
    op.add_column("work", sa.Column("series", words(), nullable=True))
    op.create_table(
        "exclusion",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("reason", words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["work_reference.number"], name="fk_exclusion_number", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "start_s", "end_s", name="pk_exclusion"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("exclusion")
    op.drop_column("work", "series")
