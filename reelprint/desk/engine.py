"""What gives answers here: nothing of anybody's, so whoever is let in may know it."""

from __future__ import annotations

from dataclasses import dataclass

import reelprint
from matchers.calibration import calibration
from reelprint.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class InUse:
    """The engine of a workspace, as answers name it."""

    version: str
    calibration: str
    schemes: tuple[str, ...]
    bound: float  # E-value up to which matches are reported


def in_use(desk: Desk) -> InUse:
    """That of the desk."""
    settings = desk.workspace.settings
    return InUse(reelprint.__version__, calibration().name, settings.searched, settings.max_e_value)
