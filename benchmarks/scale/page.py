"""The growth of the index as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.results import Result
from benchmarks.tables import table

Step = dict[str, Any]
HEADER = (
    *("postings", "index", "ms a query, median / p95", "of it looking up", "postings met"),
    *("same answers", "bytes a posting", "build, CPU s", "open, ms", "first query, ms"),
    *("in memory, MB", "of it its own"),
)
SEARCH_HEADER = ("postings", "loops", "postings met", "probing, s", "looking up, s", "voting, s")


def grown(result: Result) -> str:
    """Every size and index, and what is the floor below them."""
    parts = [
        f"One thread reads memory at {result['bandwidth']['bytes_a_second'] / 1e9:.1f} GB/s, from "
        "one end to the other. Times are processor time, side by side in one process."
    ]
    if steps := result.get("postings"):
        parts += ["### Postings", _about(steps[-1]), table(HEADER, _rows(steps))]
        parts += [_ratios(steps), _small(result), "A whole search for ten seconds, under every "
                  "speed and pitch, up to the lines to verify:",
                  table(SEARCH_HEADER, _searches(steps))]  # fmt: skip
    return "\n\n".join(parts)


def _about(step: Step) -> str:
    return (
        f"{step['queries']} excerpts of ten seconds of real works, each asking for the "
        f"{step['keys_a_query']:,.0f} keys that are worth most to it, with the same vote over what "
        "each index finds."
    )


def _rows(steps: list[Step]) -> Iterator[list[str]]:
    for step in steps:
        for index in step["indexes"]:
            yield [f"{step['postings']:,}", index["name"], *_asked(index), *_kept(step, index)]


def _asked(index: Step) -> list[str]:
    if "milliseconds_median" not in index:
        return ["-"] * 4
    return [
        f"{index['milliseconds_median']:.2f} / {index['milliseconds_p95']:.2f}",
        f"{index['look_up_milliseconds_median']:.2f}",
        f"{index['postings_a_query']:,.0f}",
        f"{index['completeness']:.3f}",
    ]


def _kept(step: Step, index: Step) -> list[str]:
    if "bytes" not in index:
        return ["-"] * 6
    return [
        f"{index['bytes'] / step['postings']:.2f}",
        f"{index['build_s']:.1f}",
        f"{1e3 * index['open_s']:.1f}",
        f"{index['first_query_ms']:.1f}",
        f"{index['resident_bytes'] / 1e6:.0f}",
        f"{index['own_bytes'] / 1e6:.0f}",
    ]


def _ratios(steps: list[Step]) -> str:
    """How many times as long LMDB takes, the vote included and left out."""
    told = []
    for step in steps:
        by = {index["name"]: index for index in step["indexes"]}
        ours, other = by.get("Reelprint", {}), by.get("LMDB", {})
        if "milliseconds_median" in ours and "milliseconds_median" in other:
            whole, alone = (
                other[what] / ours[what]
                for what in ("milliseconds_median", "look_up_milliseconds_median")
            )
            told.append(f"{step['postings']:,}: {whole:.1f} ({alone:.1f})")
    return f"LMDB takes so many times as long, the vote included (without it): {'; '.join(told)}."


def _small(result: Result) -> str:
    told = (
        f"{one['postings']:,} postings {one['bytes'] / one['postings']:.1f}"
        for one in result["small_segments"]
    )
    return f"Bytes a posting on the disk of small segments of Reelprint's: {', '.join(told)}."


def _searches(steps: list[Step]) -> Iterator[list[str]]:
    for step in steps:
        for one in step.get("searches", ()):
            yield [
                f"{step['postings']:,}",
                "compiled" if one["compiled"] else "NumPy",
                f"{one['postings']:,.0f}",
                *(f"{one[what]:.3f}" for what in ("probing", "looking_up", "voting")),
            ]
