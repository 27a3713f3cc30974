"""The accounts of a workspace: where they are, and the first one."""

from __future__ import annotations

from pathlib import Path

from accounts.auditing import By
from accounts.place import Place
from accounts.roles import ROLES
from accounts.store import Accounts
from reelprint.workspace import Workspace, default_home

FILE = Path("service") / "accounts.sqlite"
LOCAL, FIRST = "local", "admin@local"


def place_of(workspace: Workspace) -> Place:
    """Where the accounts of a workspace are: with its catalogue."""
    return Place(workspace.home / FILE, workspace.settings.catalog)


def create_accounts(home: Path | None) -> Accounts:
    """The accounts of a workspace, made if there are none."""
    place = place_of(Workspace.open(home or default_home()))
    return Accounts.create(place.file, place.url)


def open_accounts(home: Path | None) -> Accounts:
    """The accounts of a workspace. Raises AccountsMissing."""
    place = place_of(Workspace.open(home or default_home()))
    return Accounts.open(place.file, place.url)


def begin(accounts: Accounts, by: By = None) -> str | None:
    """Where there is no organisation, make one, of one person who may do everything, and give a
    token that logs them in once; else None."""
    return accounts.begin(LOCAL, "Local", FIRST, ROLES, by=by)
