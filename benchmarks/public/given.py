"""A public set as it was read, what part of it is asked for, and what a system says of it."""

from __future__ import annotations

import csv
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import av

from benchmarks.datasets import WorkFile
from benchmarks.metrics import Answer, Prediction, Truth, predictions
from benchmarks.probe import Facts
from benchmarks.progress import track
from benchmarks.systems import Modality, System
from media.clip import Span

Pair = tuple[str, str]
Figures = dict[str, object]
PREDICTION_COLUMNS = (
    *("query_id", "ref_id", "query_start", "query_end", "ref_start", "ref_end"),
    "score",
)


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Files by their ids, and what is true of them. Truths may name files that are not there."""

    queries: Mapping[str, Path]
    references: Mapping[str, Path]
    truths: tuple[Truth, ...]
    modality: Modality = "video"
    pairs: frozenset[Pair] | None = None  # only these are judged; None: all
    left_out: Mapping[str, int] = field(default_factory=dict)  # what, and why: how many


@dataclass(frozen=True, slots=True)
class Told:
    """What a system said of a set."""

    said: tuple[Prediction, ...]
    statuses: Mapping[str, int]
    unreadable: tuple[Path, ...]  # queries
    register_s: float
    ask_s: float


def narrowed(given: PublicSet, queries: int | None, distractors: int | None) -> PublicSet:
    """So many queries, all references that they carry, and so many that they do not; None: all.

    Which ones is decided by the hash of their ids, so a part is no easier than the whole, but for
    the references that are missing, and the same in every run.
    """
    asked = _drawn(given.queries, queries)
    pairs = given.pairs and frozenset(p for p in given.pairs if p[0] in asked)
    truths = tuple(t for t in given.truths if t.query_id in asked)
    needed = {t.work for t in truths} & given.references.keys()
    others = given.references.keys() - needed
    if pairs is not None:
        others &= {reference for _, reference in pairs}
    kept = needed | _drawn(others, distractors)
    return replace(
        given,
        queries={name: path for name, path in given.queries.items() if name in asked},
        references={name: path for name, path in given.references.items() if name in kept},
        truths=truths,
        pairs=None if pairs is None else frozenset(p for p in pairs if p[1] in kept),
        left_out=counted(
            given.left_out,
            {
                "queries, by --queries": len(given.queries) - len(asked),
                "references, by --queries or --distractors": len(given.references) - len(kept),
            },
        ),
    )


def without(given: PublicSet, unreadable: Iterable[Path]) -> PublicSet:
    """The same, but for files that cannot be read. What is true of them stays true, and missed."""
    bad = set(unreadable)
    return replace(
        given,
        queries={name: path for name, path in given.queries.items() if path not in bad},
        references={name: path for name, path in given.references.items() if path not in bad},
    )


def ask(system: System, given: PublicSet) -> Told:
    """Register the references, ask for the queries; what is said of the pairs that are judged.

    In a set of sound and pictures, a system that reads one of them is asked for no others.
    """
    started = time.perf_counter()
    works = [_work(name, path, given.modality) for name, path in given.references.items()]
    system.register([work for work in works if _carries(work, system.modality)])
    registered = time.perf_counter()
    asked = {
        name: path
        for name, path in given.queries.items()
        if _carries(_work(name, path, given.modality), system.modality)
    }
    answers = system.identify(list(asked.values()))
    answered = track(zip(asked, answers, strict=True), system.name, len(asked))
    told: list[tuple[str, Answer]] = list(answered)
    statuses = Counter(answer["status"] for _, answer in told)
    said = (p for query, answer in told for p in predictions(query, answer))
    return Told(
        tuple(p for p in said if given.pairs is None or (p.query_id, p.work) in given.pairs),
        statuses + Counter({"not asked for": len(given.queries) - len(asked)}),
        tuple(given.queries[q] for q, answer in told if answer["status"] == "unreadable"),
        registered - started,
        time.perf_counter() - registered,
    )


def counts(given: PublicSet) -> Figures:
    """What a result states about its set."""
    return {
        "queries": len(given.queries),
        "references": len(given.references),
        "truths": len(given.truths),
        "pairs": None if given.pairs is None else len(given.pairs),
        "same_bytes": same_bytes(given.references.values()),
        "left_out": dict(given.left_out),
    }


def counted(*counts: Mapping[str, int]) -> dict[str, int]:
    """Sums of what was left out, without what was not."""
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return {what: many for what, many in total.items() if many}


def same_bytes(files: Iterable[Path]) -> int:
    """How many references are the bytes of another: the engine knows them by one name."""
    sizes: dict[int, list[Path]] = {}
    for path in files:
        sizes.setdefault(path.stat().st_size, []).append(path)
    alike = [paths for paths in sizes.values() if len(paths) > 1]
    return sum(len(paths) - len({_digest(path) for path in paths}) for paths in alike)


def truth(query_id: str, work: str, query: Span, reference: Span) -> Truth:
    """What a query carries, at the speed that its two spans say."""
    speed = reference.duration_s / query.duration_s if query.duration_s else 1.0
    return Truth(query_id, work, query, reference, speed)


def write_predictions(path: Path, said: Iterable[Prediction]) -> None:
    """As the scorer of VSC2022 reads them; the first two columns and the last are those of ISC."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(PREDICTION_COLUMNS)
        for one in said:
            spans = (*_ends(one.query), *_ends(one.reference))
            rows.writerow((one.query_id, one.work, *spans, one.rank))


def _drawn(names: Iterable[str], many: int | None) -> set[str]:
    return set(sorted(names, key=_order)[:many])


def _order(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _carries(work: WorkFile, modality: Modality) -> bool:
    return modality == "both" or work.carries(modality)


def _work(name: str, path: Path, modality: Modality) -> WorkFile:
    video, audio = (
        _streams(path) if modality == "both" else (modality == "video", modality == "audio")
    )
    facts = Facts("", 0.0, has_video=video, has_audio=audio, height=0)
    return WorkFile(path, path.name, name, modality, facts)


@lru_cache(maxsize=1 << 16)
def _streams(path: Path) -> tuple[bool, bool]:
    """Whether a file has a picture and a sound; neither when it does not open."""
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            return bool(container.streams.video), bool(container.streams.audio)
    except av.error.FFmpegError:
        return False, False


def _ends(span: Span) -> Sequence[float]:
    return span.start_s, span.end_s
