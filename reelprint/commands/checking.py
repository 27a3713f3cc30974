"""`reelprint selftest` and `reelprint doctor`."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import reelprint
from fingerprint.conformance import check
from media.codecs import missing_decoders
from reelprint.cage.description import PROTECTIONS, Cage, look
from reelprint.commands.indexing import advice
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


@dataclass(frozen=True, slots=True)
class Looked:
    """What `doctor` saw. `cage` is None where none can be made."""

    cage: Cage | None
    workspace: dict[str, object]
    amiss: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Its JSON form."""
        return {
            "version": reelprint.__version__,
            "python": platform.python_version(),
            "cores": cores(),
            "cage": self.cage and self.cage.as_dict(),
            "workspace": self.workspace,
            "amiss": list(self.amiss),
        }


def doctor(home: Path | None, as_json: bool) -> int:
    """Say what is there and what is amiss; the exit code."""
    looked = _looked(home or default_home())
    if as_json:
        print(json.dumps(looked.as_dict()))
    else:
        print("\n".join(_lines(looked)))
    return UNREADABLE if looked.amiss else FOUND


def _looked(home: Path) -> Looked:
    missing = missing_decoders()
    amiss = [f"this FFmpeg cannot decode {', '.join(missing)}"] if missing else []
    cage: Cage | None = None
    try:
        cage = look()
    except OSError as error:
        amiss.append(f"nothing can be decoded: {error}")
    workspace, wrong = _workspace(home)
    return Looked(cage, workspace, (*amiss, *wrong))


def _lines(looked: Looked) -> Iterator[str]:
    yield f"reelprint {reelprint.__version__}, Python {platform.python_version()}, {cores()} cores"
    yield from _cage_lines(looked.cage) if looked.cage else ()
    yield from _workspace_lines(looked.workspace)
    yield from (f"amiss: {line}" for line in looked.amiss)
    if not looked.amiss:
        yield "all is well"


def _cage_lines(cage: Cage) -> Iterator[str]:
    yield "each file is decoded in a process of its own, in a cage:"
    for one in PROTECTIONS:
        why = cage.missing.get(one.name)
        yield f"  ✓ {one.what}" if why is None else f"  ✗ not so: {one.what}: {why}"
        if why is not None:
            yield f"    for a stronger cage, {one.remedy}"


def _workspace_lines(workspace: dict[str, object]) -> Iterator[str]:
    if "missing" in workspace:
        yield f"no workspace to look at: {workspace['missing']}"
        return
    yield (
        f"workspace {workspace['home']}: {workspace['hours']:.2f} h registered, "
        f"{workspace['free_gb']:.0f} GB free"
    )
    yield f"index: {workspace['index']}"
    if workspace["advice"]:
        yield f"index: {workspace['advice']}"


def _workspace(home: Path) -> tuple[dict[str, object], list[str]]:
    """What is in the workspace, and what is wrong in it."""
    try:
        workspace = Workspace.open(home)
    except NoWorkspace as error:
        return {"missing": str(error)}, []
    with workspace.catalog() as catalog:
        index = workspace.index(catalog)
        seen: dict[str, object] = {
            "home": str(home),
            "hours": round(catalog.duration_s() / 3600, 4),
            "free_gb": round(shutil.disk_usage(home).free / 1e9, 1),
            "index": index.identity,
            "advice": "; ".join(advice(index.status())),
        }
        wrong = [
            f"index segment {stem} was damaged; it has been rebuilt from the catalogue"
            for stem in index.damaged
        ]
        return seen, [*wrong, *workspace.unusable(catalog)]
