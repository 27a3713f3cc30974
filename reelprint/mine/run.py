"""Cuts excerpts of the registered works, attacks them, asks for them, and counts.

Nothing is written into the workspace; suspects lie in a temporary folder, each until it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import av

from casework.chance import share
from casework.verdict import Share
from media.clip import Span
from reelprint.answer import Answer, Engine, Named
from reelprint.demo.suspect import Expected
from reelprint.mine.excerpts import Excerpt, Sources, excerpts
from reelprint.mine.grid import GRID
from reelprint.pipeline import identify
from reelprint.pool import cores
from reelprint.workspace import Workspace

TOLD = 1.0  # E-value up to which other works are told, so that the nearest one is known
Follow = Callable[[Iterable["Asked"], int], Iterable["Asked"]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One excerpt and what was said of it."""

    excerpt: Excerpt
    found: bool  # under the bound: the work, and in its reference the right place
    others: tuple[str, ...]  # other works under the bound
    nearest: float | None  # the E-value of the best match of another work; None: above `TOLD`


@dataclass(frozen=True, slots=True)
class Row:
    """One distortion."""

    name: str
    what: str
    recall: Share
    others: tuple[tuple[str, str], ...]  # (work that was cut, other work that was named)
    nearest: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of all."""

    rows: tuple[Row, ...]
    sources: Sources
    uncut: int  # excerpts that could not be made
    bound: float  # the E-value under which this workspace reports
    engine: Engine | None

    @property
    def is_right(self) -> bool:
        """Whether no other work was named."""
        return not any(row.others for row in self.rows)


def measure(
    workspace: Workspace, of: Sources, queries: int, jobs: int | None, follow: Follow
) -> Outcome:
    """Ask about `queries` excerpts of each distortion. `follow` may show the answers go by."""
    wanted = list(excerpts(of.there, GRID, queries))
    bound = workspace.settings.max_e_value
    engines: list[Engine] = []
    with TemporaryDirectory(prefix="reelprint-") as folder:
        made = _made(wanted, Path(folder), jobs)
        asked = list(follow(_asked(workspace, made, jobs, engines), len(made)))
    rows = tuple(_row(name, asked) for name in dict.fromkeys(e.distortion.name for e in wanted))
    return Outcome(rows, of, len(wanted) - len(made), bound, next(iter(engines), None))


def _made(wanted: Sequence[Excerpt], folder: Path, jobs: int | None) -> list[tuple[Excerpt, Path]]:
    """The suspects that could be made."""
    paths = [folder / f"{k:05d}{e.distortion.suffix}" for k, e in enumerate(wanted)]
    threads = ThreadPoolExecutor(jobs or cores())
    try:
        done = list(threads.map(_make, wanted, paths))
    finally:
        threads.shutdown(cancel_futures=True)  # after Ctrl-C too
    return [(e, p) for e, p, is_made in zip(wanted, paths, done, strict=True) if is_made]


def _make(excerpt: Excerpt, to: Path) -> bool:
    try:
        excerpt.distortion.make(excerpt.cut, to)
    except (av.FFmpegError, StopIteration, OSError):
        to.unlink(missing_ok=True)
        return False
    return True


def _asked(
    workspace: Workspace,
    made: Sequence[tuple[Excerpt, Path]],
    jobs: int | None,
    engines: list[Engine],
) -> Iterator[Asked]:
    bound = workspace.settings.max_e_value
    telling = replace(workspace, settings=replace(workspace.settings, max_e_value=TOLD))
    answers = identify(telling, [path for _, path in made], jobs)
    for (excerpt, path), answer in zip(made, answers, strict=True):
        path.unlink()
        engines.append(answer.engine)
        yield _judged(excerpt, answer, bound)


def _judged(excerpt: Excerpt, answer: Answer, bound: float) -> Asked:
    work = excerpt.reference.work_id
    sure = [named for named in answer.matches if named.match.e_value <= bound]
    strange = [named for named in answer.matches if named.work_id != work]
    return Asked(
        excerpt,
        any(_is_right(excerpt, named) for named in sure),
        tuple(sorted({named.work_id for named in sure if named.work_id != work})),
        min((named.match.e_value for named in strange), default=None),
    )


def _is_right(excerpt: Excerpt, named: Named) -> bool:
    """Another cut of the work may show the same at another time, so there the work is enough."""
    work = excerpt.reference.work_id
    if named.reference_id != excerpt.reference.reference_id:
        return named.work_id == work
    suspect = Span(0.0, excerpt.span.duration_s / excerpt.distortion.speed)
    return Expected(work, suspect, excerpt.span).is_found_by(named)


def _row(name: str, asked: Sequence[Asked]) -> Row:
    mine = [one for one in asked if one.excerpt.distortion.name == name]
    others = {(one.excerpt.reference.work_id, other) for one in mine for other in one.others}
    nearest = min((one.nearest for one in mine if one.nearest is not None), default=None)
    what = next((one.excerpt.distortion.what for one in mine), "")
    return Row(
        name, what, share(sum(o.found for o in mine), len(mine)), tuple(sorted(others)), nearest
    )
