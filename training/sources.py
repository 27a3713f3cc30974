"""The table of packages that training material is taken from (`sources.csv`)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from training.wanted import Wanted

Kind = Literal["music", "speech", "noise", "picture", "drawing", "film"]
Manager = Literal["debian", "pypi", "npm"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MANAGERS: tuple[Manager, ...] = get_args(Manager)
SOURCES = Path(__file__).with_name("sources.csv")
COLUMNS = (
    "kind", "manager", "package", "version", "sha256", "licence", "files", "amount", "note",
)  # fmt: skip
# Begins as no option of a program does, and holds nothing that leads to another folder.
_NAME = re.compile(r"@?[a-z0-9][a-z0-9+._-]*(/[a-z0-9][a-z0-9._-]*)?", re.IGNORECASE)
_VERSION = re.compile(r"[0-9][A-Za-z0-9.+:~-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Package:
    """One package of one version; `sha256` is of the archive as its manager delivers it."""

    manager: Manager
    name: str
    version: str
    sha256: str

    @property
    def folder(self) -> str:
        """Where its files lie within the cache: one folder for each package."""
        return f"{self.manager}/{self.name.lstrip('@').replace('/', '__')}"


@dataclass(frozen=True, slots=True)
class Source:
    """Files of one kind in one package, and the licence that they are under."""

    kind: Kind
    package: Package
    licence: str
    wanted: Wanted


def read(path: Path = SOURCES) -> list[Source]:
    """All lines of the table. Raises ValueError that names the line that is wrong."""
    with path.open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        if tuple(table.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path.name} has other columns than {', '.join(COLUMNS)}")
        return [_source(row, f"{path.name}, line {table.line_num}") for row in table]


def packages(sources: Iterable[Source]) -> dict[Package, list[Source]]:
    """The sources of each package, in the order of the table.

    Raises ValueError when two packages of one name differ in version or sha256.
    """
    found: dict[Package, list[Source]] = {}
    for source in sources:
        found.setdefault(source.package, []).append(source)
    folders = [package.folder for package in found]
    twice = sorted({folder for folder in folders if folders.count(folder) > 1})
    if twice:
        raise ValueError(f"more than one version is named of {', '.join(twice)}")
    return found


def _source(row: Mapping[str, str], where: str) -> Source:
    kind = next((k for k in KINDS if k == row["kind"]), None)
    manager = next((m for m in MANAGERS if m == row["manager"]), None)
    if kind is None or manager is None:
        raise ValueError(f"{where}: no kind {row['kind']!r} of a package of {row['manager']!r}")
    if not row["licence"]:
        raise ValueError(f"{where}: no licence is stated")
    package = Package(manager, row["package"], row["version"], row["sha256"])
    _check(package, where)
    return Source(kind, package, row["licence"], Wanted.parse(row["files"]))


def _check(package: Package, where: str) -> None:
    stated = {
        "name": (package.name, _NAME),
        "version": (package.version, _VERSION),
        "sha256": (package.sha256, _SHA256),
    }
    for what, (value, pattern) in stated.items():
        if not pattern.fullmatch(value):
            raise ValueError(f"{where}: {value!r} is no {what} of a package")
