"""Which catalogue this is, where its fingerprints are, and whether it was moved."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

from reference_catalog.types import words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table of one row."""
    made = op.create_table(
        "catalogue",
        sa.Column("identity", words(32), nullable=False),
        sa.Column("blobs", words(), nullable=True),
        sa.Column("moved_to", words(), nullable=True),
        sa.PrimaryKeyConstraint("identity", name="pk_catalogue"),
    )
    op.bulk_insert(made, [{"identity": uuid.uuid4().hex}])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("catalogue")
