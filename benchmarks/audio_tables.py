"""The audio benchmark as Markdown: targets beside peers, where and how well, false matches."""

from __future__ import annotations

from benchmarks.ranked_tables import PLACES_HEADER, System, negatives, places, recall
from benchmarks.results import Result
from benchmarks.tables import corpus, count, share, spread, table, unread

STORED = {
    "fingerprint_bytes": "fingerprints",
    "catalogue_bytes": "catalogue with them",
    "index_bytes": "index",
}
WHERE_HEADER = (*PLACES_HEADER, "speed error", "pitch error, semitones", "wait s")


def audio(result: Result) -> str:
    """All tables of a run. Errors are median / 95th percentile, of matches in the right place."""
    ours, left_out = result["systems"][0], result["left_out"]
    parts = [
        corpus(result),
        "### Recall against the targets",
        "Right work within 0.5 s of the right place, or where the recording sounds the same, with "
        "its 95 % interval (*: the target lies inside it). Quoted figures are the field note's, of "
        "another corpus, 16 to 24 queries a cell.",
        recall(result, lambda row: row["target"] is not None),
        "### Recall without targets",
        recall(result, lambda row: row["target"] is None),
        f"### Where, and how exactly: {ours['system']}",
        "Median / 95th percentile over the matches in the right place.",
        table(WHERE_HEADER, _where(ours)),
        "### False matches",
        negatives(result),
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
        f"times real time on one core{_unlearned(result)}. References beyond that are made of real "
        "ones."
    )
    return f"{speed}\n\n{table(header, rows)}"


def _unlearned(result: Result) -> str:
    """At what pace it is read without what a network has learned, where that was measured."""
    read = result.get("unlearned_extraction")
    return f", {read['times_real_time']:.0f} without what a network has learned" if read else ""


def _where(system: System) -> list[list[str]]:
    rows = {**system["rows"], "**all**": system["positives"]}
    return [
        [
            name,
            *places(row),
            spread(row["speed_error"], 4),
            spread(row["pitch_error"], 2),
            spread(row["latency_s"], 2),
        ]
        for name, row in rows.items()
        if row and "recall" in row
    ]
