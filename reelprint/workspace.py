"""A workspace: one folder with a catalogue, its index and the settings they are used under."""

from __future__ import annotations

import json
import logging
import math
import os
import shutil
import tomllib
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from fingerprint.registry import FOR_OTHERS, KEPT_BESIDE
from fingerprint.scheme import Fingerprint
from index.manifest import Incompatible
from index.store import Index
from reelprint.cage.limits import GIB, MEMORY_BYTES
from reference_catalog.catalog import Catalog, Effective
from reference_catalog.errors import DamagedBlob, NoSuchFingerprint
from reference_catalog.excluding import NOTHING_EXCLUDED

BATCH = 256  # references whose fingerprints are in memory at once
DEFAULT_HOME = Path("reelprint-data")
SETTINGS = "settings.toml"
DECODER_MEMORY_GIB = MEMORY_BYTES / GIB
_log = logging.getLogger(__name__)
PRESETS = {
    "full": ("video-dct256-1", "video-orb-2", "audio-landmark-2"),
    "compact": ("video-dct256-1", "video-orbcompact-2", "audio-landmark-2"),
}
SETTINGS_TEXT = """\
# A match is reported only if chance would give fewer than this many matches as good
# in a search of this size.
max_e_value = 1e-4

# How the works of this workspace are fingerprinted. Changing it counts for new works only.
schemes = {schemes}

# The most memory that decoding a file may take; one that needs more is unreadable, or in part.
decoder_memory_gib = 4.0

# Who puts time stamps (RFC 3161) on captures and packages, if anyone does.
# time_stamp_authority = "http://tsa.example/"
"""


class NoWorkspace(OSError):
    """There is no workspace in the folder; the message says how to make one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace decides."""

    max_e_value: float
    schemes: tuple[str, ...]
    decoder_memory_gib: float = DECODER_MEMORY_GIB
    time_stamp_authority: str | None = None  # its URL

    @property
    def searched(self) -> tuple[str, ...]:
        """The schemes that suspects are searched by."""
        return tuple(name for name in self.schemes if name not in FOR_OTHERS)

    @property
    def decoder_memory_bytes(self) -> int:
        """The same in bytes."""
        return int(self.decoder_memory_gib * GIB)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that has been initialised."""

    home: Path
    settings: Settings

    @classmethod
    def create(cls, home: Path, preset: str = "full") -> Workspace:
        """Make a workspace, or open the one that is there, whatever its preset."""
        home.mkdir(parents=True, exist_ok=True)
        if not (home / SETTINGS).exists():
            text = SETTINGS_TEXT.format(schemes=json.dumps(PRESETS[preset]))
            (home / SETTINGS).write_text(text, encoding="utf-8")
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
        """The index, brought up to date with the catalogue, or built anew if it must be."""
        index = self._open_index()
        for stem in index.damaged:
            _log.warning("index segment %s is damaged; it is rebuilt from the catalogue", stem)
        excluded = catalog.revisions()
        for scheme in self.settings.searched:
            registered = set(catalog.numbers(scheme))
            held = index.revisions(scheme)
            for batch in _batches(registered - held.keys()):
                index.add(scheme, *_usable(catalog, batch, scheme))
            index.remove(held.keys() - registered)
            changed = {n for n, state in held.items() if state != excluded.get(n, NOTHING_EXCLUDED)}
            for batch in _batches(changed & registered):
                index.replace(scheme, *_usable(catalog, batch, scheme))
        return index

    def unusable(self, catalog: Catalog) -> list[str]:
        """What is wrong with stored fingerprints, one sentence each; reads them all."""
        wrong = []
        beside = (kept.name for name in self.settings.schemes for kept in KEPT_BESIDE.get(name, ()))
        for scheme in (*self.settings.schemes, *beside):
            for number in catalog.numbers(scheme):
                try:
                    catalog.fingerprint(number, scheme)
                except DamagedBlob as error:
                    wrong.append(str(error))
        return wrong

    def _open_index(self) -> Index:
        folder = self.home / "index"
        try:
            return Index(folder)
        except Incompatible as error:
            _log.warning("%s; it is rebuilt from the catalogue", error)
            shutil.rmtree(folder)
            return Index(folder)


def _batches(numbers: Set[int]) -> Iterator[list[int]]:
    ordered = sorted(numbers)
    return (ordered[i : i + BATCH] for i in range(0, len(ordered), BATCH))


def _usable(
    catalog: Catalog, numbers: list[int], scheme: str
) -> tuple[dict[int, Fingerprint], dict[int, str]]:
    """What counts of references, and of which state that is."""
    usable: dict[int, Effective] = {}
    for number in numbers:
        try:
            usable[number] = catalog.effective(number, scheme)
        except DamagedBlob as error:
            _log.warning("a reference cannot be searched: %s; register its media again", error)
        except NoSuchFingerprint:
            continue  # it was removed a moment ago
    fingerprints = {n: one.fingerprint for n, one in usable.items()}
    return fingerprints, {n: one.revision for n, one in usable.items()}


def default_home() -> Path:
    """The workspace folder that commands use when none is named."""
    return Path(os.environ.get("REELPRINT_HOME", DEFAULT_HOME))


def _settings(path: Path) -> Settings:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        authority = data.get("time_stamp_authority")
        settings = Settings(
            float(data["max_e_value"]),
            tuple(map(str, data["schemes"])),
            float(data.get("decoder_memory_gib", DECODER_MEMORY_GIB)),
            None if authority is None else str(authority),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error} is missing or not of its kind") from error
    if not 0 < settings.max_e_value <= 1:
        raise ValueError(f"{path}: max_e_value must lie between 0 and 1")
    if not 0 < settings.decoder_memory_gib < math.inf:
        raise ValueError(f"{path}: decoder_memory_gib must be a positive number")
    return settings
