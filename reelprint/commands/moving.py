"""`reelprint catalog move`, `reelprint case move` and `reelprint accounts move`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from reelprint.exits import FOUND
from reelprint.moving import bring_accounts, bring_cases
from reelprint.moving import move as move_catalog
from reelprint.workspace import Workspace, default_home

EMBEDDED = "sqlite"


def move(target: str, blobs: Path | None, as_json: bool, home: Path | None) -> int:
    """Move the catalogue and say what was moved; the exit code."""
    workspace = Workspace.open(home or default_home())
    url = None if target == EMBEDDED else target
    with Progress(console=Console(stderr=True), disable=as_json, transient=True) as progress:
        task = progress.add_task("fingerprints", total=None)
        moved = move_catalog(
            *(workspace, url, blobs),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    with_it = {"cases": moved.cases, "accounts": moved.accounts, "jobs": moved.jobs}
    said = {**asdict(moved.catalogue), **with_it}
    if as_json:
        print(json.dumps(said))
    else:
        done = moved.catalogue
        print(
            f"the catalogue is in {done.database} now: {done.rows} rows, {done.fingerprints} "
            f"fingerprints ({done.fingerprint_bytes / 1e6:.1f} MB) in {done.blobs}"
        )
        print(f"cases moved with it: {moved.cases}; their captures stay in the workspace")
        print(f"accounts moved with it: {moved.accounts}; everybody logs in anew")
        print(f"jobs moved with it: {moved.jobs}; start the service and its workers anew")
    return FOUND


def bring(as_json: bool, home: Path | None) -> int:
    """Move cases that were left in the workspace to where its catalogue is; the exit code."""
    workspace = Workspace.open(home or default_home())
    cases = bring_cases(workspace)
    where = workspace.place.shown
    print(json.dumps({"cases": cases, "database": where}) if as_json else _brought(cases, where))
    return FOUND


def accounts(as_json: bool, home: Path | None) -> int:
    """Move accounts that were left in the workspace to where its catalogue is; the exit code."""
    workspace = Workspace.open(home or default_home())
    count, where = bring_accounts(workspace), workspace.place.shown
    said = f"{count} account(s) moved to {where}" if count else "no account is kept anywhere else"
    print(json.dumps({"accounts": count, "database": where}) if as_json else said)
    return FOUND


def _brought(cases: int, where: str) -> str:
    return f"{cases} case(s) moved to {where}" if cases else "no case is kept anywhere else"
