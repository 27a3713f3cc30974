"""What pictures cost, as Markdown."""

from __future__ import annotations

from benchmarks.results import Result
from benchmarks.tables import count, share, spread, table

PARTS = ("reading", "searching", "verifying")


def video_cost(result: Result) -> str:
    """Reading and keeping a second of reference, and a query by size of the catalogue."""
    read, stored = result["extraction"], result["stored"]
    kept = [
        [name, f"{of_it:.0f}", f"{stored['index_bytes_per_s'][name]:.0f}"]
        for name, of_it in stored["bytes_per_s"].items()
    ]
    rows = [
        [
            f"{step['hours']:.1f}",
            str(step["references"]),
            name,
            spread(asked["cpu_s"]),
            *(spread(asked["parts_cpu_s"][part]) for part in PARTS),
            share(asked["found"]) if "unregistered" not in name else "-",
            count(asked["false"]),
        ]
        for step in result["steps"]
        for name, asked in step["queries"].items()
    ]
    header = (
        *("hours", "references", "query", "CPU s, median / p95", *PARTS),
        *("found", "wrong work claimed"),
    )
    parts = [
        f"Reading the picture of a film of {read['lines']} lines as a reference takes "
        f"{read['ratio']:.2f} times as long as decoding it ({read['cpu_s']['extract']:.1f} s and "
        f"{read['cpu_s']['decode']:.1f} s for {read['seconds']:.0f} s, one core).",
        table(("scheme", "stored, bytes a second", "index, bytes a second"), kept),
        "Queries of a minute, without sound. References beyond the corpus are made of real ones.",
        table(header, rows),
    ]
    return "\n\n".join(parts)
