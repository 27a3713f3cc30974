"""`reelprint selftest` and `reelprint doctor`."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import reelprint
from fingerprint.conformance import check
from media.codecs import missing_decoders
from reelprint.cage.description import PROTECTIONS, Cage, look
from reelprint.commands.indexing import advice
from reelprint.desk import authorities
from reelprint.exits import FOUND, UNREADABLE
from reelprint.pool import cores
from reelprint.service import config as configured
from reelprint.workspace import NoWorkspace, Workspace, default_home
from reference_catalog.catalog import Catalog
from reference_catalog.errors import CatalogUnavailable


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
    workspace: dict[str, Any]
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


def _workspace_lines(workspace: dict[str, Any]) -> Iterator[str]:
    if "missing" in workspace:
        yield f"no workspace to look at: {workspace['missing']}"
        return
    registered = f"{workspace['hours']:.2f} h registered, " if "hours" in workspace else ""
    yield f"workspace {workspace['home']}: {registered}{workspace['free_gb']:.0f} GB free"
    catalog = workspace["catalog"]
    yield f"catalogue: {catalog['database'] or 'out of reach'}, {catalog['where']}"
    yield f"fingerprints: {catalog['blobs']}"
    if "index" in workspace:
        yield f"index: {workspace['index']}"
        if workspace["advice"]:
            yield f"index: {workspace['advice']}"


def _workspace(home: Path) -> tuple[dict[str, Any], list[str]]:
    """What is in the workspace, and what is wrong in it."""
    try:
        workspace = Workspace.open(home)
    except NoWorkspace as error:
        return {"missing": str(error)}, []
    amiss = _service(home)
    seen = {"home": str(home), "free_gb": round(shutil.disk_usage(home).free / 1e9, 1)}
    try:
        catalog = workspace.catalog()
    except CatalogUnavailable as error:
        place = workspace.place
        out_of_reach = {"database": None, "where": place.shown, "blobs": str(place.blob_path)}
        return {**seen, "catalog": out_of_reach}, [str(error), *amiss]
    with catalog:
        found, wrong = _catalog(workspace, catalog)
        return {**seen, **found}, [*wrong, *amiss]


def _service(home: Path) -> list[str]:
    """What is wrong with the settings of the service, and with the files that they name."""
    try:
        authorities.roots(home, configured.read(home).timestamp_authorities)
    except (OSError, ValueError) as error:
        return [f"the service would not start: {error}"]
    return []


def _catalog(workspace: Workspace, catalog: Catalog) -> tuple[dict[str, Any], list[str]]:
    index = workspace.index(catalog)
    seen = {
        "catalog": asdict(catalog.described()),
        "hours": round(catalog.duration_s() / 3600, 4),
        "index": index.identity,
        "advice": "; ".join(advice(index.status())),
    }
    wrong = [
        f"index segment {stem} was damaged; it has been rebuilt from the catalogue"
        for stem in index.damaged
    ]
    moved_to = catalog.moved_to()
    if moved_to is not None:
        wrong.append(f"the catalogue was moved to {moved_to}, and the settings name the old one")
    return seen, [*wrong, *workspace.unusable(catalog)]
