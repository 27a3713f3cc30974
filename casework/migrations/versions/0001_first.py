"""The custody log, and what was recorded with its lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from reference_catalog.engine import append_only
from reference_catalog.types import words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "custody",
        sa.Column("case_id", words(64), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_custody"),
    )
    op.create_table(
        "record",
        sa.Column("case_id", words(64), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", words(16), nullable=False),
        sa.Column("name", words(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "n"], ["custody.case_id", "custody.n"], name="fk_record_case_id_n"
        ),
        sa.PrimaryKeyConstraint("case_id", "n", name="pk_record"),
        sa.UniqueConstraint("case_id", "kind", "name", name="uq_record_case_id_kind_name"),
    )
    for table in ("custody", "record"):
        append_only(op.get_bind(), table)


def downgrade() -> None:
    """Drop everything."""
    op.drop_table("record")
    op.drop_table("custody")
