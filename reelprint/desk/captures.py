"""What captures of a case say of themselves: how they play, and what they lack."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts.principal import Principal
from capture.inside import read
from capture.store import MANIFEST
from capture.verifying import MOST_MANIFEST
from reelprint.desk.caseroom import case_for
from reelprint.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Received:
    """The pieces of a capture in the order in which they play, and its gaps, as its manifest has
    them."""

    media: tuple[Mapping[str, Any], ...]
    gaps: tuple[Mapping[str, Any], ...]


def received(
    desk: Desk, who: Principal, case_id: str, captures: Collection[str]
) -> dict[str, Received | None]:
    """What captures of a case received, by their names; None of one that was cut short or cannot
    be read. That they were looked at stands in the case's log. Raises NotAllowed, NotFound."""
    with case_for(desk, who, "cases.read", case_id, part="captures") as store:
        dossier = store.dossier(case_id, who.actor, "shown", part="captures")
        there = {one.capture for one in dossier.samples}
        folder = store.captures(case_id)
        return {name: _read(folder / name) for name in captures if name in there}


def _read(folder: Path) -> Received | None:
    try:
        said = json.loads(read(folder, MANIFEST, MOST_MANIFEST))
        return Received(tuple(said["media"]), tuple(said["gaps"]))
    except (OSError, ValueError, LookupError, TypeError):
        return None
