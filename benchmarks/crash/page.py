"""The section on crashes of the report, which is what a run prints too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.results import Result

_HEAD = (
    "| operation | acknowledged | found | lost | killed in flight | there wholly | not there |\n"
    "|---|---|---|---|---|---|---|"
)
_STAGES = "| fault | states looked at | faults found |\n|---|---|---|"
SHOWN = 20  # faults that a page names


def crash(result: Result) -> str:
    """What was acknowledged, found and lost, and every other fault."""
    found = faults(result)
    listed = "\n".join(f"- {fault}" for fault in found[:SHOWN])
    more = f"\n- and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "\n\n".join([_killed(result["random kills"]), _others(result), listed + more]).strip()


def faults(result: Result) -> list[str]:
    """All that was wrong, wherever a result says so."""
    return [f"{stage}: {fault}" for stage, some in result.items() for fault in _faults(some)]


def _faults(figures: Any) -> Iterator[str]:
    if isinstance(figures, dict):
        yield from map(str, figures.get("faults", ()))
        for value in figures.values():
            yield from _faults(value)


def _killed(kills: Result) -> str:
    rows = "\n".join(
        f"| {kind} | {' | '.join('–' if n is None else str(n) for n in row.values())} |"
        for kind, row in kills["operations"].items()
    )
    phases = ", ".join(f"{n} {phase}" for phase, n in kills["phases"].items())
    seen = kills["reading"]
    return (
        f"{kills['kills']} processes were killed with signal 9 at random moments of what they did"
        f" to an index: {phases}. After each the index was opened, asked and written to.\n\n"
        f"{_HEAD}\n{rows}\n\n"
        f"Meanwhile {seen['readers']} processes opened it {seen['looks']} times and asked"
        f" {seen['old views asked again']} older views again: {seen['wrong answers']} wrong"
        f" answers, {seen['views of what never was']} views of what never was,"
        f" {seen['ended by themselves']} processes ended."
    )


def _others(result: Result) -> str:
    rows = [
        _row("kill at every point at which the folder changes", result["kills at every point"]),
        _row("power cut: any part of what was not synced is lost", result["power cuts"]),
        _full(result["full disk"]),
        *(
            _harmed(name, figures)
            for name, figures in result["damage"].items()
            if isinstance(figures, dict)
        ),
    ]
    return "\n".join([_STAGES, *rows])


def _row(name: str, figures: Result) -> str:
    of = ", ".join(f"{kind} {n}" for kind, n in figures["states"].items())
    return f"| {name} | {sum(figures['states'].values())}: {of} | {len(figures['faults'])} |"


def _full(figures: Result) -> str:
    said = f"{figures['failed']} operations failed, and succeeded with room"
    return f"| full disk ({figures['way']}) | {said} | {len(figures['faults'])} |"


def _harmed(name: str, figures: Result) -> str:
    of = ", ".join(f"{n} {what}" for what, n in _kinds(figures["harmed"]).items())
    return f"| harmed {name} | {sum(figures['harmed'].values())}: {of} | {len(figures['faults'])} |"


def _kinds(harmed: dict[str, int]) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for what, n in harmed.items():
        kinds[what.split()[0]] = kinds.get(what.split()[0], 0) + n
    return kinds
