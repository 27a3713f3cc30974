"""Where a record of cases was moved to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reference_catalog.types import words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "moved",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_moved"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("moved")
