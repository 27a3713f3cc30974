"""`reelprint demo`."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from reelprint.commands.exporting import as_dict
from reelprint.commands.identifying import table
from reelprint.commands.judging import print_verdict
from reelprint.demo.case import CASE, CaseDemo, case_demo
from reelprint.demo.run import demo as run_demo
from reelprint.exits import FOUND, NOTHING_FOUND
from reelprint.showing.plain import plain


def demo(out: Path, jobs: int | None, as_json: bool) -> int:
    """Run the demo and report; the exit code."""
    console, progress = Console(), Console(stderr=True)
    result = run_demo(out, jobs, progress.print)
    for shown in result.shown:
        if as_json:
            print(json.dumps({"label": shown.label, **shown.answer.as_dict()}))
            continue
        met = "as expected" if shown.as_expected else "[red]not as expected[/]"
        console.print(f"[bold]{shown.label}[/] ({shown.suspect.what})", highlight=False)
        console.print(f"  {shown.answer.status}, {met}", highlight=False)
        if shown.answer.matches:
            console.print(table(shown.answer.matches))
    console = progress if as_json else console
    console.print(f"side by side, with the evidence: {result.page}  ({result.seconds:.0f} s)")
    return FOUND if result.ok else NOTHING_FOUND


def demo_case(out: Path, jobs: int | None, as_json: bool) -> int:
    """Run the demo of a case and report; the exit code."""
    progress = Console(stderr=True, soft_wrap=True, highlight=False)
    done = case_demo(out / "case", jobs, progress.print)
    print(json.dumps(case_as_dict(done))) if as_json else _tell(done)
    return FOUND if done.ok else NOTHING_FOUND


def case_as_dict(done: CaseDemo) -> dict[str, object]:
    """What the demo of a case came to, for machines."""
    works = [
        {
            "work_id": one.work_id,
            "title": one.title,
            "verdict": one.state,
            "rights": one.rights,
            "findings": list(one.findings),
        }
        for one in done.verdict.works
    ]
    site = {"site": done.verdict.site, "verdict": done.verdict.state}
    return {"case": CASE, **site, "works": works, **as_dict(done.exported)}


def _tell(done: CaseDemo) -> None:
    """The verdict, the package, and how to check it."""
    path, signer = done.exported.path, done.exported.sealed.signer
    print_verdict(done.verdict)
    state = "it holds" if done.exported.found.holds else "IT DOES NOT HOLD"
    print(plain(f"{path}: {state}. To check it again:"))
    print(plain(f"  reelprint verify {path} --signer {signer} --from-media"))
