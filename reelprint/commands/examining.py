"""`reelprint case identify`."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.progress import track

from casework.journal import Head
from reelprint.cases import acting, open_cases
from reelprint.commands.cases import print_head, sampled
from reelprint.examination import Examined, examine
from reelprint.exits import FOUND, NOTHING_FOUND, UNREADABLE
from reelprint.showing.plain import plain
from reelprint.workspace import Workspace, default_home


def identify(
    case_id: str, by: str | None, jobs: int | None, as_json: bool, home: Path | None
) -> int:
    """Examine the samples that nobody looked at yet, and report; the exit code."""
    workspace = Workspace.open(home or default_home())
    done: list[Examined] = []
    with open_cases(home) as store:
        total = len(store.unexamined(case_id))
        results = examine(workspace, store, case_id, acting(by), jobs)
        shown = Console(stderr=True)
        for one in track(results, "identifying", total=total, console=shown, transient=True):
            done.append(one)
            _print_json(one, store.head(case_id)) if as_json else _print(one)
        head = store.head(case_id)
    if not as_json:
        print(f"{len(done)} of {total} samples examined")
        print_head(head)
    if any(one.sample.outcome == "unreadable" for one in done):
        return UNREADABLE
    return FOUND if any(one.findings for one in done) else NOTHING_FOUND


def _print_json(one: Examined, head: Head) -> None:
    findings = [finding.as_dict() for finding in one.findings]
    said = {"sample": one.sample.as_dict(), "findings": findings, "custody": head.as_dict()}
    print(json.dumps(said), flush=True)


def _print(one: Examined) -> None:
    print(plain(sampled(one.sample)))
    for finding in one.findings:
        match = finding.match
        said = f"{match['title']} [{finding.work_id}], E-value {float(match['e_value']):.0e}"
        print(plain(f"  {finding.finding_id}  {said}"))
