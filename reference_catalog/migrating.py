"""How Alembic runs migrations: on the connection and in the transaction of the caller."""

from __future__ import annotations

from alembic import context
from sqlalchemy import MetaData


def run(tables: MetaData) -> None:
    """Run what the command asks for on `config.attributes["connection"]`."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=tables,
        render_as_batch=True,  # SQLite alters a table by copying it
    )
    with context.begin_transaction():
        context.run_migrations()
