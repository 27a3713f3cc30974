"""The form of a package: its list, its sums, its signature; and what it holds, unpacked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence import contents as c
from evidence.archive import Archive
from evidence.canonical import canonical, strict
from evidence.signing import SIGNATURE_BYTES, Signer

MOST_LIST = 128 << 20
MOST_RECORDS = 512 << 20
_SUM = re.compile(r"([0-9a-f]{64})  ([^\n]+)", re.ASCII)
Listed = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Package:
    """An archive whose form is right, with the SHA-256 of each of its files."""

    archive: Archive
    digests: Mapping[str, str]

    @classmethod
    def of(cls, archive: Archive) -> Package:
        """Digest every file. Raises NoPackage, OSError."""
        return cls(archive, {name: _digest(archive, name) for name in archive.members})

    def json(self, name: str, most: int = MOST_RECORDS) -> Any:
        """A file of JSON. Raises ValueError, KeyError."""
        return strict(self.archive.read(name, most))

    def unpack(self, prefix: str, folder: Path) -> None:
        """Write the files under a prefix into a folder, which is there. Raises OSError, ValueError.

        Their names were found safe when the archive was opened, and nothing in it can be larger
        than the archive is.
        """
        for name in self.archive.members:
            if name.startswith(prefix):
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as file:
                    file.writelines(self.archive.pieces(name))

    def under(self, prefix: str) -> list[str]:
        """The names of folders that lie directly under a prefix that ends in a slash."""
        below = (n.removeprefix(prefix) for n in self.archive.members if n.startswith(prefix))
        return sorted({name.partition("/")[0] for name in below if "/" in name})


def _digest(archive: Archive, name: str) -> str:
    found = hashlib.sha256()
    for piece in archive.pieces(name):
        found.update(piece)
    return found.hexdigest()


def sums_problems(package: Package) -> Iterator[str]:
    """What is wrong with SHA256SUMS. Raises ValueError, KeyError."""
    lines = package.archive.read(c.SUMS, MOST_LIST).decode("ascii").splitlines()
    said: dict[str, str] = {}
    for line in lines:
        read = _SUM.fullmatch(line)
        if read is None or read[2] in said:
            yield f"{c.SUMS} has a line that it cannot have: {line[:80]!r}"
        else:
            said[read[2]] = read[1]
    yield from _compared(package, c.SUMS, said, c.UNSUMMED)


def manifest_problems(package: Package) -> Iterator[str]:
    """What is wrong with the manifest. Raises ValueError, KeyError."""
    manifest = read_manifest(package)
    if package.archive.read(c.MANIFEST, MOST_LIST) != canonical(manifest):
        yield "the manifest is not in its canonical form"
    files = manifest["files"]
    said = {name: one["sha256"] for name, one in files.items()}
    yield from _compared(package, c.MANIFEST, said, (c.MANIFEST, *c.UNSUMMED))
    for name in sorted(files.keys() & package.archive.members.keys()):
        if files[name]["bytes"] != package.archive.members[name].size:
            yield f"{name}: not as long as the manifest says"
        for other in files[name]["derived_from"]:
            if other not in files:
                yield f"{name} is said to be derived from {other}, which is not there"


def read_manifest(package: Package) -> dict[str, Any]:
    """The manifest, if it is one. Raises ValueError, KeyError."""
    manifest = package.json(c.MANIFEST, MOST_LIST)
    if not isinstance(manifest, dict) or manifest.get("format") != c.FORMAT:
        raise ValueError(f"this is no manifest of {c.FORMAT}")
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(isinstance(one, dict) for one in files.values()):
        raise ValueError("the manifest has no list of files")
    return manifest


def _compared(
    package: Package, where: str, said: Mapping[str, str], without: tuple[str, ...]
) -> Iterator[str]:
    there = package.digests.keys() - set(without)
    for name in sorted(there - said.keys()):
        yield f"{name}: it is in the package, and {where} does not list it"
    for name in sorted(said.keys() - there):
        yield f"{name[:200]}: {where} lists it, and it is not in the package"
    for name in sorted(there & said.keys()):
        if package.digests[name] != said[name]:
            yield f"{name}: its content is not what {where} says"


def signature(package: Package) -> tuple[Signer, bool]:
    """The key in the package, and whether it signed the sums. Raises ValueError, KeyError."""
    signer = Signer.of(package.archive.read(c.SIGNER, MOST_LIST))
    raw = package.archive.read(c.SIGNATURE, SIGNATURE_BYTES)
    return signer, signer.signed(package.archive.read(c.SUMS, MOST_LIST), raw)
