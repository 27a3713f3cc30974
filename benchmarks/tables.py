"""Results as Markdown tables. Everything comes from the JSON of a run; nothing is typed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.results import Result
from benchmarks.rows import ROWS

Figure = dict[str, Any] | None


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table.

    >>> print(table(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    rule = "|---" * len(header) + "|"
    lines = ["| " + " | ".join(cells) + " |" for cells in (header, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]])


def share(figure: Figure) -> str:
    """A share with its 95 % interval.

    >>> share({"k": 1, "n": 2, "share": 0.5, "low": 0.01, "high": 0.99})
    '0.500 [0.010, 0.990]'
    """
    if figure is None or figure["share"] is None:
        return "-"
    return f"{figure['share']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"


def count(figure: Figure, digits: int = 2) -> str:
    """A count of trials with the upper end of the interval of its share."""
    if figure is None:
        return "-"
    return f"{figure['k']} of {figure['n']} (≤ {figure['high']:.{digits}%})"


def spread(figure: Figure, digits: int = 3) -> str:
    """A median and a 95th percentile."""
    return "-" if figure is None else f"{figure['median']:.{digits}f} / {figure['p95']:.{digits}f}"


RECALL_HEADER = (
    *("row", "queries (works)", "recall", "target", "exact place", "exact, without stills"),
    *("right work, any place", "wrong work claimed"),
    *("offset error s, median / p95", "µAP", "VCSL F1"),
)


def recall_rows(system: dict[str, Any]) -> list[list[str]]:
    """One line a row of one system."""
    targets = {row.name: row.target for row in ROWS}
    return [
        [
            name,
            f"{row['queries']} ({row['works']})",
            share(row.get("recall")),
            f"{target:.2f}" if (target := targets.get(name)) is not None else "-",
            share(row.get("recall_exact_place")),
            share(row.get("recall_without_stills")),
            share(row.get("work_recall")),
            count(row["false"]),
            spread(row.get("offset_error_s")),
            number(row.get("micro_ap")),
            number((row.get("vcsl") or {}).get("f1")),
        ]
        for name, row in system["rows"].items()
    ]


def recall(result: Result) -> str:
    """The tables of a recall run."""
    parts = [corpus(result)]
    for system in result["systems"]:
        parts += [f"### {system['system']}", table(RECALL_HEADER, recall_rows(system))]
        parts += unread(system)
    if result["left_out"]:
        parts.append("Left out of this run: " + "; ".join(result["left_out"]) + ".")
    return "\n\n".join(parts)


def unread(system: dict[str, Any]) -> list[str]:
    """A line for each row in which a system could not read its queries: no miss like others."""
    return [
        f"{name}: {count} queries were `{status}`."
        for name, row in system["rows"].items()
        for status, count in row["statuses"].items()
        if status in ("unreadable", "too_short")
    ]


def corpus(result: Result) -> str:
    """What was registered and what was held out."""
    cells = "; ".join(
        f"{role}: "
        + ", ".join(f"{c['works']} {kind} ({c['hours']:.2f} h)" for kind, c in kinds.items())
        for role, kinds in result["cells"].items()
    )
    return f"Split `{result['split']}`, seed {result['seed']}. Works {cells}."


def speed(result: Result) -> str:
    """The tables of a speed run."""
    header = (
        "picture",
        "register, times real time on one core",
        "bare decode, times real time",
        "cost ratio",
    )
    rows = [
        [
            f"{r['lines']}p",
            f"{r['register_x']:.0f}",
            f"{r['decode_x']:.0f}",
            f"{r['register_cpu_s'] / r['decode_cpu_s']:.2f}",
        ]
        for r in result["registration"]
    ]
    stored = [
        [what, f"{s['bytes_per_hour'] / 2**20:.2f}", f"{s['hours']:.2f}"]
        for what, s in result["stored"].items()
    ]
    waits = [
        [f"`identify`, 30 s of {what}", f"{result['latency'][what]['median_s']:.2f}"]
        for what in ("video", "audio")
    ]
    waits.append(["`reelprint identify --help`", f"{result['start_up']['median_s']:.2f}"])
    return "\n\n".join(
        [
            table(header, rows),
            table(("stored", "MiB for an hour", "hours measured"), stored),
            table(("wait", "median s"), waits),
        ]
    )


def memory(result: Result) -> str:
    """The table of a memory run."""
    rows = [
        [step, f"{cost['peak_mib']:.0f}", f"{cost['wall_s']:.0f}", str(cost["exit_code"])]
        for step in ("register", "identify")
        for cost in [result[step]]
    ]
    title = f"One file of {result['hours']:g} h at {result['lines']}p with sound."
    return f"{title}\n\n" + table(("step", "peak MiB", "wall s", "exit code"), rows)


def number(value: float | None) -> str:
    """Three digits, or a dash."""
    return "-" if value is None else f"{value:.3f}"
