"""`reelprint index`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from index.merging import Merge
from index.snapshots import NotWhole
from index.status import Status
from index.verifying import Verified
from reelprint.exits import FOUND, UNREADABLE
from reelprint.workspace import Workspace, default_home

Tell = Callable[[int, int], None]
MB = 1e6


def status(as_json: bool, home: Path | None) -> int:
    """Say what the index consists of; the exit code."""
    index = _workspace(home).stored_index()
    found = index.status()
    if as_json:
        schemes = [_plain(one) for one in found]
        print(json.dumps({"version": index.version, "damaged": index.damaged, "schemes": schemes}))
    else:
        Console().print(_table(found) if found else "the index is empty")
        for line in [*advice(found), *map(_damaged, index.damaged)]:
            print(line)
    return UNREADABLE if index.damaged else FOUND


def verify(as_json: bool, home: Path | None) -> int:
    """Read every byte; the exit code."""
    index = _workspace(home).stored_index()
    with _progress("verifying", as_json) as tell:
        found = index.verify(tell)
    hurt = [one for one in found if one.damaged]
    for one in found if as_json else ():
        print(json.dumps(asdict(one)))
    for one in hurt if not as_json else ():
        print(_lost(one))
    if not (hurt or as_json):
        print(f"all {len(found)} segment(s) are whole")
    return UNREADABLE if hurt else FOUND


def rebuild(as_json: bool, home: Path | None) -> int:
    """Make the index anew; the exit code."""
    workspace = _workspace(home)
    with workspace.catalog() as catalog, _progress("rebuilding", as_json) as tell:
        index = workspace.rebuild(catalog, tell)
    _done({"index": index.identity}, f"rebuilt: {index.identity}", as_json)
    return FOUND


def merge(everything: bool, as_json: bool, home: Path | None) -> int:
    """Make few segments of many; the exit code."""
    index = _workspace(home).stored_index()
    with _progress("merging", as_json) as tell:
        did = index.merge(everything, tell)
    if as_json:
        print(json.dumps(asdict(did)))
    else:
        print("\n".join(_lines(did)))
    return UNREADABLE if did.left else FOUND


def snapshot(folder: Path, as_json: bool, home: Path | None) -> int:
    """Keep the index as it is at this moment; the exit code."""
    index = _workspace(home).stored_index()
    try:
        with _progress("copying", as_json) as tell:
            index.snapshot(folder, tell)
    except NotWhole as error:
        return _refused(error)
    _done({"snapshot": str(folder)}, f"the index is kept in {folder}", as_json)
    return FOUND


def restore(folder: Path, as_json: bool, home: Path | None) -> int:
    """Take a snapshot back, and bring it up to date; the exit code."""
    workspace = _workspace(home)
    try:
        with workspace.catalog() as catalog, _progress("verifying", as_json) as tell:
            index = workspace.restore(folder, catalog, tell)
    except NotWhole as error:
        return _refused(error)
    _done({"index": index.identity}, f"restored: {index.identity}", as_json)
    return FOUND


def advice(found: Sequence[Status]) -> Iterator[str]:
    """What a merge would bring, if anything."""
    for one in found:
        if one.merged_segments < one.segments or one.merge_drops:
            yield (
                f"`reelprint index merge` would make {one.merged_segments} segment(s) of "
                f"{one.segments} of {one.scheme}, and drop {one.merge_drops} rows"
            )


def _workspace(home: Path | None) -> Workspace:
    return Workspace.open(home or default_home())


@contextmanager
def _progress(what: str, as_json: bool) -> Iterator[Tell]:
    """Something to tell how far one is, on a terminal."""
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _table(found: Sequence[Status]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("scheme", "segments", "references", "rows", "removed", "megabytes"):
        table.add_column(column, overflow="fold")
    for one in found:
        counted = (one.segments, one.references, one.rows, one.removed_rows)
        table.add_row(one.scheme, *map(str, counted), f"{one.size / MB:.1f}")
    return table


def _plain(one: Status) -> dict[str, object]:
    plain = asdict(one)
    return {**plain, "bytes": plain.pop("size")}


def _lines(did: Merge) -> Iterator[str]:
    for one in did.merged:
        yield (
            f"{one.scheme}: {one.segments} segment(s) became one of {one.rows} rows; "
            f"{one.dropped} of removed references were dropped"
        )
    yield from did.left
    if not (did.merged or did.left):
        yield "nothing to gain: the index stays as it is"


def _lost(one: Verified) -> str:
    files = ", ".join(one.damaged)
    return (
        f"{one.stem} is damaged ({files}): {one.rows} rows of {one.references} reference(s); "
        "the next command rebuilds it from the catalogue"
    )


def _damaged(stem: str) -> str:
    return f"{stem} is damaged; the next command that searches rebuilds it from the catalogue"


def _done(plain: dict[str, str], line: str, as_json: bool) -> None:
    print(json.dumps(plain) if as_json else line)


def _refused(error: NotWhole) -> int:
    print(f"reelprint: {error}", file=sys.stderr)
    return UNREADABLE
