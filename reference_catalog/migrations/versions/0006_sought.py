"""What works are searched and sorted by."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

from reference_catalog.types import NUMBER, words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_AT_ONCE = 1000  # works
_MOST_SORTED = 100  # characters

_work = sa.table(
    "work",
    sa.column("id", NUMBER),
    *(sa.column(name, words()) for name in ("work_id", "title", "owner", "series")),
    *(sa.column(name, words()) for name in ("sort_title", "sought")),
)


def upgrade() -> None:
    """Add two columns, and say of each work what stands in them."""
    op.add_column("work", sa.Column("sort_title", words(100), nullable=False, server_default=""))
    op.add_column("work", sa.Column("sought", words(), nullable=False, server_default=""))
    _fill(op.get_bind())
    op.create_index("ix_work_sort_title_work_id", "work", ["sort_title", "work_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_work_sort_title_work_id", "work")
    with op.batch_alter_table("work") as table:
        table.drop_column("sought")
        table.drop_column("sort_title")


def _fill(connection: sa.Connection) -> None:
    said = sa.select(*(_work.c[name] for name in ("id", "work_id", "title", "owner", "series")))
    change = sa.update(_work).where(_work.c.id == sa.bindparam("at"))
    put = change.values(sort_title=sa.bindparam("sorted"), sought=sa.bindparam("found"))
    after = -1
    while rows := connection.execute(
        said.where(_work.c.id > after).order_by(_work.c.id).limit(_AT_ONCE)
    ).all():
        connection.execute(put, [_folded(*row) for row in rows])
        after = rows[-1].id


# As it is on the day of this migration, whatever becomes of `reference_catalog.listing`.
def _folded(
    number: int, work_id: str, title: str, owner: str | None, series: str | None
) -> dict[str, object]:
    sought = "\n".join((title, work_id, owner or "", series or ""))
    return {"at": number, "sorted": _fold(title)[:_MOST_SORTED], "found": _fold(sought)}


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
