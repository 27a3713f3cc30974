"""Downloads packages by name and version through the client of their registry."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from training.digest import sha256_of
from training.sources import Manager, Package

SUFFIXES: dict[Manager, str] = {"debian": ".deb", "pypi": ".whl", "npm": ".tgz"}


@dataclass(frozen=True, slots=True)
class Archive:
    """What was downloaded; the present version where Debian no longer has the pinned one."""

    path: Path
    version: str
    sha256: str


def download(package: Package, folder: Path) -> Archive:
    """The archive of a package, in `folder`; one that lies there already is not downloaded again.

    Raises OSError when it cannot be had, ValueError when its bytes are not the pinned ones.
    """
    kept = folder / f"{package.sha256}{SUFFIXES[package.manager]}"
    if kept.exists() and sha256_of(kept) == package.sha256:
        return Archive(kept, package.version, package.sha256)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as scratch:
        version = _ask(package, Path(scratch))
        got = _only(package, Path(scratch))
        digest = sha256_of(got)
        if version == package.version and digest != package.sha256:
            raise ValueError(
                f"{package.name} {version} has the SHA-256 {digest}, not the pinned one"
            )
        kept = folder / f"{digest}{SUFFIXES[package.manager]}"
        shutil.move(got, kept)
    return Archive(kept, version, digest)


def _ask(package: Package, into: Path) -> str:
    """Let the client download, and say which version there was."""
    ran = _run(command(package, package.version), into)
    if ran.returncode == 0:
        return package.version
    if package.manager == "debian":  # a mirror keeps the present version alone
        ran = _run(command(package, ""), into)
        if ran.returncode == 0:
            return _present(_only(package, into))
    why = ran.stderr.strip().splitlines()[-1:] or ["its client gives no reason"]
    raise OSError(f"{package.manager} package {package.name} cannot be had: {why[0][:200]}")


def command(package: Package, version: str) -> list[str]:
    """The call that downloads one archive into the working folder and runs nothing of it.

    An empty version asks Debian for the present one.
    """
    if package.manager == "debian":
        wanted = f"{package.name}={version}" if version else package.name
        return ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", wanted]
    if package.manager == "npm":
        return ["npm", "pack", "--silent", "--ignore-scripts", f"{package.name}@{version}"]
    # A wheel alone: to ask for the metadata of a source package is to run its code.
    wheel = ["--no-deps", "--only-binary", ":all:", f"{package.name}=={version}"]
    return [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", *wheel]


def _run(call: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(call, cwd=cwd, capture_output=True, text=True, check=False)


def _only(package: Package, folder: Path) -> Path:
    found = [p for p in folder.iterdir() if p.suffix == SUFFIXES[package.manager]]
    if len(found) != 1:
        raise OSError(f"{package.manager} package {package.name} cannot be had: no archive came")
    return found[0]


def _present(archive: Path) -> str:
    ran = _run(["dpkg-deb", "--field", str(archive.resolve()), "Version"], archive.parent)
    if ran.returncode:
        raise ValueError(f"{archive.name} is no Debian package")
    return ran.stdout.strip()
