"""The audio benchmark as Markdown: targets beside peers, where and how well, false matches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.results import Result
from benchmarks.tables import Figure, corpus, count, share, spread, table, unread

System = dict[str, Any]
STORED = {
    "fingerprint_bytes": "fingerprints",
    "catalogue_bytes": "catalogue with them",
    "index_bytes": "index",
}
WHERE_HEADER = (
    *("row", "right work, any place", "wrong work claimed", "offset error s"),
    *("in point error s", "out point error s", "both within 1 s"),
    *("speed error", "pitch error, semitones", "wait s"),
)


def audio(result: Result) -> str:
    """All tables of a run. Errors are median / 95th percentile, of matches in the right place."""
    ours, left_out = result["systems"][0], result["left_out"]
    parts = [
        corpus(result),
        "### Recall against the targets",
        "Right work within 0.5 s of the right place, or where the recording sounds the same, with "
        "its 95 % interval (*: the target lies inside it). Quoted figures are the field note's, of "
        "another corpus, 16 to 24 queries a cell.",
        _recall(result, lambda row: row["target"] is not None),
        "### Recall without targets",
        _recall(result, lambda row: row["target"] is None),
        f"### Where, and how exactly: {ours['system']}",
        "Median / 95th percentile over the matches in the right place.",
        table(WHERE_HEADER, _where(ours)),
        "### False matches",
        _negatives(result),
        *unread(ours),
    ]
    if left_out:
        parts.append("Left out of this run: " + "; ".join(left_out) + ".")
    return "\n\n".join(part for part in parts if part)


def cost(result: Result) -> str:
    """What a query costs by size of the catalogue, and what an hour of sound takes."""
    read = result["extraction"]
    rows = [
        [
            f"{step['hours']:.1f}",
            str(step["references"]),
            *(f"{step[what] / step['hours'] / 1e6:.2f}" for what in STORED),
            name,
            spread(asked["cpu_s"]),
            share(asked["found"]) if "unregistered" not in name else "-",
            count(asked["false"]),
        ]
        for step in result["steps"]
        for name, asked in step["queries"].items()
    ]
    header = (
        *("hours", "references", *(f"{label}, MB an hour" for label in STORED.values()), "query"),
        *("CPU s, median / p95", "found", "wrong work claimed"),
    )
    speed = (
        f"Reading and fingerprinting {read['hours']:.2f} h of sound: {read['times_real_time']:.0f} "
        "times real time on one core. References beyond that are made of real ones."
    )
    return f"{speed}\n\n{table(header, rows)}"


def verdict(recall: Figure, target: float | None) -> str:
    """Whether a target is met, or by how much it is missed; a star where the interval holds it.

    >>> verdict({"share": 0.95, "high": 0.98}, 0.97)
    'missed by 0.020*'
    >>> verdict({"share": 0.95, "high": 0.96}, 0.95)
    'met'
    """
    if recall is None or target is None or recall["share"] is None:
        return "-"
    if recall["share"] >= target:
        return "met"
    inside = "*" if recall["high"] >= target else ""
    return f"missed by {target - recall['share']:.3f}{inside}"


def _recall(result: Result, wanted: Callable[[dict[str, Any]], bool]) -> str:
    rows = [row for row in result["rows"] if not row["negative"] and wanted(row)]
    if not rows:
        return ""
    others = list(dict.fromkeys(entry["system"] for entry in result["quoted"]))
    header = ["row", "queries (works)", "target", "", *(s["system"] for s in result["systems"])]
    return table(
        [*header, *(f"{name}, quoted" for name in others)],
        [
            [*_row(row, result["systems"]), *(_quoted(result, row["name"], o) for o in others)]
            for row in rows
        ],
    )


def _row(row: dict[str, Any], systems: Sequence[System]) -> list[str]:
    found = [system["rows"][row["name"]] for system in systems]
    target = row["target"]
    return [
        row["name"],
        f"{found[0]['queries']} ({found[0]['works']})",
        "-" if target is None else f"{target:.2f}",
        verdict(found[0]["recall"], target),
        *(share(figures["recall"]) for figures in found),
    ]


def _quoted(result: Result, row: str, system: str) -> str:
    found = [q for q in result["quoted"] if (q["row"], q["system"]) == (row, system)]
    return f"{found[0]['percent_in_place'] / 100:.2f}" if found else "-"


def _where(system: System) -> list[list[str]]:
    rows = {**system["rows"], "**all**": system["positives"]}
    return [
        [
            name,
            share(row["work_recall"]),
            count(row["false"]),
            spread(row["offset_error_s"]),
            spread(row["in_error_s"], 2),
            spread(row["out_error_s"], 2),
            share(row["edges"]),
            spread(row["speed_error"], 4),
            spread(row["pitch_error"], 2),
            spread(row["latency_s"], 2),
        ]
        for name, row in rows.items()
        if row and "recall" in row
    ]


def _negatives(result: Result) -> str:
    """Works that are not registered, by row and in all, for each system."""
    systems = result["systems"]
    names = [row["name"] for row in result["rows"] if row["negative"]]
    if not names:
        return ""
    header = ("row", "queries", "hours", *(system["system"] for system in systems))
    rows = [_false(name, [system["rows"][name] for system in systems]) for name in names]
    rows.append(_false("**all**", [system["negatives"] for system in systems]))
    return table(header, rows)


def _false(name: str, figures: Sequence[dict[str, Any]]) -> list[str]:
    first = figures[0]
    claims = (count(one["false"]) for one in figures)
    return [name, str(first["queries"]), f"{first['hours']:.2f}", *claims]
