"""The field's two public sets, in the formats that they are given out in.

VSC2022 (Meta AI Video Similarity Challenge): one folder for a split, with `Q######.mp4` and
`R######.mp4` anywhere in it and one ground truth, `*matching_ground_truth.csv`, with columns
query_id, ref_id, query_start, query_end, ref_start, ref_end in seconds.

VCSL: `pair_file_*.csv` (query_id, reference_id), a JSON of labels {"query-reference": [[query
start, reference start, query end, reference end], …]}, and the videos under their ids. About one in
twelve can no longer be had; pairs without both files are left out, and counted.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.datasets import VIDEO_SUFFIXES, WorkFile
from benchmarks.metrics import Prediction, Truth, predictions
from benchmarks.probe import Facts
from benchmarks.progress import track
from benchmarks.scoring import pooled
from benchmarks.systems import System
from media.clip import Span

Pair = tuple[str, str]
TRUTH_COLUMNS = ("query_id", "ref_id", "query_start", "query_end", "ref_start", "ref_end")


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Videos by their ids, and what is true of them."""

    queries: dict[str, Path]
    references: dict[str, Path]
    truths: tuple[Truth, ...]
    pairs: frozenset[Pair] | None = None  # only these are judged; None: all
    missing: int = 0  # pairs left out because a file is not there


def load_vsc2022(folder: Path) -> PublicSet:
    """Read a split.

    Raises FileNotFoundError when there is not exactly one ground truth, or no video.
    """
    videos = _videos(folder)
    tables = sorted(folder.rglob("*matching_ground_truth*.csv"))
    if len(tables) != 1:
        raise FileNotFoundError(f"{folder} holds {len(tables)} ground truths; name one split")
    queries = {name: path for name, path in videos.items() if name.startswith("Q")}
    references = {name: path for name, path in videos.items() if name.startswith("R")}
    truths = list(_vsc_truths(tables[0]))
    kept = [t for t in truths if t.query_id in queries and t.work in references]
    return PublicSet(queries, references, tuple(kept), missing=len(truths) - len(kept))


def load_vcsl(folder: Path, part: str = "test") -> PublicSet:
    """Read one part: train, val or test.

    Raises FileNotFoundError when a table, the labels or all videos are missing.
    """
    videos = _videos(folder)
    pairs = _vcsl_pairs(_one(folder, f"pair_file_{part}.csv"))
    labels = json.loads(_one(folder, "label*.json").read_text())
    kept = [(query, work) for query, work in pairs if query in videos and work in videos]
    truths = [t for query, work in kept for t in _vcsl_truths(query, work, labels)]
    return PublicSet(
        {query: videos[query] for query, _ in kept},
        {work: videos[work] for _, work in kept},
        tuple(truths),
        frozenset(kept),
        len(pairs) - len(kept),
    )


def ask(system: System, given: PublicSet) -> list[Prediction]:
    """Register the references, ask for the queries; what is said of the pairs that are judged."""
    system.register([_work(name, path) for name, path in given.references.items()])
    answers = system.identify(list(given.queries.values()))
    asked = track(zip(given.queries, answers, strict=True), system.name, len(given.queries))
    said = [p for query, answer in asked for p in predictions(query, answer)]
    return [p for p in said if given.pairs is None or (p.query_id, p.work) in given.pairs]


def figures(system: System, given: PublicSet, said: Sequence[Prediction]) -> dict[str, object]:
    """Both tracks, of all that was told and of what the system reports as shipped."""
    shipped = [p for p in said if p.rank >= system.floor]
    return {
        "system": system.name,
        "queries": len(given.queries),
        "references": len(given.references),
        "truths": len(given.truths),
        "missing": given.missing,
        "ranked_by_all": pooled(given.truths, said),
        "shipped": pooled(given.truths, shipped),
        "claims": len(shipped),
    }


def write_predictions(path: Path, said: Iterable[Prediction]) -> None:
    """As the scorer of VSC2022 reads them."""
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow((*TRUTH_COLUMNS, "score"))
        for one in said:
            spans = (*_ends(one.query), *_ends(one.reference))
            table.writerow((one.query_id, one.work, *spans, one.rank))


def _videos(folder: Path) -> dict[str, Path]:
    """Videos by the stems of their names."""
    found = {p.stem: p for p in sorted(folder.rglob("*")) if p.suffix.lower() in VIDEO_SUFFIXES}
    if not found:
        raise FileNotFoundError(f"no video under {folder}")
    return found


def _one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if not found:
        raise FileNotFoundError(f"no {pattern} under {folder}")
    return found[0]


def _vsc_truths(path: Path) -> Iterable[Truth]:
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            query, work, *times = (row[column] for column in TRUTH_COLUMNS)
            a, b, c, d = map(float, times)
            yield _truth(query, work, Span(a, b), Span(c, d))


def _vcsl_pairs(path: Path) -> list[Pair]:
    with path.open(newline="") as file:
        return [(row["query_id"], row["reference_id"]) for row in csv.DictReader(file)]


def _vcsl_truths(
    query: str, work: str, labels: dict[str, Sequence[Sequence[float]]]
) -> Iterable[Truth]:
    for a, c, b, d in labels.get(f"{query}-{work}", ()):
        yield _truth(query, work, Span(a, b), Span(c, d))


def _truth(query_id: str, work: str, query: Span, reference: Span) -> Truth:
    speed = reference.duration_s / query.duration_s if query.duration_s else 1.0
    return Truth(query_id, work, query, reference, speed)


def _work(name: str, path: Path) -> WorkFile:
    facts = Facts("", 0.0, has_video=True, has_audio=False, height=0)
    return WorkFile(path, path.name, name, "video", facts)


def _ends(span: Span) -> tuple[float, float]:
    return span.start_s, span.end_s
