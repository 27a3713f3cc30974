"""Tables that the benchmarks of sound and of video share: recall beside targets, false matches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.results import Result
from benchmarks.tables import Figure, count, share, spread, table

System = dict[str, Any]
PLACES_HEADER = (
    *("row", "right work, any place", "wrong work claimed", "offset error s"),
    *("in point error s", "out point error s", "both within 1 s"),
)


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


def recall(result: Result, wanted: Callable[[dict[str, Any]], bool], figure: str = "recall") -> str:
    """A line for each row that is wanted, a column for each system and each that is quoted."""
    rows = [row for row in result["rows"] if not row["negative"] and wanted(row)]
    if not rows:
        return ""
    others = list(dict.fromkeys(entry["system"] for entry in result.get("quoted", [])))
    header = ["row", "queries (works)", "target", "", *(s["system"] for s in result["systems"])]
    return table(
        [*header, *(f"{name}, quoted" for name in others)],
        [
            [
                *_row(row, result["systems"], figure),
                *(_quoted(result, row["name"], o) for o in others),
            ]
            for row in rows
        ],
    )


def _row(row: dict[str, Any], systems: Sequence[System], figure: str) -> list[str]:
    found = [system["rows"][row["name"]] for system in systems]
    target = row["target"]
    return [
        row["name"],
        f"{found[0]['queries']} ({found[0]['works']})",
        "-" if target is None else f"{target:.2f}",
        verdict(found[0][figure], target),
        *(share(figures[figure]) for figures in found),
    ]


def _quoted(result: Result, row: str, system: str) -> str:
    found = [q for q in result["quoted"] if (q["row"], q["system"]) == (row, system)]
    return f"{found[0]['percent_in_place'] / 100:.2f}" if found else "-"


def negatives(result: Result) -> str:
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


def places(row: dict[str, Any]) -> list[str]:
    """Where a row's matches lie: the cells of `PLACES_HEADER` after the name."""
    return [
        share(row["work_recall"]),
        count(row["false"]),
        spread(row["offset_error_s"]),
        spread(row["in_error_s"], 2),
        spread(row["out_error_s"], 2),
        share(row["edges"]),
    ]
