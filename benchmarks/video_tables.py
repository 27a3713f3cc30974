"""The video benchmark as Markdown: targets beside peers, where, how exactly, false matches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.ranked_tables import PLACES_HEADER, System, negatives, places, recall
from benchmarks.results import Result
from benchmarks.tables import Figure, corpus, count, number, share, spread, table, unread

WHERE_HEADER = (*PLACES_HEADER, "speed within 1 %", "wait s")
FRAME_HEADER = (
    *("row", "mirrored", "inverted", "rotation within 3°", "crop, overlap ≥ 0.7"),
    *("crop overlap", "picture's place, overlap ≥ 0.7", "its overlap"),
)
POOLED_HEADER = (
    *("system", "µAP (VSC2022)", "segment µAP", "VCSL F1 of what is claimed"),
    *("precision", "recall", "false pairs of suspect and reference", "registering, s"),
)


def video(result: Result) -> str:
    """All tables of a run. Errors are median / 95th percentile, of matches in the right place."""
    ours, left_out = result["systems"][0], result["left_out"]
    told = ", ".join(f"{count} in turn {name}" for name, count in result["registered"].items())
    parts = [
        corpus(result),
        f"Registered: {told}. In turn b the two roles are exchanged; turn c asks for real copies.",
        "### Recall against the targets",
        "Right work within 0.5 s of the right place, or where the picture is the same, with its "
        "95 % interval (*: the target lies inside it).",
        recall(result, lambda row: row["target"] is not None),
        "### Recall of what the issue does not name",
        recall(result, lambda row: row["target"] is None),
        "### The right work, wherever it was said to be",
        recall(result, lambda row: row["target"] is not None, "work_recall"),
        "### All queries pooled",
        table(POOLED_HEADER, [_pooled(system) for system in result["systems"]]),
        f"### Where, and how exactly: {ours['system']}",
        "Median / 95th percentile over the matches in the right place.",
        table(WHERE_HEADER, _where(ours)),
        _in_the_frame(ours),
        "### False matches",
        negatives(result),
        *unread(ours),
    ]
    if left_out:
        parts.append("Left out of this run: " + "; ".join(left_out) + ".")
    return "\n\n".join(part for part in parts if part)


def _vcsl(figures: dict[str, Any]) -> list[str]:
    return [number(figures["vcsl"][key]) for key in ("f1", "precision", "recall")]


def _pooled(system: System) -> list[str]:
    return [
        system["system"],
        number(system["ranked_by_all"]["micro_ap"]),
        number(system["ranked_by_all"]["segment_ap"]),
        *_vcsl(system["shipped"]),
        count(system["false_pairs"], digits=4),
        f"{system['register_s']:.0f}",
    ]


def _where(system: System) -> list[list[str]]:
    return [
        [
            name,
            *places(row),
            share(system["places"][name]["speed"]),
            spread(row["latency_s"], 2),
        ]
        for name, row in system["rows"].items()
        if "recall" in row
    ]


def _in_the_frame(system: System) -> str:
    """What is said of the transform; empty for a system that says nothing."""
    told = {name: row for name, row in system["places"].items() if any(_said(row))}
    if not told:
        return ""
    rows = [
        [
            name,
            *(share(row[key]) for key in ("mirrored", "inverted", "rotation", "crop")),
            spread(row["crop_overlap"], 2),
            share(row["picture"]),
            spread(row["picture_overlap"], 2),
        ]
        for name, row in told.items()
    ]
    title = "What is said of the transform, of the matches in the right place that say something."
    return f"{title}\n\n{table(FRAME_HEADER, rows)}"


def _said(row: dict[str, Any]) -> Sequence[Figure]:
    return [row[key] for key in ("mirrored", "inverted", "rotation", "crop", "picture")]
