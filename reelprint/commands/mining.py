"""`reelprint selftest --mine`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from reelprint.exits import FOUND, UNREADABLE, Usage
from reelprint.mine.excerpts import SECONDS, SHORTEST_S, Sources, sources
from reelprint.mine.run import Asked, Outcome, Row, measure
from reelprint.workspace import Workspace, default_home


def selftest_mine(
    works: int, queries: int, jobs: int | None, as_json: bool, home: Path | None
) -> int:
    """Measure on the works of a workspace and report; the exit code."""
    workspace = Workspace.open(home or default_home())
    of = sources(workspace, works)
    if not of.there:
        raise Usage(_nothing(of))
    outcome = measure(workspace, of, queries, jobs, _followed)
    if as_json:
        print(json.dumps(_plain(outcome)))
    else:
        _show(outcome)
    return FOUND if outcome.is_right else UNREADABLE


def _nothing(of: Sources) -> str:
    if not of.missing and not of.unfit:
        return "nothing is registered, so there is nothing to test on"
    return (
        f"there is no media to cut excerpts from: of {of.missing} references the file is gone from "
        f"where it was registered, is another one now, or was never here, for they came in a "
        f"fingerprint package; {of.unfit} are still pictures, shorter than {SHORTEST_S:g} s, or "
        "show nothing"
    )


def _followed(asked: Iterable[Asked], total: int) -> Iterable[Asked]:
    progress = Console(stderr=True)
    return track(asked, "asking", total=total, console=progress, transient=True)


def _show(outcome: Outcome) -> None:
    console, of = Console(), outcome.sources
    console.print(
        f"{len(of.there)} works, excerpts of {SECONDS:g} s, reported at an E-value of at most "
        f"{outcome.bound:g}",
        highlight=False,
    )
    console.print(_table(outcome.rows))
    for missed, why in (
        (
            of.missing,
            "references were passed over: their file is gone, another one now, or was never here",
        ),
        (of.unfit, f"were passed over: still, shorter than {SHORTEST_S:g} s, or without evidence"),
        (outcome.uncut, "excerpts could not be cut out of their file"),
    ):
        if missed:
            console.print(f"{missed} {why}", highlight=False)
    pairs = sorted({pair for row in outcome.rows for pair in row.others})
    for work, other in pairs:
        console.print(f"wrong: {other} was named for {work}", markup=False, highlight=False)
    if pairs:
        console.print("Works that share material are named for each other; look at these.")


def _table(rows: Iterable[Row]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 2))
    for column in ("done to it", "found", "recall, 95 %", "wrong", "nearest other"):
        table.add_column(column, no_wrap=True)
    for row in rows:
        low, high = row.recall.low, row.recall.high
        table.add_row(
            row.name,
            f"{row.recall.k} of {row.recall.n}",
            f"{low:.2f} to {high:.2f}",
            f"{len(row.others)}",
            "-" if row.nearest is None else f"E = {row.nearest:.0e}",
        )
    return table


def _plain(outcome: Outcome) -> dict[str, object]:
    of, engine = outcome.sources, outcome.engine
    return {
        "works": [source.reference.work_id for source in of.there],
        "missing": of.missing,
        "unfit": of.unfit,
        "uncut": outcome.uncut,
        "excerpt_s": SECONDS,
        "max_e_value": outcome.bound,
        "rows": [_plain_row(row) for row in outcome.rows],
        "ok": outcome.is_right,
        "engine": None if engine is None else {**asdict(engine), "schemes": list(engine.schemes)},
    }


def _plain_row(row: Row) -> dict[str, object]:
    named = [{"work_id": work, "named": other} for work, other in row.others]
    one = row.recall
    recall = {"found": one.k, "asked": one.n, "share": one.k / one.n if one.n else None}
    recall |= {"low": round(one.low, 4), "high": round(one.high, 4)}
    return {"name": row.name, "what": row.what, **recall, "wrong": named, "nearest": row.nearest}
