"""Moving a workspace's catalogue, cases, accounts and jobs, so that it uses the new ones from then
on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from accounts import moving as accounts_moving
from accounts.place import Place as AccountsPlace
from casework import moving as casework_moving
from casework.place import Place as CasesPlace
from jobs import moving as jobs_moving
from reelprint import configuring
from reelprint.cases import place_of
from reelprint.people import place_of as accounts_of
from reelprint.working.files import FOLDER
from reelprint.working.worker import JOBS
from reelprint.workspace import CATALOG, SETTINGS, Workspace
from reference_catalog import moving
from reference_catalog.moving import Moved, Told
from reference_catalog.place import Place


@dataclass(frozen=True, slots=True)
class MovedAll:
    """What was moved."""

    catalogue: Moved
    cases: int
    accounts: int
    jobs: int


def move(workspace: Workspace, url: str | None, blobs: Path | None, told: Told) -> MovedAll:
    """Move the catalogue, the record of cases, the accounts and the jobs to the database at `url`,
    or into the workspace. The fingerprints go to `blobs`; without it they stay where they are, or
    come into the workspace with the database. Captures stay. Raises what `move` of
    `reference_catalog.moving`, `casework.moving`, `accounts.moving` and `jobs.moving` do;
    ValueError."""
    folder = blobs.absolute() if blobs else workspace.settings.blobs if url else None
    new = Place(workspace.home / CATALOG, url, folder)
    settings = workspace.home / SETTINGS
    text = configuring.placed(settings.read_text(encoding="utf-8"), new.url, new.blobs)
    old_cases, old_accounts = place_of(workspace), accounts_of(workspace)
    cases = accounts = jobs = 0

    def use_jobs() -> None:
        nonlocal jobs
        file, old = workspace.home / FOLDER / JOBS, workspace.settings.catalog
        jobs = jobs_moving.move(file, old, url, lambda: configuring.write(settings, text))

    def use() -> None:
        nonlocal accounts
        accounts = _accounts(old_accounts, url, use_jobs)

    def switch() -> None:
        nonlocal cases
        cases = _switched(old_cases, url, use)

    done = moving.move(workspace.place, new, switch, told)
    return MovedAll(done, cases, accounts, jobs)


def bring_cases(workspace: Workspace) -> int:
    """Move cases that were left in the folder to where the catalogue is; how many. Raises what
    `casework.moving.move` does."""
    there = place_of(workspace)
    left = CasesPlace(there.folder)
    if there.url is None or not left.holds_cases():
        return 0
    return casework_moving.move(left, there, lambda: None)


def bring_accounts(workspace: Workspace) -> int:
    """Move accounts that were left in the workspace to where its catalogue is; how many. Raises
    what `accounts.moving.move` does."""
    there = accounts_of(workspace)
    left = AccountsPlace(there.file)
    if there.url is None or not left.holds_accounts():
        return 0
    return accounts_moving.move(left, there, lambda: None)


def _accounts(old: AccountsPlace, url: str | None, use: Callable[[], None]) -> int:
    """Move the accounts, if there are any, and then use the new places."""
    if not old.holds_accounts():
        use()
        return 0
    return accounts_moving.move(old, AccountsPlace(old.file, url), use)


def _switched(old: CasesPlace, url: str | None, use: Callable[[], None]) -> int:
    """Move the cases, if there are any, and then use the new places."""
    if not old.holds_cases():
        use()
        return 0
    return casework_moving.move(old, CasesPlace(old.folder, url), use)
