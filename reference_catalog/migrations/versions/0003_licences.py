"""Who may distribute a work, where and when, and whether that is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reference_catalog.types import NUMBER, words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table."""
    op.add_column(
        "work",
        sa.Column("rights_known", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "licence",
        sa.Column("work", NUMBER, nullable=False),
        sa.Column("distributor", words(253), nullable=False),
        sa.Column("territories", words(1000), nullable=False),
        sa.Column("start", words(32), nullable=False),
        sa.Column("end", words(32), nullable=False),
        sa.ForeignKeyConstraint(["work"], ["work.id"], name="fk_licence_work", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(
            "work", "distributor", "territories", "start", "end", name="pk_licence"
        ),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("licence")
    op.drop_column("work", "rights_known")
