"""`reelprint catalog move`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from reelprint.exits import FOUND
from reelprint.moving import move as move_catalog
from reelprint.workspace import Workspace, default_home

EMBEDDED = "sqlite"


def move(target: str, blobs: Path | None, as_json: bool, home: Path | None) -> int:
    """Move the catalogue and say what was moved; the exit code."""
    workspace = Workspace.open(home or default_home())
    url = None if target == EMBEDDED else target
    with Progress(console=Console(stderr=True), disable=as_json, transient=True) as progress:
        task = progress.add_task("fingerprints", total=None)
        moved = move_catalog(
            *(workspace, url, blobs),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    if as_json:
        print(json.dumps(asdict(moved)))
    else:
        print(
            f"the catalogue is in {moved.database} now: {moved.rows} rows, {moved.fingerprints} "
            f"fingerprints ({moved.fingerprint_bytes / 1e6:.1f} MB) in {moved.blobs}"
        )
    return FOUND
