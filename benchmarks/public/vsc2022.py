"""VSC2022, the set of the Meta AI Video Similarity Challenge.

Pizzi et al., "The 2023 Video Similarity Dataset and Challenge", CVIU 243 (2024). Its list of files
(docs/dataset.md of github.com/facebookresearch/vsc2022) lays it out as

    dataset_train/{queries/Q1#####.mp4, refs/R1#####.mp4, train_ground_truth.csv}
    dataset_val/{queries/Q2#####.mp4, refs/R2#####.mp4, val_ground_truth.csv}
    dataset_test/{queries/Q3#####.mp4, a ground truth}

The test queries of the second phase carry the references of the first, so those of `dataset_val`
are taken when a split has none. A ground truth has the columns query_id, ref_id, query_start,
query_end, ref_start, ref_end, in seconds; the one of the descriptor track alone, without times, is
passed over. The folder may also be one split by itself, in any
layout below it. `queries` and
`refs` hold many that share nothing; they are to be mistaken, so a part without them flatters.

Measures: both tracks, as `metrics/vsc.py` has them, of all matches that were told. The tables of
the challenge are of pictures: `--sense picture`, which is the default.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.datasets import VIDEO_SUFFIXES
from benchmarks.metrics import (
    Prediction,
    Truth,
    micro_average_precision,
    segment_average_precision,
)
from benchmarks.public.given import Figures, PublicSet, counted, truth
from benchmarks.public.reading import by_stem, media, number, table
from media.clip import Span

TRUTH_COLUMNS = ("query_id", "ref_id", "query_start", "query_end", "ref_start", "ref_end")
QUERIES_OF = {"train": "Q1", "val": "Q2", "test": "Q3"}
# Whose references the queries of a split carry, when it has none of its own.
REFERENCES_OF = {"test": "val"}


def load(folder: Path, split: str = "test") -> PublicSet:
    """Read a split, by its name in the whole set or as the folder itself.

    Raises FileNotFoundError and ValueError for what is missing, double or malformed.
    """
    whole = (folder / f"dataset_{split}").is_dir()
    here = folder / f"dataset_{split}" if whole else folder
    videos = by_stem(media(here, VIDEO_SUFFIXES, "video"))
    queries = {name: path for name, path in videos.items() if name.startswith("Q")}
    references = {name: path for name, path in videos.items() if name.startswith("R")}
    if whole and not references and split in REFERENCES_OF:
        lent = folder / f"dataset_{REFERENCES_OF[split]}"
        found = by_stem(media(lent, VIDEO_SUFFIXES, "video of the references"))
        references = {name: path for name, path in found.items() if name.startswith("R")}
    if not queries or not references:
        raise FileNotFoundError(f"{here}: {len(queries)} queries and {len(references)} references")
    truths = list(_truths(_ground_truth(here)))
    if other := [t.query_id for t in truths if t.query_id[:2] != QUERIES_OF[split]]:
        raise ValueError(
            f"{other[0]} is not of {split}, whose queries begin with {QUERIES_OF[split]}"
        )
    kept = tuple(t for t in truths if t.query_id in queries and t.work in references)
    missing = {"true segments, for want of a video": len(truths) - len(kept)}
    odd = {"videos named neither Q nor R": len(videos.keys() - queries.keys() - references.keys())}
    return PublicSet(queries, references, kept, left_out=counted(missing, odd))


def figures(given: PublicSet, said: Iterable[Prediction]) -> Figures:
    """Both tracks."""
    told = list(said)
    return {
        "micro_ap": micro_average_precision(given.truths, told),
        "segment_ap": segment_average_precision(given.truths, told),
    }


def _ground_truth(folder: Path) -> Path:
    found = [p for p in sorted(folder.rglob("*ground_truth*.csv")) if _has_times(p)]
    if len(found) != 1:
        raise FileNotFoundError(f"{folder} holds {len(found)} ground truths; name one split")
    return found[0]


def _has_times(path: Path) -> bool:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return set(TRUTH_COLUMNS) <= set(next(csv.reader(file), ()))


def _truths(path: Path) -> Iterator[Truth]:
    for line, row in table(path, TRUTH_COLUMNS):
        query, work, *times = (row[column] for column in TRUTH_COLUMNS)
        a, b, c, d = (number(time, path, line) for time in times)
        if b < a or d < c:
            raise ValueError(f"{path}, line {line}: a segment ends before it begins")
        yield truth(query, work, Span(a, b), Span(c, d))
