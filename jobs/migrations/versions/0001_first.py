"""Jobs, turns and webhooks."""

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
    _jobs()
    op.create_table(
        "turn",
        sa.Column("organisation", words(100), nullable=False),
        sa.Column("taken", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("organisation", name="pk_turn"),
    )
    op.create_table(
        "hook",
        sa.Column("id", words(34), nullable=False),
        sa.Column("organisation", words(100), nullable=False),
        sa.Column("actor", words(320), nullable=False),
        sa.Column("url", words(), nullable=False),
        sa.Column("secret", words(100), nullable=False),
        sa.Column("events", words(), nullable=False),
        sa.Column("created_at", words(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hook"),
    )
    op.create_index("ix_hook_organisation", "hook", ["organisation"])


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("id", words(34), nullable=False),
        sa.Column("kind", words(32), nullable=False),
        sa.Column("organisation", words(100), nullable=False),
        sa.Column("actor", words(320), nullable=False),
        sa.Column("key", words(200), nullable=True),
        sa.Column("key_of", words(64), nullable=True),
        sa.Column("payload", words(), nullable=False),
        sa.Column("state", words(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", words(32), nullable=False),
        sa.Column("worker", words(100), nullable=True),
        sa.Column("token", words(32), nullable=True),
        sa.Column("lease_until", words(32), nullable=True),
        sa.Column("cancelling", sa.Boolean(), nullable=False),
        sa.Column("progress", words(), nullable=True),
        sa.Column("result", words(), nullable=True),
        sa.Column("problem", words(), nullable=True),
        sa.Column("created_at", words(32), nullable=False),
        sa.Column("started_at", words(32), nullable=True),
        sa.Column("ended_at", words(32), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_job"),
        sa.UniqueConstraint("id", name="uq_job_id"),
        sa.UniqueConstraint("organisation", "key", name="uq_job_organisation_key"),
        sqlite_autoincrement=True,
    )
    for columns in (
        ["organisation", "state", "due_at", "number"],
        ["organisation", "number"],
        ["state", "due_at"],
        ["kind", "state", "due_at"],
        ["ended_at"],
    ):
        op.create_index(f"ix_job_{'_'.join(columns)}", "job", columns)


def downgrade() -> None:
    """Drop everything."""
    op.drop_table("hook")
    op.drop_table("turn")
    op.drop_table("job")
