"""Duties, each of one process at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reference_catalog.types import words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "duty",
        sa.Column("name", words(32), nullable=False),
        sa.Column("token", words(32), nullable=False),
        sa.Column("until", words(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_duty"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("duty")
