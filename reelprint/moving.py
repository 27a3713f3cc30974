"""Moving a workspace's catalogue and cases, so that it uses the new ones from then on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from casework import moving as casework_moving
from casework.place import Place as CasesPlace
from reelprint import configuring
from reelprint.cases import place_of
from reelprint.workspace import CATALOG, SETTINGS, Workspace
from reference_catalog import moving
from reference_catalog.moving import Moved, Told
from reference_catalog.place import Place


@dataclass(frozen=True, slots=True)
class MovedAll:
    """What was moved."""

    catalogue: Moved
    cases: int


def move(workspace: Workspace, url: str | None, blobs: Path | None, told: Told) -> MovedAll:
    """Move the catalogue and the record of cases to the database at `url`, or into the workspace.
    The fingerprints go to `blobs`; without it they stay where they are, or come into the workspace
    with the database. Captures stay. Raises what `reference_catalog.moving.move` and
    `casework.moving.move` do; ValueError."""
    folder = blobs.absolute() if blobs else workspace.settings.blobs if url else None
    new = Place(workspace.home / CATALOG, url, folder)
    settings = workspace.home / SETTINGS
    text = configuring.placed(settings.read_text(encoding="utf-8"), new.url, new.blobs)
    old_cases, cases = place_of(workspace), 0

    def switch() -> None:
        nonlocal cases
        cases = _switched(old_cases, url, lambda: configuring.write(settings, text))

    done = moving.move(workspace.place, new, switch, told)
    return MovedAll(done, cases)


def bring_cases(workspace: Workspace) -> int:
    """Move cases that were left in the folder to where the catalogue is; how many. Raises what
    `casework.moving.move` does."""
    there = place_of(workspace)
    left = CasesPlace(there.folder)
    if there.url is None or not left.holds_cases():
        return 0
    return casework_moving.move(left, there, lambda: None)


def _switched(old: CasesPlace, url: str | None, use: Callable[[], None]) -> int:
    """Move the cases, if there are any, and then use the new places."""
    if not old.holds_cases():
        use()
        return 0
    return casework_moving.move(old, CasesPlace(old.folder, url), use)
