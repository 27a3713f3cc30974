"""The cases of a workspace, and who acts in them."""

from __future__ import annotations

import getpass
from pathlib import Path

from capture.clock import Clock
from casework.place import Place
from casework.store import CaseStore
from reelprint.exits import Usage
from reelprint.workspace import Workspace, default_home

FOLDER = "cases"


def place_of(workspace: Workspace) -> Place:
    """Where the cases of a workspace are: the record where its catalogue is, the captures in it."""
    return Place(workspace.home / FOLDER, workspace.settings.catalog)


def create_cases(home: Path | None, clock: Clock | None = None) -> CaseStore:
    """The record of cases of a workspace, made if there is none. Raises CasesLeft."""
    place = place_of(Workspace.open(home or default_home()))
    return CaseStore.create(place.folder, clock, url=place.url)


def open_cases(home: Path | None) -> CaseStore:
    """The record of cases of a workspace. Raises CasesMissing, CasesLeft."""
    place = place_of(Workspace.open(home or default_home()))
    return CaseStore.open(place.folder, url=place.url)


def acting(by: str | None) -> str:
    """Who acts: who was named, or who is logged in. Raises Usage."""
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, LookupError, ImportError) as error:
        raise Usage("say who does this with --by or REELPRINT_ACTOR") from error
