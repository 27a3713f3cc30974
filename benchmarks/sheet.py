"""A contact sheet of what went wrong: false matches by how sure they are, then misses.

A line is a pair: three frames of the suspect, and three of the reference at the place that was said
(of a false match) or that is true (of a miss). Beside the picture goes a table with a column for
what a person sees. Neither belongs into the repository where the media has no licence for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import cv2
import numpy as np

from benchmarks.datasets import WorkFile
from benchmarks.excerpt import frames
from benchmarks.make import draw
from benchmarks.picture_scene import covering
from benchmarks.ranked import Ranked, row_of
from media.clip import U8, Span

PAIRS = 40  # of each kind
TILE = (108, 192)  # height, width
FRAMES = 3
CAPTION = 16


@dataclass(frozen=True, slots=True)
class Pair:
    """A suspect and a reference that were taken for each other, or should have been."""

    kind: str  # "false" or "missed"
    query_id: str
    work: str
    rank: float | None  # of the best match with the work, if one was told
    query: tuple[Path, Span]
    reference: tuple[Path, Span]


def write_sheet(every: Sequence[Ranked], works: Sequence[WorkFile], path: Path) -> None:
    """Write `path`, a PNG, and a CSV of the same name."""
    paths = {work.work_id: work.path for work in works}
    pairs = list(chain(islice(_false(every, paths), PAIRS), islice(_missed(every, paths), PAIRS)))
    with path.with_suffix(".csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("line", "kind", "query", "work", "rank", "what a person sees"))
        for k, pair in enumerate(pairs):
            table.writerow((k, pair.kind, pair.query_id, pair.work, pair.rank, ""))
    lines = [_line(k, pair) for k, pair in enumerate(pairs)]
    if lines:
        cv2.imwrite(str(path), cv2.cvtColor(np.concatenate(lines), cv2.COLOR_RGB2BGR))


def _false(every: Sequence[Ranked], paths: dict[str, Path]) -> Iterator[Pair]:
    """Claims of works that are not there, the surest first."""
    found = [
        Pair(
            "false",
            said.query_id,
            said.work,
            said.rank,
            (one.scored.made.path, said.query),
            (paths[said.work], said.reference),
        )
        for one in every
        for said in one.scored.said
        if said.work in one.scored.judgement.false_works
    ]
    yield from sorted(found, key=lambda pair: -(pair.rank or 0.0))


def _missed(every: Sequence[Ranked], paths: dict[str, Path]) -> Iterator[Pair]:
    """One of each row in turn, of works as they fall."""
    missed = [one for one in every if one.scored.made.order.positive and not one.scored.found]
    missed.sort(key=lambda one: draw(one.scored.made.truth.query_id))
    turn: dict[str, int] = {}
    numbered = []
    for one in missed:
        turn[row_of(one)] = turn.get(row_of(one), 0) + 1
        numbered.append((turn[row_of(one)], one))
    for _, one in sorted(numbered, key=lambda pair: pair[0]):
        made, truth = one.scored.made, one.scored.made.truth
        work = truth.work or ""
        yield Pair(
            "missed",
            truth.query_id,
            work,
            one.right,
            (made.path, truth.query),
            (paths[work], truth.reference),
        )


def _line(number: int, pair: Pair) -> U8:
    tiles = [*_tiles(*pair.query), *_tiles(*pair.reference)]
    caption = np.full((CAPTION, TILE[1] * len(tiles), 3), 30, np.uint8)
    rank = "" if pair.rank is None else f"  rank {pair.rank:.1f}"
    text = f"{number}  {pair.kind}  {pair.query_id}   {pair.work}{rank}"
    cv2.putText(caption, text, (4, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1)
    return np.concatenate([caption, np.concatenate(tiles, axis=1)])


def _tiles(path: Path, span: Span) -> list[U8]:
    """Frames at a sixth, a half and five sixths of a span; black where there is none."""
    times = [span.start_s + span.duration_s * (k + 0.5) / FRAMES for k in range(FRAMES)]
    shown = (next(frames(path, Span(max(t, 0.0), max(t, 0.0) + 2.0)), None) for t in times)
    return [np.zeros((*TILE, 3), np.uint8) if f is None else covering(f[1], TILE) for f in shown]
