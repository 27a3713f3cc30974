"""The section on load of the report."""

from __future__ import annotations

from benchmarks.load.scoring import SOUGHT_P95_S, faults
from benchmarks.results import Result

_HEAD = "| asked meanwhile | times | p50 | p95 | longest | failed |\n|---|---|---|---|---|---|"


def load(result: Result) -> str:
    """What became of submissions, and a table of what was read meanwhile."""
    about = (
        f"{result['submissions']} files submitted at once by {result['clients']} clients to a "
        f"server with {result['workers']} workers. {result['killed workers']} workers were killed "
        f"at work (SIGKILL), the server itself {result['killed servers']} time(s). "
        f"{result['acknowledged']} were acknowledged, {result['right']} answered as "
        f"`identify --json` does to the last digit, {result['wrong']} otherwise; "
        f"{result['lost']} were lost, {result['doubled']} done for nobody. "
        f"{result['begun again']} were begun again, {result['sent again']} sent again by their "
        f"client. It took {result['seconds']:.0f} s, {result['a minute']:.0f} a minute."
    )
    rows = "\n".join(map(_row, result["reads"]))
    wrong = "; ".join(faults(result)) or "nothing"
    sought = f"Sought: nothing lost, wrong or doubled, p95 under {SOUGHT_P95_S * 1000:.0f} ms."
    return f"{about}\n\n{_HEAD}\n{rows}\n\n{sought} Amiss: {wrong}."


def _row(row: Result) -> str:
    waits = (_ms(row[name]) for name in ("p50_s", "p95_s", "max_s"))
    return f"| {row['page']} | {row['asked']} | {' | '.join(waits)} | {row['failed']} |"


def _ms(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds * 1000:.0f} ms"
