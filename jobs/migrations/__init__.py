"""Alembic's scripts, run by `reference_catalog.schema`."""
