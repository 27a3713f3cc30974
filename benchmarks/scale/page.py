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
CODES_HEADER = (
    *("codes", "index", "ms a query, median / p95", "complete", "bytes a code", "build, CPU s"),
    *("open, ms", "in memory, MB"),
)
SEARCH_HEADER = ("postings", "loops", "postings met", "probing, s", "looking up, s", "voting, s")
FINE = (
    "The same postings and queries, each key split by three further bits, so that a key has an "
    "eighth of the postings: a tree pays for each key, a vote for each posting."
)


def grown(result: Result) -> str:
    """Every size and index, and what is the floor below them."""
    parts = [
        f"One thread reads memory at {result['bandwidth']['bytes_a_second'] / 1e9:.1f} GB/s, from "
        "one end to the other. Times are processor time, side by side in one process."
    ]
    if steps := result.get("codes"):
        parts += ["### Codes", table(CODES_HEADER, _of_codes(steps))]
    if steps := result.get("postings"):
        parts += ["### Postings", _about(steps[-1]), table(HEADER, _rows(steps))]
        parts += [_ratios(steps), _small(result), "A whole search for ten seconds, under every "
                  "speed and pitch, up to the lines to verify:",
                  table(SEARCH_HEADER, _searches(steps))]  # fmt: skip
    if steps := result.get("fine"):
        title = f"### Postings under {steps[-1]['keys']:,} keys"
        parts += [title, FINE, table(HEADER, _rows(steps)), _ratios(steps)]
    return "\n\n".join(parts)


def _of_codes(steps: list[Step]) -> Iterator[list[str]]:
    """What was not measured of an index, being too slow to build or to ask, is a dash."""
    for step in steps:
        for index in step["indexes"]:
            complete = index.get("completeness", index.get("recall"))
            yield [
                f"{step['codes']:,}",
                index["name"],
                _spread(index),
                "-" if complete is None else f"{complete:.4f}",
                _number(index, "bytes", 1 / step["codes"], 1),
                _number(index, "build_s", 1.0, 1),
                _number(index, "open_s", 1e3, 1),
                _number(index, "resident_bytes", 1e-6, 0),
            ]


def _number(index: Step, what: str, unit: float, digits: int) -> str:
    return f"{index[what] * unit:,.{digits}f}" if what in index else "-"


def _spread(index: Step) -> str:
    whole = (_number(index, f"milliseconds_{what}", 1.0, 2) for what in ("median", "p95"))
    return " / ".join(whole)


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
    return [
        _spread(index),
        _number(index, "look_up_milliseconds_median", 1.0, 2),
        _number(index, "postings_a_query", 1.0, 0),
        _number(index, "completeness", 1.0, 3),
    ]


def _kept(step: Step, index: Step) -> list[str]:
    return [
        _number(index, "bytes", 1 / step["postings"], 2),
        _number(index, "build_s", 1.0, 1),
        _number(index, "open_s", 1e3, 1),
        _number(index, "first_query_ms", 1.0, 1),
        _number(index, "resident_bytes", 1e-6, 0),
        _number(index, "own_bytes", 1e-6, 0),
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
