"""`reelprint timestamp`."""

from __future__ import annotations

import json
from pathlib import Path

from evidence.adding import add_stamp
from reelprint.exits import FOUND, NOTHING_FOUND
from reelprint.prompting import WITHIN_S as SOON_S
from reelprint.prompting import Prompter
from reelprint.showing.plain import plain
from reelprint.stamping import book
from reelprint.workspace import Workspace, default_home


def prompter_of(tsa: str | None, allow_private: bool, home: Path | None) -> Prompter:
    """Who asks for stamps over captures as they are made."""
    return Prompter(book(Workspace.open(home or default_home()), tsa, allow_private, SOON_S))


def timestamp(
    package: Path | None, tsa: str | None, allow_private: bool, as_json: bool, home: Path | None
) -> int:
    """Ask for what waits, or put a stamp into a package; the exit code, 1 if any still waits."""
    stamps = book(Workspace.open(home or default_home()), tsa, allow_private)
    if package is not None:
        done = add_stamp(package, stamps.stamp)
        said = {"package": str(package), "time_stamped": done}
        print(json.dumps(said) if as_json else plain(f"{package}: {_state(done)}"))
        return FOUND if done else NOTHING_FOUND
    waits = False
    for name, why in stamps.ask_again():
        waits |= why is not None
        said = {"sha256": name, "time_stamped": why is None, "reason": why}
        print(json.dumps(said) if as_json else plain(f"{name}: {why or _state(True)}"))
    return NOTHING_FOUND if waits else FOUND


def _state(done: bool) -> str:
    return "time-stamped" if done else "not yet time-stamped"
