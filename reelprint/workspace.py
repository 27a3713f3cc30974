"""A workspace: one folder with a catalogue, its index and the settings they are used under."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from index.store import Index
from reference_catalog.catalog import Catalog

HOME_VARIABLE = "REELPRINT_HOME"
DEFAULT_HOME = Path("reelprint-data")
SETTINGS = "settings.toml"
SETTINGS_TEXT = """\
# A match is reported only if chance would give fewer than this many matches as good
# in a search of this size.
max_e_value = 1e-4

# How the works of this workspace are fingerprinted. Changing it counts for new works only.
schemes = ["video-dct256-1", "audio-landmark-1"]
"""


class NoWorkspace(OSError):
    """There is no workspace in the folder; the message says how to make one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace decides."""

    max_e_value: float
    schemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that has been initialised."""

    home: Path
    settings: Settings

    @classmethod
    def create(cls, home: Path) -> Workspace:
        """Make a workspace, or open the one that is there."""
        home.mkdir(parents=True, exist_ok=True)
        if not (home / SETTINGS).exists():
            (home / SETTINGS).write_text(SETTINGS_TEXT, encoding="utf-8")
        Catalog.create(home / "catalog").close()
        return cls.open(home)

    @classmethod
    def open(cls, home: Path) -> Workspace:
        """Open a workspace. Raises NoWorkspace, ValueError on bad settings."""
        if not (home / SETTINGS).is_file():
            raise NoWorkspace(f"there is no workspace in {home}: make one with `reelprint init`")
        return cls(home, _settings(home / SETTINGS))

    def catalog(self) -> Catalog:
        """The truth."""
        return Catalog.open(self.home / "catalog")

    def index(self, catalog: Catalog) -> Index:
        """The index, brought up to date with the catalogue."""
        index = Index(self.home / "index")
        for scheme in self.settings.schemes:
            missing = sorted(set(catalog.numbers(scheme)) - index.numbers(scheme))
            index.add(scheme, {n: catalog.fingerprint(n, scheme) for n in missing})
            index.remove(index.numbers(scheme) - set(catalog.numbers(scheme)))
        return index


def default_home() -> Path:
    """The workspace folder that commands use when none is named."""
    return Path(os.environ.get(HOME_VARIABLE, DEFAULT_HOME))


def _settings(path: Path) -> Settings:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        settings = Settings(float(data["max_e_value"]), tuple(map(str, data["schemes"])))
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error} is missing or not of its kind") from error
    if not 0 < settings.max_e_value <= 1:
        raise ValueError(f"{path}: max_e_value must lie between 0 and 1")
    return settings
