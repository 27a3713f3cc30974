"""Moving a workspace's catalogue, so that the workspace uses the new one from then on."""

from __future__ import annotations

from pathlib import Path

from reelprint import configuring
from reelprint.workspace import CATALOG, SETTINGS, Workspace
from reference_catalog import moving
from reference_catalog.moving import Moved, Told
from reference_catalog.place import Place


def move(workspace: Workspace, url: str | None, blobs: Path | None, told: Told) -> Moved:
    """Move the catalogue to the database at `url`, or into the workspace. The fingerprints go to
    `blobs`; without it they stay where they are, or come into the workspace with the database.
    Raises what `reference_catalog.moving.move` does; ValueError."""
    folder = blobs.absolute() if blobs else workspace.settings.blobs if url else None
    new = Place(workspace.home / CATALOG, url, folder)
    settings = workspace.home / SETTINGS
    text = configuring.placed(settings.read_text(encoding="utf-8"), new.url, new.blobs)
    return moving.move(workspace.place, new, lambda: configuring.write(settings, text), told)
