"""Fills a cache folder with the material that `sources.csv` names, package by package.

Each package is a folder that appears whole, with `rows.csv` in it; what is there is not fetched
again unless the table says something else of it. `manifest.csv` lists the files of all packages,
each content once.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

from training import manifest
from training.digest import sha256_of
from training.looks import look
from training.manifest import Row
from training.packages import Archive, download
from training.sources import Kind, Package, Source, packages
from training.unpack import Unpacking

MANIFEST = "manifest.csv"
DROPPED = "dropped.csv"  # what `overlap` found to be in the development corpus too
Download = Callable[[Package, Path], Archive]
Tell = Callable[[str], object]


def fetch(
    sources: Sequence[Source],
    cache: Path,
    kinds: Sequence[Kind],
    tell: Tell = lambda text: None,
    download: Download = download,
) -> list[Row]:
    """Fetch each package that has files of these kinds; the rows of all that the cache then holds.

    Raises OSError when a package cannot be had, ValueError when it is not what the table says; what
    was fetched before stays, and the next call goes on from there.
    """
    known = packages(sources)
    for package, its in known.items():
        if any(s.kind in kinds for s in its) and not _is_there(package, its, cache):
            tell(f"{package.manager} {package.name} {package.version}")
            _fetch(package, its, cache, download)
    rows = _all_rows(known, cache)
    cache.mkdir(parents=True, exist_ok=True)
    manifest.write(cache / MANIFEST, rows)
    return rows


def _fetch(package: Package, sources: Sequence[Source], cache: Path, download: Download) -> None:
    archive = download(package, cache / "archives")
    final = cache / package.folder
    part = final.with_name(f"{final.name}.part")
    for folder in (part, final):
        shutil.rmtree(folder, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        unpacking = Unpacking(sources, part)
        unpacking.archive(archive.path)
        manifest.write(part / "rows.csv", _rows(package, archive, unpacking.taken, part))
        (part / "asked.txt").write_text(_asked(package, sources), encoding="utf-8")
        part.rename(final)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    archive.path.unlink()


def _rows(package: Package, archive: Archive, taken: dict[str, Source], folder: Path) -> list[Row]:
    """The files that are long or large enough; the others are removed."""
    rows = []
    source = f"{package.manager}:{package.name}={archive.version}"
    pinned = "yes" if archive.sha256 == package.sha256 else "no"
    for name, its in sorted(taken.items()):
        path = folder / name
        seen = look(path, its.kind)
        if seen is None:
            path.unlink()
            continue
        where, work = f"{package.folder}/{name}", _work(package, name)
        size = seen.seconds, seen.width, seen.height
        rows.append(Row(where, its.kind, work, source, its.licence, sha256_of(path), *size, pinned))
    return rows


def _work(package: Package, name: str) -> str:
    """What the file shows: files of one path that differ in their suffix show the same."""
    return f"{package.name}/{PurePosixPath(name).with_suffix('')}"


def _is_there(package: Package, sources: Sequence[Source], cache: Path) -> bool:
    asked = cache / package.folder / "asked.txt"
    return asked.exists() and asked.read_text(encoding="utf-8") == _asked(package, sources)


def _asked(package: Package, sources: Sequence[Source]) -> str:
    """All that decides what a folder holds."""
    lines = [f"{package.version} {package.sha256}"]
    return "\n".join([*lines, *(f"{s.kind} {s.licence} {s.wanted}" for s in sources)])


def _all_rows(known: dict[Package, list[Source]], cache: Path) -> list[Row]:
    """Rows of all packages that are there as asked, each content once, without what was dropped."""
    rows = [
        row
        for package, its in known.items()
        if _is_there(package, its, cache)
        for row in manifest.read(cache / package.folder / "rows.csv")
    ]
    dropped = {row.sha256 for row in _dropped(cache)}
    return list({row.sha256: row for row in reversed(rows) if row.sha256 not in dropped}.values())[
        ::-1
    ]


def _dropped(cache: Path) -> Iterable[Row]:
    path = cache / DROPPED
    return manifest.read(path) if path.exists() else []
