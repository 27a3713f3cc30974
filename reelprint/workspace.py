"""A workspace: one folder with a catalogue, its index and the settings they are used under."""

from __future__ import annotations

import json
import logging
import math
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fingerprint.registry import FOR_OTHERS, KEPT_BESIDE
from fingerprint.scheme import Fingerprint
from index.manifest import NAME, Incompatible, Manifest
from index.merging import Progress, Tell, silently
from index.store import Index
from reelprint import configuring
from reelprint.cage.limits import GIB, MEMORY_BYTES
from reference_catalog.catalog import Catalog, Effective
from reference_catalog.errors import DamagedBlob, NoSuchFingerprint
from reference_catalog.excluding import NOTHING_EXCLUDED
from reference_catalog.place import Place, checked_url

BATCH = 256  # references whose fingerprints are in memory at once
COMPARED = 16  # references of each scheme, before a snapshot is believed to be of this catalogue
DEFAULT_HOME = Path("reelprint-data")
CATALOG = "catalog"
SETTINGS, INDEX = "settings.toml", "index"
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

# Whether bits that a network has learned are kept of sound as well: 80 bytes a second, with which
# copies are found in noise and under other sounds. It counts for new works only.
# learned = true

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
    learned: bool = True  # whether what a network has learned is kept of references

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
        self._bring_up(index, catalog)
        return index

    def refresh(self, index: Index, catalog: Catalog) -> None:
        """Bring an index that `index` gave up to date: with what others have changed of it since,
        and with the catalogue."""
        index.refresh()
        self._bring_up(index, catalog)

    def stored_index(self) -> Index:
        """The index as it is, whatever the catalogue holds. Raises Incompatible."""
        return Index(self.home / INDEX)

    def rebuild(self, catalog: Catalog, tell: Tell = silently) -> Index:
        """Make the index anew from the catalogue while the old one is searched, and put it in its
        place. `tell` is told of references. Raises Busy."""

        def make(beside: Path) -> Manifest:
            index = Index(beside)
            self._bring_up(index, catalog, tell)
            index.merge(everything=True)
            return Manifest.load(beside)

        Index.replaced(self.home / INDEX, make)
        return self.index(catalog)

    def restore(self, snapshot: Path, catalog: Catalog, tell: Tell = silently) -> Index:
        """Put a snapshot in the place of the index, and bring it up to date. `tell` is told of
        bytes. Raises NotWhole, Incompatible, Busy, and ValueError when it is of other works."""
        if (snapshot / NAME).is_file() and not self._knows(Index(snapshot), catalog):
            raise ValueError(f"the snapshot in {snapshot} is not of the works of {self.home}")
        Index.restore(snapshot, self.home / INDEX, tell)
        return self.index(catalog)

    def _knows(self, index: Index, catalog: Catalog) -> bool:
        """Whether an index holds what the catalogue does, of some references that both have:
        numbers alone would not tell one catalogue from another."""
        for scheme in self.settings.searched:
            held, states = index.held(scheme), index.revised(scheme)
            both = np.intersect1d(held, np.array(catalog.numbers(scheme), np.uint32))
            some = both[np.linspace(0, len(both) - 1, COMPARED).astype(int)] if len(both) else both
            usable, now = _usable(catalog, np.unique(some).tolist(), scheme)
            same = {n: f for n, f in usable.items() if states.get(n, "") == now[n]}
            if not index.agrees(scheme, same):
                return False
        return True

    def _bring_up(self, index: Index, catalog: Catalog, tell: Tell = silently) -> None:
        """Let an index hold what the catalogue does."""
        excluded = catalog.revisions()
        waiting = {scheme: _waiting(index, catalog, scheme) for scheme in self.settings.searched}
        progress = Progress(sum(len(missing) for missing, _ in waiting.values()), tell)
        for scheme, (missing, gone) in waiting.items():
            for batch in _batches(missing):
                index.add(scheme, *_usable(catalog, batch, scheme))
                progress.advance(len(batch))
            index.remove(gone)
            for batch in _batches(_changed(index.revised(scheme), excluded)):
                index.replace(scheme, *_usable(catalog, batch, scheme))

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
            Index.replaced(self.home / INDEX, lambda beside: Manifest())
        if known != identity or not note.is_file():
            note.write_text(identity, encoding="ascii")

    def _open_index(self) -> Index:
        try:
            return self.stored_index()
        except Incompatible as error:
            _log.warning("%s; it is rebuilt from the catalogue", error)
            return Index.emptied(self.home / INDEX)


def _waiting(index: Index, catalog: Catalog, scheme: str) -> tuple[list[int], list[int]]:
    """The references that the index lacks, and those that the catalogue no longer has."""
    registered, held = np.array(catalog.numbers(scheme), np.uint32), index.held(scheme)
    missing = np.setdiff1d(registered, held, assume_unique=True)
    return missing.tolist(), np.setdiff1d(held, registered, assume_unique=True).tolist()


def _changed(held: Mapping[int, str], excluded: Mapping[int, str]) -> list[int]:
    """The references of which another state counts; those that are not held do no harm."""
    either = sorted({*held, *excluded})
    return [n for n in either if held.get(n, "") != excluded.get(n, NOTHING_EXCLUDED)]


def _batches(numbers: Sequence[int]) -> Iterator[list[int]]:
    return (list(numbers[i : i + BATCH]) for i in range(0, len(numbers), BATCH))


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


def _switch(data: Mapping[str, object], name: str) -> bool:
    """A setting that is on if it is not there. Raises TypeError for what is neither."""
    value = data.get(name, True)
    if not isinstance(value, bool):
        raise TypeError(name)
    return value


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
            _switch(data, "learned"),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error} is missing or not of its kind") from error
    if not 0 < settings.max_e_value <= 1:
        raise ValueError(f"{path}: max_e_value must lie between 0 and 1")
    if not 0 < settings.decoder_memory_gib < math.inf:
        raise ValueError(f"{path}: decoder_memory_gib must be a positive number")
    return settings
