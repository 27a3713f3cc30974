"""DISC21, the set of the Image Similarity Challenge (ISC2021).

Douze et al., "The 2021 Image Similarity Dataset and Challenge", arXiv 2106.09672. As it is given
out: refs_50k_{0 … 19}/R######.jpg (a million), {dev,test}_queries_50k_0/Q#####.jpg (50,000 each,
one in five carries a reference), {dev,test}_queries_groundtruth.csv. Also as its code lays it out
(github.com/facebookresearch/isc2021): pictures in any folders, list_files/public_ground_truth.csv
for the first 25,000 queries of dev. `subset_1` is its small part, queries and references of known
pairs alone, by list_files/subset_1_{queries,references,ground_truth.csv}: easier, and 10,000
pictures in all. A truth is a line query_id,reference_id, with a header or without; a line without a
reference says that the query carries none. Where there are such lines, only listed queries are
asked for; otherwise all are. Training pictures (T######) are passed over.

Measures: `metrics/isc.py`, of all matches that were told. To Reelprint a picture is a film of one
frame, read by the schemes for pictures; its E-value counts it as one observation among all
references, so what is cropped is told only in small catalogues. A million references are more than
one machine reads in a day: `--distractors` takes fewer, and the result says so. Fewer references
are easier: such a figure is not to be held against the paper's.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.metrics import Prediction, Truth, image_ranking
from benchmarks.public.given import Figures, Pair, PublicSet, counted
from benchmarks.public.reading import IMAGE_SUFFIXES, by_stem, media, one
from media.clip import Span

NOWHERE = Span(0.0, 0.0)  # a picture has no times
COLUMNS = ("query_id", "reference_id")
SUBSET = "subset_1"


def load(folder: Path, split: str = "dev") -> PublicSet:
    """Read the queries of a split, dev, test or subset_1, and all its references.

    Raises FileNotFoundError and ValueError for what is missing, double or malformed.
    """
    files = [p for p in media(folder, IMAGE_SUFFIXES, "picture") if _belongs(p, split)]
    images = _listed(by_stem(files), folder, split)
    references = {name: path for name, path in images.items() if name.startswith("R")}
    queries = {name: path for name, path in images.items() if name.startswith("Q")}
    if not queries or not references:
        raise FileNotFoundError(f"{folder}: {len(queries)} queries, {len(references)} references")
    lines = _truth(_table(folder, split))
    asked = _asked(queries, lines)
    true = [(query, work) for query, work in lines if work]
    kept = [(query, work) for query, work in true if query in queries and work in references]
    missing = {
        "true pairs, for want of a picture": len(true) - len(kept),
        "queries of which nothing is known": len(queries) - len(asked),
    }
    truths = tuple(Truth(query, work, NOWHERE, NOWHERE) for query, work in kept)
    return PublicSet(asked, references, truths, left_out=counted(missing))


def figures(given: PublicSet, said: Iterable[Prediction]) -> Figures:
    """The measures of the challenge."""
    ranking = image_ranking(given.truths, list(said))
    return {} if ranking is None else asdict(ranking)


def _belongs(path: Path, split: str) -> bool:
    """False for queries of the other split, where folders tell them apart, and for the rest."""
    other = "dev_queries" if split == "test" else "test_queries"
    return path.stem[0] in "QR" and not any(part.startswith(other) for part in path.parts)


def _listed(images: dict[str, Path], folder: Path, split: str) -> dict[str, Path]:
    """The pictures of a small part, which two files list; all of the others."""
    if split != SUBSET:
        return images
    lists = [one(folder, f"{SUBSET}_{what}") for what in ("queries", "references")]
    names = {name for path in lists for name in path.read_text().split()}
    return {name: path for name, path in images.items() if name in names}


def _asked(queries: dict[str, Path], lines: Sequence[Pair]) -> dict[str, Path]:
    """Where the truth has lines for queries that carry nothing, no others are known."""
    names = {query for query, _ in lines}
    whole = all(work for _, work in lines)
    return queries if whole else {name: path for name, path in queries.items() if name in names}


def _table(folder: Path, split: str) -> Path:
    if split == SUBSET:
        return one(folder, f"{SUBSET}_ground_truth.csv")
    names = [f"{split}_queries_groundtruth.csv", f"{split}_ground_truth.csv"]
    return one(folder, *names, *(["public_ground_truth.csv"] if split == "dev" else []))


def _truth(path: Path) -> list[Pair]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row]
    if odd := [row for row in rows if len(row) != len(COLUMNS)]:
        raise ValueError(f"{path}: {odd[0]} is not query_id,reference_id")
    pairs = [(row[0].strip(), row[1].strip()) for row in rows]
    return pairs[1:] if rows and tuple(pairs[0]) == COLUMNS else pairs
