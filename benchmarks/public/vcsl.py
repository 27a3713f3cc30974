"""VCSL, Video Copy Segment Localization.

He et al., CVPR 2022; arXiv 2203.02654. From `data/` of github.com/alipay/VCSL: pair_file_{train,
val,test}.csv (query_id,reference_id), label_file_uuid_total.json {"query-reference": [[query start,
reference start, query end, reference end], …]} in seconds (their frames are one a second) and
split_meta_pairs.json {split: {query set: ["query-reference", …]}}. The order of the four numbers is
that of the boxes which their code (`vcsl/vta.py`) draws and scores against these labels; the file
itself could not be read here. Videos are given out as links (videos_url_uuid.csv) and are to be
saved under their uuid; about one in twelve was gone by 2022, so pairs without both files are left
out, and counted. The frames and features that others make of them are not used.

Measures: `metrics/vcsl.py`, at the shipped bound, as the tables of the paper are at one bound each:
segment precision, recall and F1 over all pairs of the part; rejections and alarms; means within
query sets. The test part has as many pairs that share nothing as others. Only listed pairs are
judged, but a query is searched in all references, which is harder than the paper's pair by pair.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.datasets import VIDEO_SUFFIXES
from benchmarks.metrics import (
    Prediction,
    SegmentScore,
    Truth,
    pair_scores,
    query_set_score,
    segment_score,
    video_level,
)
from benchmarks.public.given import Figures, Pair, PublicSet, counted, truth
from benchmarks.public.reading import by_stem, media, one, table
from media.clip import Span

Sets = Mapping[str, Sequence[Pair]]
LABELS = ("label_file_uuid_total.json", "label_file*.json")


def load(folder: Path, split: str = "test") -> PublicSet:
    """Read one part: train, val or test.

    Raises FileNotFoundError and ValueError for what is missing, double or malformed.
    """
    videos = by_stem(media(folder, VIDEO_SUFFIXES, "video"))
    path = one(folder, f"pair_file_{split}.csv")
    rows = table(path, ("query_id", "reference_id"))
    pairs = [(row["query_id"], row["reference_id"]) for _, row in rows]
    labels = _labels(one(folder, *LABELS))
    kept = [(query, work) for query, work in pairs if query in videos and work in videos]
    truths = [t for query, work in kept for t in _truths(query, work, labels)]
    return PublicSet(
        {query: videos[query] for query, _ in kept},
        {work: videos[work] for _, work in kept},
        tuple(truths),
        pairs=frozenset(kept),
        left_out=counted({"pairs, for want of a video": len(pairs) - len(kept)}),
    )


def query_sets(folder: Path, split: str) -> Sets:
    """The pairs of each query set; none when the file is not there."""
    if not any(folder.rglob("split_meta_pairs.json")):
        return {}
    named = json.loads(one(folder, "split_meta_pairs.json").read_text())[split]
    return {name: [_pair(pair) for pair in pairs] for name, pairs in named.items()}


def figures(given: PublicSet, said: Iterable[Prediction], sets: Sets) -> Figures:
    """The three measures of its scorer."""
    told = list(said)
    scores = pair_scores(given.truths, told, given.pairs or ())
    level = video_level(scores)
    return {
        "segments": _as_dict(segment_score(given.truths, told)),
        "false_rejections": level.false_rejections.as_dict(),
        "false_alarms": level.false_alarms.as_dict(),
        "query_sets": _as_dict(query_set_score(scores, sets)) if sets else None,
    }


def _as_dict(score: SegmentScore) -> dict[str, float | None]:
    return {"precision": score.precision, "recall": score.recall, "f1": score.f1}


def _pair(name: str) -> Pair:
    query, _, reference = name.partition("-")
    return query, reference


def _labels(path: Path) -> dict[str, Sequence[Sequence[float]]]:
    labels = json.loads(path.read_text())
    if not isinstance(labels, dict):
        raise ValueError(f"{path} does not hold boxes by pair")
    return labels


def _truths(
    query: str, work: str, labels: Mapping[str, Sequence[Sequence[float]]]
) -> Iterator[Truth]:
    for box in labels.get(f"{query}-{work}", ()):
        if len(box) != 4 or box[2] < box[0] or box[3] < box[1]:
            raise ValueError(f"the label {box} of {query}-{work} is not a box")
        a, c, b, d = box
        yield truth(query, work, Span(a, b), Span(c, d))
