"""How Alembic runs the migrations: on the connection and in the transaction of the caller."""

from __future__ import annotations

from alembic import context

from reference_catalog.models import Base


def run() -> None:
    """Run what the command asks for on `config.attributes["connection"]`."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite alters a table by copying it
    )
    with context.begin_transaction():
        context.run_migrations()


# Alembic's own name for this file; under any other it is only being imported.
if __name__ == "env_py":
    run()
