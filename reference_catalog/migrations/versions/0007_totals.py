"""What works are sorted by of all their references, in one index."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WORK, _TOTALS = "ix_work_reference_work", "ix_work_reference_work_duration_s_registered_at"


def upgrade() -> None:
    """Put it in place of that of the work alone, with which it begins."""
    op.create_index(_TOTALS, "work_reference", ["work", "duration_s", "registered_at"])
    op.drop_index(_WORK, "work_reference")


def downgrade() -> None:
    """The other way."""
    op.create_index(_WORK, "work_reference", ["work"])
    op.drop_index(_TOTALS, "work_reference")
