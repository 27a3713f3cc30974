"""The cases of a workspace, and who acts in them."""

from __future__ import annotations

import getpass
from pathlib import Path

from capture.clock import Clock
from casework.store import CaseStore
from reelprint.exits import Usage
from reelprint.workspace import Workspace, default_home

FOLDER = "cases"


def create_cases(home: Path | None, clock: Clock | None = None) -> CaseStore:
    """The record of cases of a workspace, made if there is none."""
    return CaseStore.create(Workspace.open(home or default_home()).home / FOLDER, clock)


def open_cases(home: Path | None) -> CaseStore:
    """The record of cases of a workspace. Raises CasesMissing."""
    return CaseStore.open(Workspace.open(home or default_home()).home / FOLDER)


def acting(by: str | None) -> str:
    """Who acts: who was named, or who is logged in. Raises Usage."""
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, LookupError, ImportError) as error:
        raise Usage("say who does this with --by or REELPRINT_ACTOR") from error
