"""`reelprint selftest` and `reelprint doctor`."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

import reelprint
from fingerprint.conformance import check
from media.codecs import missing_decoders
from reelprint.exits import FOUND, UNREADABLE
from reelprint.pool import cores
from reelprint.workspace import NoWorkspace, Workspace, default_home


def selftest() -> int:
    """Compare with the shipped golden vectors; the exit code."""
    wrong = check()
    for mismatch in wrong:
        print(f"differs: {mismatch}")
    print("selftest failed" if wrong else "selftest passed: every published value is computed")
    return UNREADABLE if wrong else FOUND


def doctor(home: Path | None) -> int:
    """Say what is there and what is amiss; the exit code."""
    print(f"reelprint {reelprint.__version__}, Python {platform.python_version()}, {cores()} cores")
    amiss = [*_decoders(), *_workspace(home or default_home())]
    for line in amiss:
        print(f"amiss: {line}")
    if not amiss:
        print("all is well")
    return UNREADABLE if amiss else FOUND


def _decoders() -> Iterator[str]:
    missing = missing_decoders()
    if missing:
        yield f"this FFmpeg cannot decode {', '.join(missing)}"


def _workspace(home: Path) -> Iterator[str]:
    try:
        workspace = Workspace.open(home)
    except NoWorkspace as error:
        print(f"no workspace to look at: {error}")
        return
    with workspace.catalog() as catalog:
        index = workspace.index(catalog)
        free = shutil.disk_usage(home).free / 1e9
        print(
            f"workspace {home}: {catalog.duration_s() / 3600:.2f} h registered, {free:.0f} GB free"
        )
        print(f"index: {index.identity}")
        for stem in index.damaged:
            yield f"index segment {stem} was damaged; it has been rebuilt from the catalogue"
        yield from workspace.unusable(catalog)
