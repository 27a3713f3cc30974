"""A folder of one's own: references, queries, and what is true of them.

    references/…, queries/…    media of any kind, in any folders below these
    truth.csv                  query, reference; query_start_s, query_end_s, reference_start_s,
                               reference_end_s where they are known

A file is named by its path below `references` or `queries`, with or without its suffix. A line
without a reference says that the query carries none; a query may have several lines. Queries that
no line names are left out, and counted: nothing is known of them.

Measures, at the shipped bound: recall (the reference is named; where a line has times, within
`finding.TOLERANCE_S` of the right place), the error of the place, and queries that name a reference
which they do not carry. Of all matches that were told: micro-AP and segment AP (`metrics/vsc.py`)
and segment F1 (`metrics/vcsl.py`); the last two only where every true line has times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.metrics import Prediction, Proportion, Truth
from benchmarks.metrics.finding import TOLERANCE_S, offset_error
from benchmarks.public.given import Figures, PublicSet, counted, truth
from benchmarks.public.reading import MEDIA_SUFFIXES, Row, media, number, table
from benchmarks.scoring import pooled, spread
from media.clip import Span

TIMES = ("query_start_s", "query_end_s", "reference_start_s", "reference_end_s")
SOMEWHERE = Span(0.0, 0.0)  # of a line without times
Names = Mapping[str, str]  # what a line may call a file: its id


def load(folder: Path) -> PublicSet:
    """Read a folder.

    Raises FileNotFoundError and ValueError for what is missing, double or malformed.
    """
    queries, asked = _files(folder / "queries", "query")
    references, known = _files(folder / "references", "reference")
    path = folder / "truth.csv"
    if not path.is_file():
        raise FileNotFoundError(f"no truth.csv in {folder}: the columns are query, reference")
    truths = [
        _truth(row, asked, known, path, line) for line, row in table(path, ("query", "reference"))
    ]
    carrying, empty = (
        {t.query_id for t in truths if bool(t.work) is is_so} for is_so in (True, False)
    )
    if both := sorted(carrying & empty):
        raise ValueError(f"{path} says that {both[0]} carries nothing, and that it does")
    named = carrying | empty
    return PublicSet(
        {name: file for name, file in queries.items() if name in named},
        references,
        tuple(truths),
        "both",
        left_out=counted({"queries that truth.csv does not name": len(queries.keys() - named)}),
    )


def figures(given: PublicSet, said: Iterable[Prediction]) -> Figures:
    """What was found and what was not there."""
    told = list(said)
    true = [t for t in given.truths if t.work is not None]
    right: dict[tuple[str, str | None], list[Prediction]] = {(t.query_id, t.work): [] for t in true}
    false = {p.query_id for p in told if (p.query_id, p.work) not in right}
    for one in told:
        right.get((one.query_id, one.work), []).append(one)
    errors = [(t, _error_s(t, right[t.query_id, t.work])) for t in true]
    carrying = {t.query_id for t in true}
    return {
        "recall": _share([e is not None and e <= TOLERANCE_S for _, e in errors]),
        "offset_error_s": spread([e for t, e in errors if _has_place(t)]),
        "false": _share([name in false for name in given.queries]),
        "false_of_negatives": _share([n in false for n in given.queries if n not in carrying]),
        **_pooled(given.truths, told, all(_has_place(t) for t in true)),
    }


def _pooled(truths: Sequence[Truth], told: Sequence[Prediction], placed: bool) -> Figures:
    measures = pooled(truths, told)
    return measures if placed else {**measures, "segment_ap": None, "vcsl": None}


def _error_s(true: Truth, right: Sequence[Prediction]) -> float | None:
    """How far the best placed match is off; 0 where no place is known, None where none is told."""
    if not _has_place(true):
        return 0.0 if right else None
    return min((e for p in right if (e := offset_error(true, p)) is not None), default=None)


def _has_place(true: Truth) -> bool:
    return true.query.duration_s > 0


def _files(folder: Path, what: str) -> tuple[dict[str, Path], Names]:
    """Files by their paths below a folder, and what they may be called."""
    if not folder.is_dir():
        raise FileNotFoundError(f"no folder {folder}")
    files = {p.relative_to(folder).as_posix(): p for p in media(folder, MEDIA_SUFFIXES, what)}
    stems: dict[str, list[str]] = {}
    for name in files:
        stems.setdefault(name.rpartition(".")[0], []).append(name)
    short = {stem: names[0] for stem, names in stems.items() if len(names) == 1}
    return files, {**short, **{name: name for name in files}}


def _truth(row: Row, asked: Names, known: Names, path: Path, line: int) -> Truth:
    query, reference = row["query"].strip(), row["reference"].strip()
    if query not in asked:
        raise ValueError(f"{path}, line {line}: no query {query!r}")
    if not reference:
        return Truth(asked[query], None, SOMEWHERE, SOMEWHERE)
    if reference not in known:
        raise ValueError(f"{path}, line {line}: no reference {reference!r}")
    values = [row.get(column) or "" for column in TIMES]
    if not any(values):
        return Truth(asked[query], known[reference], SOMEWHERE, SOMEWHERE)
    a, b, c, d = (number(value, path, line) for value in values)
    if b <= a or d <= c:
        raise ValueError(f"{path}, line {line}: a span ends before it begins")
    return truth(asked[query], known[reference], Span(a, b), Span(c, d))


def _share(outcomes: Sequence[bool]) -> Mapping[str, float | int | None]:
    return Proportion(sum(outcomes), len(outcomes)).as_dict()
