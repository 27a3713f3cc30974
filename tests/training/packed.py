"""Small real packages, made on the spot."""

from __future__ import annotations

import io
import subprocess
import tarfile
import wave
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from training.digest import sha256_of
from training.packages import SUFFIXES, Archive
from training.sources import Kind, Manager, Package, Source
from training.wanted import Wanted

Files = Mapping[str, bytes]


def sound(seconds: float, seed: int = 0) -> bytes:
    """Noise as a WAV file of 8 kHz."""
    samples = np.random.default_rng(seed).integers(-9999, 9999, round(8000 * seconds), np.int16)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(samples.tobytes())
    return file.getvalue()


def picture(side: int, seed: int = 0) -> bytes:
    """One colour as a PNG file."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), (seed, 0, 0)).save(file, "PNG")
    return file.getvalue()


def zipped(files: Files) -> bytes:
    """A zip file, names as they are given."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        for name, data in files.items():
            out.writestr(name, data)
    return file.getvalue()


def tarred(files: Files, links: Mapping[str, str] | None = None) -> bytes:
    """A tar file with gzip, names as they are given."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as out:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            out.addfile(member, io.BytesIO(data))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            out.addfile(member)
    return file.getvalue()


def deb(folder: Path, files: Files, name: str = "game-music", version: str = "1.0-1") -> Path:
    """A Debian package."""
    tree = folder / "tree"
    for path, data in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    (tree / "DEBIAN").mkdir(parents=True)
    about = {
        "Package": name,
        "Version": version,
        "Architecture": "all",
        "Maintainer": "nobody <nobody@example.org>",
        "Description": "for a test",
    }
    control = "".join(f"{k}: {v}\n" for k, v in about.items())
    (tree / "DEBIAN" / "control").write_text(control)
    made = folder / f"{name}.deb"
    build = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(made)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    return made


def package(archive: Path, name: str, manager: Manager = "debian") -> Package:
    """The package that this archive is, of version 1.0-1."""
    return Package(manager, name, "1.0-1", sha256_of(archive))


def source(its: Package, files: str, kind: Kind = "music") -> Source:
    """Files of a package, under a free licence."""
    return Source(kind, its, "CC0-1.0", Wanted.parse(files))


class Registry:
    """Has the archives that it is given, and counts what is asked of it."""

    def __init__(self, **archives: Path) -> None:
        self.archives = archives
        self.asked: list[str] = []

    def __call__(self, wanted: Package, folder: Path) -> Archive:
        self.asked.append(wanted.name)
        if wanted.name not in self.archives:
            raise OSError(f"no package {wanted.name}")
        held = self.archives[wanted.name]
        folder.mkdir(parents=True, exist_ok=True)
        copy = folder / f"{wanted.name}{SUFFIXES[wanted.manager]}"
        copy.write_bytes(held.read_bytes())
        return Archive(copy, wanted.version, sha256_of(copy))
