"""Results of public sets as pages: what was asked, what each system scores, what others report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.results import Result
from benchmarks.tables import count, number, share, spread, table

Cells = Callable[[Mapping[str, Any]], Sequence[str]]
WAYS = (("told", "all that was told"), ("shipped", "as shipped"))


def vsc2022(result: Result) -> str:
    """Both tracks."""
    names = ("micro_ap", "segment_ap")
    return _page(result, ("descriptor track µAP", "matching track µAP"), _numbers(names))


def vcsl(result: Result) -> str:
    """Segments, whole pairs and query sets."""
    header = (
        *("recall", "precision", "F1", "rejected copies", "alarmed others"),
        *("query sets: recall", "precision", "F1"),
    )

    def cells(figures: Mapping[str, Any]) -> Sequence[str]:
        pairs = (figures["false_rejections"], figures["false_alarms"])
        return [
            *_segments(figures["segments"]),
            *map(share, pairs),
            *_segments(figures["query_sets"]),
        ]

    return _page(result, header, cells)


def disc21(result: Result) -> str:
    """The measures of the challenge, and its rank ones."""
    names = ("micro_ap", "recall_at_p90", "recall_at_1", "recall_at_10")
    return _page(result, ("µAP", "recall at P90", "recall at 1", "recall at 10"), _numbers(names))


def songs(result: Result) -> str:
    """Top-1 hit rates, one line a length."""
    header = ("system", "matches", "seconds", "queries", "exact", "near", "song", "another song")
    rows = [
        [system["system"], label, seconds, str(f["exact"]["n"]), *map(share, _hits(f))]
        for system in result["systems"]
        for way, label in WAYS
        for seconds, f in system[way].items()
    ]
    return _around(result, table(header, rows))


def folder(result: Result) -> str:
    """What was found, where, and what was not there."""
    header = (
        *("recall", "offset error s, median / p95", "wrong work", "of negatives"),
        *("µAP", "segment µAP", "segment F1"),
    )

    def cells(figures: Mapping[str, Any]) -> Sequence[str]:
        return [
            share(figures["recall"]),
            spread(figures["offset_error_s"]),
            count(figures["false"]),
            count(figures["false_of_negatives"]),
            number(figures["micro_ap"]),
            number(figures["segment_ap"]),
            number((figures["vcsl"] or {}).get("f1")),
        ]

    return _page(result, header, cells)


def _page(result: Result, header: Sequence[str], cells: Cells) -> str:
    rows = [
        [system["system"], label, *cells(system[way])]
        for system in result["systems"]
        for way, label in WAYS
    ]
    return _around(result, table(("system", "matches", *header), rows))


def _around(result: Result, figures: str) -> str:
    return "\n\n".join([_counts(result), figures, *_published(result), *_lacking(result)])


def _counts(result: Result) -> str:
    """What was asked, and every reason for which something was not."""
    parts = [
        f"{result['queries']} queries, {result['references']} references, {result['truths']} true",
        *([f"{result['pairs']} pairs are judged"] if result["pairs"] is not None else []),
        *(f"left out: {many} {what}" for what, many in result["left_out"].items()),
        *_unreadable(result),
        *([f"{n} references are the bytes of another"] if (n := result["same_bytes"]) else []),
    ]
    split = f"Part `{result['split']}`. " if result["split"] else ""
    return split + "; ".join(parts) + "."


def _unreadable(result: Result) -> Iterator[str]:
    if result["unreadable"]:
        named = ", ".join(result["unreadable_names"])
        yield f"{result['unreadable']} files cannot be read and count as missed ({named})"


def _published(result: Result) -> Iterator[str]:
    """What others report; a part of a set is no whole one."""
    if not result["published"]:
        return
    rows = [
        [r["system"], r["measure"], f"{r['value']:.4f}", r["source"]] for r in result["published"]
    ]
    yield "What others report of the whole set, read there and not measured here:"
    yield table(("system", "measure", "value", "source"), rows)
    if any("--" in what or "for want" in what for what in result["left_out"]):
        yield "**Not comparable with these: this run leaves out a part of the set.**"


def _lacking(result: Result) -> Iterator[str]:
    for system in result["systems"]:
        if many := system["statuses"].get("not asked for"):
            yield f"{system['system']} does not read {many} of the queries; they count as missed."
    if result["left_out_peers"]:
        yield "Left out of this run: " + "; ".join(result["left_out_peers"]) + "."


def _numbers(names: Sequence[str]) -> Cells:
    return lambda figures: [number(figures.get(name)) for name in names]


def _segments(figures: Mapping[str, Any] | None) -> Sequence[str]:
    return [number((figures or {}).get(name)) for name in ("recall", "precision", "f1")]


def _hits(figures: Mapping[str, Any]) -> Sequence[Any]:
    return [figures[name] for name in ("exact", "near", "song", "wrong")]
