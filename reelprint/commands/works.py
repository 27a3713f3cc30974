"""`reelprint init` and `reelprint works`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reelprint.commands.licensing import rights_of
from reelprint.exits import FOUND, NOTHING_FOUND, Usage
from reelprint.workspace import PRESETS, Workspace, default_home
from reference_catalog.place import Place
from reference_catalog.work import Origin, Reference, Work


def init(home: Path | None, preset: str | None, catalog: str | None, blobs: Path | None) -> None:
    """Make a workspace. Raises Usage where one of other settings is there already."""
    folder = blobs and blobs.absolute()
    workspace = Workspace.create(home or default_home(), preset or "full", catalog, folder)
    if preset is not None and workspace.settings.schemes != PRESETS[preset]:
        raise Usage(f"{workspace.home} is there already, and its settings are not {preset}")
    if (catalog, folder) != (None, None) and workspace.place != Place(
        workspace.place.folder, catalog, folder
    ):
        raise Usage(
            f"{workspace.home} is there already, and its catalogue is elsewhere: "
            "`reelprint catalog move` moves it"
        )
    print(f"workspace ready: {workspace.home}")


def show_all(as_json: bool, home: Path | None) -> int:
    """List the works; the exit code."""
    with Workspace.open(home or default_home()).catalog() as catalog:
        works = list(catalog.works())
    if as_json:
        for work in works:
            print(json.dumps(_plain(work)))
    else:
        Console().print(_table(works) if works else "no work is registered")
    return FOUND if works else NOTHING_FOUND


def show(work_id: str, as_json: bool, home: Path | None) -> None:
    """Show one work."""
    with Workspace.open(home or default_home()).catalog() as catalog:
        work = catalog.work(work_id)
    if work is None:
        raise Usage(f"no work has the work_id {work_id!r}")
    if as_json:
        print(json.dumps(_plain(work)))
        return
    print(f"{work.title} [{work.work_id}]  {work.kind}  {work.owner or ''}")
    if work.series:
        print(f"  series {work.series}")
    for identifier in work.identifiers:
        print(f"  {identifier.scheme.upper()} {identifier.value}")
    for line in rights_of(work):
        print(f"  {line}")
    for reference in work.references:
        _show_reference(reference)


def _show_reference(reference: Reference) -> None:
    print(f"  {reference.reference_id}  {reference.duration_s:.1f} s  {reference.source}")
    if reference.origin:
        print(f"    {_origin(reference.origin)}")
    for loss in reference.losses:
        print(f"    lost: {loss.detail}")


def remove(work_ids: Sequence[str], home: Path | None) -> None:
    """Remove works; all of them must be there, or none is removed."""
    workspace = Workspace.open(home or default_home())
    with workspace.catalog() as catalog:
        for work_id in work_ids:
            if catalog.work(work_id) is None:
                raise Usage(f"no work has the work_id {work_id!r}; nothing was removed")
        for work_id in work_ids:
            gone = catalog.remove(work_id)
            print(f"removed {work_id} and its {len(gone)} reference(s)")
        workspace.index(catalog)


def _origin(origin: Origin) -> str:
    signed = f"signed with {origin.signer}" if origin.signer else "not signed"
    return f"from a package made {origin.made_at}, {signed}, SHA-256 {origin.package}"


def _table(works: Sequence[Work]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("work_id", "title", "kind", "owner", "references", "length"):
        table.add_column(column, overflow="fold")
    for w in works:
        length = sum(r.duration_s for r in w.references)
        cells = (
            w.work_id,
            w.title,
            w.kind,
            w.owner or "",
            str(len(w.references)),
            f"{length:.0f} s",
        )
        table.add_row(*map(Text, cells))
    return table


def _plain(work: Work) -> dict[str, object]:
    references = [{"reference_id": r.reference_id, **asdict(r)} for r in work.references]
    licences = None if work.licences is None else [one.as_dict() for one in work.licences]
    return {**asdict(work), "references": references, "licences": licences}
