"""`reelprint demo`."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from reelprint.commands.identifying import table
from reelprint.demo.run import demo as run_demo
from reelprint.exits import FOUND, NOTHING_FOUND


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
