"""Where Alembic begins."""

from __future__ import annotations

from reference_catalog.migrating import run
from reference_catalog.models import Base

# Alembic's own name for this file; under any other it is only being imported.
if __name__ == "env_py":
    run(Base.metadata)
