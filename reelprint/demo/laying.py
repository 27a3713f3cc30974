"""What the demos begin with: a folder of their own, and registered works."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from reelprint.pipeline import Item, register
from reelprint.workspace import Workspace
from reference_catalog.manifest import read_manifest

Report = Callable[[str], None]

# Beside these the folder holds nothing of ours; only a folder with the mark is written over.
MARK = ".reelprint-demo"


def clear(out: Path, *folders: str) -> None:
    """Make the folder, with empty ones in it. Raises FileExistsError if it holds other files."""
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()) and not (out / MARK).exists():
        raise FileExistsError(f"{out} holds other files: name an empty folder, or a new one")
    (out / MARK).touch()
    for folder in folders:
        shutil.rmtree(out / folder, ignore_errors=True)
        (out / folder).mkdir()


def register_works(workspace: Workspace, manifest: Path, jobs: int | None, report: Report) -> int:
    """Register the works of a manifest; how many there are."""
    rows = read_manifest(manifest)
    report(f"registering {len(rows)} works")
    items = [Item(row.path, row.details) for row in rows]
    outcomes = list(register(workspace, items, jobs))
    for outcome in outcomes:
        if outcome.outcome == "failed":
            report(f"{outcome.path.name} could not be registered: {outcome.reason}")
    return sum(outcome.outcome == "registered" for outcome in outcomes)
