"""Where Alembic begins."""

from __future__ import annotations

from accounts.models import Base
from reference_catalog.migrating import run

# Alembic's own name for this file; under any other it is only being imported.
if __name__ == "env_py":
    run(Base.metadata)
