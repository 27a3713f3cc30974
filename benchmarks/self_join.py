"""Does `lint` find what works share? The files of one half, each registered as a work of its own.

Truth is pairs of files: those of `real_copies.csv`, looked at, and those of one group of
`shared_material.csv`, heard or computed. Pairs of other groups that are found are listed: nobody
has heard all pairs of the corpus, so each is either false or news.
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

from benchmarks.as_is import real_copies
from benchmarks.datasets import SHARED_MATERIAL, Dataset, Half, WorkFile, cell
from reelprint.linting import Finding, Linter
from reelprint.pipeline import Item, register
from reelprint.workspace import Workspace
from reference_catalog.work import WorkDetails

Pair = tuple[str, str]  # names of files, in order
SHORTEST_S, LONGEST_S = 20.0, 600.0  # of works that are added


def known_pairs(data: Dataset, half: Half) -> dict[str, set[Pair]]:
    """Pairs that share something, by where it is written."""
    copies = {_pair(c.copy.name, c.reference.name) for c in real_copies(data, half)}
    with SHARED_MATERIAL.open(newline="") as table:
        groups = {row["group"] for row in csv.DictReader(table)}
    files = [f for f in data.files if cell(f.work_id)[0] == half and f.work_id in groups]
    alike = {
        _pair(a.name, b.name)
        for a, b in combinations(files, 2)
        # The same bytes are registered once.
        if a.work_id == b.work_id and a.facts.sha256 != b.facts.sha256
    }
    return {"real_copies": copies, "shared_material": alike - copies}


def chosen(data: Dataset, half: Half, others: int) -> list[WorkFile]:
    """The files of all known pairs, and so many others of each kind, by the hash of their names."""
    named = {name for pairs in known_pairs(data, half).values() for pair in pairs for name in pair}
    kept = [f for f in data.files if f.name in named]
    rest = (f for f in data.files if f.name not in named and cell(f.work_id)[0] == half)
    fit = [f for f in rest if SHORTEST_S < f.facts.duration_s < LONGEST_S]
    for kind in sorted({f.kind for f in fit}):
        of_kind = sorted((f for f in fit if f.kind == kind), key=_drawn)
        kept += of_kind[:others]
    return sorted(kept, key=lambda f: f.name)


def measure(
    files: Sequence[WorkFile], known: dict[str, set[Pair]], home: Path
) -> dict[str, object]:
    """What lint finds among files, and what it costs, on one core."""
    workspace = Workspace.create(home)
    names = {str(n): f.name for n, f in enumerate(files)}
    items = [Item(f.path, WorkDetails(str(n), str(n))) for n, f in enumerate(files)]
    seconds = sum(one.duration_s for one in register(workspace, items))
    linter, findings = Linter(workspace), list[Finding]()
    before = time.process_time()
    for work_id in names:
        findings += linter.lint(work_id)
    cost = time.process_time() - before
    found = dict(_found(findings, names))
    groups = {f.name: f.work_id for f in files}
    return {
        "files": len(files),
        "hours": seconds / 3600,
        "cpu_s_per_hour": cost / (seconds / 3600),
        "found": {
            source: {"of": len(pairs), "found": len(pairs & found.keys())}
            for source, pairs in known.items()
        },
        "missed": sorted(pair for pairs in known.values() for pair in pairs - found.keys()),
        "others": [
            {"files": pair, **said}
            for pair, said in sorted(found.items())
            if groups[pair[0]] != groups[pair[1]]
        ],
        "conditions": sorted(
            [names[f.work_id], f.kind, f.span.start_s, f.span.end_s]
            for f in findings
            if not f.others
        ),
    }


def _found(
    findings: Iterable[Finding], names: dict[str, str]
) -> Iterator[tuple[Pair, dict[str, object]]]:
    """Each pair with what is surest of it; the surest comes last, so that it stays."""
    said = [
        (shared.e_value, _pair(names[f.work_id], names[other]), f, shared)
        for f in findings
        for other, shared in f.others
    ]
    for e_value, pair, finding, shared in sorted(said, key=lambda one: (-one[0], one[1])):
        seconds = finding.span.duration_s
        yield (
            pair,
            {"kind": finding.kind, "e_value": e_value, "seconds": seconds, "speed": shared.speed},
        )


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a < b else (b, a)


def _drawn(file: WorkFile) -> str:
    return hashlib.sha256(file.name.encode()).hexdigest()
