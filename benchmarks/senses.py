"""Two senses against one: recall of the engine beside its sound and its picture alone, and whether
a dub, a re-scored clip and a sound-only leak are told from a copy.

Each suspect is searched for once. What sound alone, or the picture alone, would have said is what
the same searches give without the other: a workspace of one sense has the same index of it,
searches it in the same way, and charges the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from benchmarks.datasets import Dataset, Half, WorkFile
from benchmarks.growing import Figures, reference_of
from benchmarks.make import Made, make
from benchmarks.metrics import Answer, Proportion
from benchmarks.progress import track
from benchmarks.scoring import Scored, score
from benchmarks.senses_plan import is_whole, orders, scored
from benchmarks.senses_rows import SENSES_ROWS, SensesRow
from matchers.fusion import fuse
from matchers.joining import best
from matchers.settling import settle
from reelprint.answer import Answer as Said
from reelprint.extraction import Extraction, extract_reference, extract_suspect
from reelprint.identification import Findings, Identifier
from reelprint.workspace import Workspace
from reference_catalog.work import WorkDetails

BOTH: Literal["both"] = "both"
ALONE: tuple[Literal["audio"], Literal["video"]] = ("audio", "video")
SENSES = (BOTH, *ALONE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One suspect and what each engine says of it."""

    row: SensesRow
    made: Made
    scored: dict[str, Scored]

    @property
    def said(self) -> str:
        """What both senses together say the suspect does with the sound and the picture of the
        work, by the most certain match of it."""
        work = self.made.order.source.work_id
        matches = self.scored[BOTH].answer["matches"]
        own = cast(list[dict[str, Any]], [m for m in matches if m["work_id"] == work])
        return f"{own[0]['sound']} / {own[0]['picture']}" if own else "not found"

    @property
    def is_lost(self) -> bool:
        """Whether one sense alone finds what both together do not."""
        alone = any(self.scored[sense].found for sense in ALONE)
        return alone and not self.scored[BOTH].found


def choose(names: str) -> list[SensesRow]:
    """The rows of a comma-separated list, or all of them for an empty one.

    Raises ValueError for a name that is not a row.
    """
    table = {row.name: row for row in SENSES_ROWS}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in table]
    if unknown:
        raise ValueError(f"not a row: {', '.join(unknown)}; rows are {', '.join(table)}")
    return [table[name] for name in wanted] or list(SENSES_ROWS)


def measure(
    data: Dataset, half: Half, rows: Sequence[SensesRow], queries: int, seed: int, places: Places
) -> Figures:
    """Register the works of a half three times and ask for each query."""
    works = scored(data, half, places.cache)
    planned = orders(rows, works, data, half, queries, seed)
    named = {row.name: row for row in rows}
    with closing(_engine(works, places.home)) as engine:
        asked = []
        for order in track(planned, "asking", len(planned)):
            made = make(order, places.cache / "queries")
            if is_whole(made):
                row = named[order.query_id.partition("/")[0]]
                asked.append(Asked(row, made, _answers(made, engine)))
    return {
        "works": [{"work": w.work_id, "seconds": round(w.facts.duration_s, 1)} for w in works],
        "rows": [row_figures(row, [a for a in asked if a.row == row]) for row in rows],
        "queries": [_record(one) for one in asked],
    }


@dataclass(frozen=True, slots=True)
class Places:
    """Where workspaces are made, and where files are kept between runs."""

    home: Path
    cache: Path


def _engine(works: Sequence[WorkFile], home: Path) -> Identifier:
    """An engine that knows the works."""
    workspace = Workspace.create(home / "workspace")
    with workspace.catalog() as catalog:
        for work in track(works, "registering", len(works)):
            read = extract_reference(work.path, workspace.settings.schemes)
            catalog.add(WorkDetails(work.work_id, work.work_id), reference_of(read))
    return Identifier(workspace)


def _answers(made: Made, engine: Identifier) -> dict[str, Scored]:
    suspect = extract_suspect(made.path, engine.engine.schemes)
    found = engine.findings(suspect)
    both = engine.answer(suspect, found)
    said: dict[str, Said] = {
        sense: engine.answer(suspect, alone(suspect, found, sense, both.max_e_value))
        for sense in ALONE
    }
    said[BOTH] = both
    return {sense: score(made, cast(Answer, one.as_dict()), None) for sense, one in said.items()}


def alone(
    suspect: Extraction, found: Findings, sense: Literal["audio", "video"], max_e_value: float
) -> Findings:
    """What is found by one sense, and reported under a bound, where the other is not looked at."""
    segments = found.segments
    sound = segments["peaks"] if sense == "audio" else []
    picture = best(settle(segments["frames"], segments["features"])) if sense == "video" else []
    claims = fuse(sound, picture, found.searches, max_e_value)
    return Findings(tuple(c.inside(suspect.duration_s) for c in claims), segments, found.searches)


def row_figures(row: SensesRow, asked: Sequence[Asked]) -> Figures:
    """Recall, false claims and what was said, of the queries of one row."""
    return {
        "row": row.name,
        "kind": row.kind,
        "truth": f"{row.sound} / {row.picture}",
        "target": row.target,
        "queries": len(asked),
        "works": len({a.made.order.source.work_id for a in asked}),
        "recall": {sense: _share([a.scored[sense].found for a in asked]) for sense in SENSES},
        "lost": sum(a.is_lost for a in asked),
        "false": _share([bool(_false_works(a)) for a in asked]),
        "said": dict(Counter(a.said for a in asked).most_common()),
    }


def _false_works(asked: Asked) -> list[str]:
    """Works that are claimed and are not in the suspect; the sound of another registered work is
    in some."""
    other = asked.made.order.other
    laid = other.work_id if other is not None and asked.row.other == "registered" else None
    return [work for work in asked.scored[BOTH].judgement.false_works if work != laid]


def _share(found: Sequence[bool]) -> dict[str, float | int | None]:
    return Proportion(sum(found), len(found)).as_dict()


def _record(asked: Asked) -> Figures:
    return {
        "id": asked.made.truth.query_id,
        "source": asked.made.order.source.name,
        "said": asked.said,
        "found": [sense for sense in SENSES if asked.scored[sense].found],
        "false_works": _false_works(asked),
        "matches": [
            {key: match.get(key) for key in ("work_id", "modality", "sound", "picture", "e_value")}
            for match in asked.scored[BOTH].answer["matches"]
        ],
    }
