"""A workspace: one folder with a catalogue, its index and the settings they are used under."""

from __future__ import annotations

import json
import logging
import math
import os
import shutil
import tomllib
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path

from fingerprint.registry import KEPT_BESIDE
from fingerprint.scheme import Fingerprint
from index.manifest import Incompatible
from index.store import Index
from reelprint import configuring
from reelprint.cage.limits import GIB, MEMORY_BYTES
from reference_catalog.catalog import Catalog, Effective
from reference_catalog.errors import DamagedBlob, NoSuchFingerprint
from reference_catalog.excluding import NOTHING_EXCLUDED
from reference_catalog.place import Place, checked_url

BATCH = 256  # references whose fingerprints are in memory at once
DEFAULT_HOME = Path("reelprint-data")
CATALOG = "catalog"
SETTINGS = "settings.toml"
INDEXED = "indexed"  # which catalogue the index is of
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

# Where the catalogue is, if not in this folder: a database of PostgreSQL, and a folder for the
# fingerprints that several machines share. `reelprint catalog move` sets both.
# catalog = "postgresql://user@host/database"
# blobs = "/srv/reelprint/fingerprints"

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
    catalog: str | None = field(default=None, repr=False)  # its URL, maybe with a password
    blobs: Path | None = None

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
    def create(
        cls,
        home: Path,
        preset: str = "full",
        catalog: str | None = None,
        blobs: Path | None = None,
    ) -> Workspace:
        """Make a workspace, or open the one that is there, whatever its settings. `catalog` is the
        URL of a database, `blobs` a folder that is there for all who use it."""
        if (home / SETTINGS).exists():
            there = cls.open(home)
            Catalog.create(there.place).close()
            return there
        home.mkdir(parents=True, exist_ok=True)
        Catalog.create(Place(home / CATALOG, catalog, blobs)).close()
        text = SETTINGS_TEXT.format(schemes=json.dumps(PRESETS[preset]))
        configuring.write(home / SETTINGS, configuring.placed(text, catalog, blobs))
        return cls.open(home)

    @classmethod
    def open(cls, home: Path) -> Workspace:
        """Open a workspace. Raises NoWorkspace, ValueError on bad settings."""
        if not (home / SETTINGS).is_file():
            raise NoWorkspace(f"there is no workspace in {home}: make one with `reelprint init`")
        return cls(home, _settings(home / SETTINGS))

    @property
    def place(self) -> Place:
        """Where the catalogue is."""
        return Place(self.home / CATALOG, self.settings.catalog, self.settings.blobs)

    def catalog(self) -> Catalog:
        """The truth."""
        return Catalog.open(self.place)

    def index(self, catalog: Catalog) -> Index:
        """The index, brought up to date with the catalogue, or built anew if it must be."""
        if (where := catalog.moved_to()) is not None:
            _log.warning(
                "the catalogue was moved to %s; what is new there is not found here", where
            )
        self._forget_another(catalog.identity())
        index = self._open_index()
        for stem in index.damaged:
            _log.warning("index segment %s is damaged; it is rebuilt from the catalogue", stem)
        excluded = catalog.revisions()
        for scheme in self.settings.schemes:
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

    def _forget_another(self, identity: str) -> None:
        """Take an index of another catalogue away: its numbers would mean other works here."""
        note = self.home / INDEXED
        known = note.read_text(encoding="ascii") if note.is_file() else identity
        if known != identity:
            _log.warning("the index is of another catalogue; it is rebuilt from this one")
            shutil.rmtree(self.home / "index", ignore_errors=True)
        if known != identity or not note.is_file():
            note.write_text(identity, encoding="ascii")

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


def checked_folder(blobs: Path) -> Path:
    """A folder that is the same one wherever a command is called. Raises ValueError."""
    if not blobs.is_absolute():
        raise ValueError(f"the folder for fingerprints, {blobs}, has to begin with /")
    return blobs


def default_home() -> Path:
    """The workspace folder that commands use when none is named."""
    return Path(os.environ.get("REELPRINT_HOME", DEFAULT_HOME))


def _settings(path: Path) -> Settings:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        authority = data.get("time_stamp_authority")
        catalog, blobs = data.get("catalog"), data.get("blobs")
        settings = Settings(
            float(data["max_e_value"]),
            tuple(map(str, data["schemes"])),
            float(data.get("decoder_memory_gib", DECODER_MEMORY_GIB)),
            None if authority is None else str(authority),
            None if catalog is None else checked_url(str(catalog)),
            None if blobs is None else checked_folder(Path(str(blobs))),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error} is missing or not of its kind") from error
    if not 0 < settings.max_e_value <= 1:
        raise ValueError(f"{path}: max_e_value must lie between 0 and 1")
    if not 0 < settings.decoder_memory_gib < math.inf:
        raise ValueError(f"{path}: decoder_memory_gib must be a positive number")
    return settings
