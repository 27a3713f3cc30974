"""The section on verdicts of the report."""

from __future__ import annotations

from benchmarks.results import Result

_HEAD = "| site | false in | rate | error | stated | seen | 95 % |\n|---|---|---|---|---|---|---|"


def verdicts(result: Result) -> str:
    """A table of stated errors and those seen."""
    about = (
        f"{result['sites']} made-up sites of each kind, looked at after every one of"
        f" {result['samples']} samples; a verdict errs if it ever errs."
    )
    rows = "\n".join(map(_row, result["rows"]))
    return f"{about}\n\n{_HEAD}\n{rows}"


def _row(row: Result) -> str:
    seen = row["seen"]
    interval = f"{seen['low']:.2g} to {seen['high']:.2g}"
    where = row.get("false in", "")
    cells = (row["site"], where, row["rate"], row["error"], row["stated"], f"{seen['share']:.2g}")
    return f"| {' | '.join(map(str, cells))} | {interval} |"
