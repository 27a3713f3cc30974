"""`reelprint identify`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from index.store import Index
from reelprint.altered import altered, exchanged
from reelprint.answer import Answer, Named
from reelprint.commands.registering import media_files
from reelprint.commands.times import clock
from reelprint.commands.whose import together, whose
from reelprint.exits import FOUND, NOTHING_FOUND, UNREADABLE, Usage
from reelprint.pipeline import identify as identify_paths
from reelprint.searching import Searcher
from reelprint.showing.plain import plain
from reelprint.workspace import INDEX, Workspace, default_home


def identify(
    paths: Sequence[Path],
    jobs: int | None,
    as_json: bool,
    home: Path | None,
    fast: bool,
    ray: str | None = None,
) -> int:
    """Identify and report; the exit code."""
    workspace = Workspace.open(home or default_home())
    files = list(media_files(paths))
    if not files:
        raise Usage("there is no media file in " + ", ".join(map(str, paths)))
    with _searching(workspace, ray) as search:
        answers = identify_paths(workspace, files, jobs, fast, search)
        statuses = _print_json(answers) if as_json else _print_tables(answers, len(files))
    if "unreadable" in statuses:
        return UNREADABLE
    return FOUND if "identified" in statuses else NOTHING_FOUND


@contextmanager
def _searching(workspace: Workspace, address: str | None) -> Iterator[Callable[[Index], Searcher]]:
    """What makes the searcher of the index: here, or on the machines of a cluster."""
    if address is None:
        yield Searcher
        return
    from reelprint.cluster.serving import serving

    with serving(address, workspace.home / INDEX, workspace.settings.schemes) as served:
        yield served.searcher


def _print_json(answers: Iterable[Answer]) -> list[str]:
    statuses: list[str] = []
    for answer in answers:
        print(json.dumps(answer.as_dict()), flush=True)
        statuses.append(answer.status)
    return statuses


def _print_tables(answers: Iterable[Answer], total: int) -> list[str]:
    console = Console()
    statuses: list[str] = []
    progress = Console(stderr=True)
    for answer in track(answers, "identifying", total=total, console=progress, transient=True):
        statuses.append(answer.status)
        console.print(Text(plain(answer.path), style="bold"), Text(plain(_outcome(answer))))
        for loss in answer.losses:
            console.print(Text(plain(f"  lost: {loss.detail}"), style="yellow"))
        if answer.matches:
            console.print(table(answer.matches))
    return statuses


def table(matches: Sequence[Named]) -> Table:
    """The matches of one suspect, for people."""
    result = Table(box=None, padding=(0, 1, 0, 2))
    result.add_column("work", overflow="fold")
    for column in ("in the suspect", "in the work", "by", "E-value"):
        result.add_column(column, no_wrap=True)
    result.add_column("altered", overflow="fold")
    for holders in together(matches):
        result.add_row(*(Text(plain(cell)) for cell in _cells(holders)))
    return result


def _cells(holders: Sequence[Named]) -> tuple[str, ...]:
    match = holders[0].match
    said = altered(match.transform)
    if abs(match.speed - 1) >= 0.005:
        said.insert(0, f"{match.speed:.3f} x speed")
    if abs(match.pitch_semitones) >= 0.2:
        said.append(f"pitch {match.pitch_semitones:+.1f} st")
    said += exchanged(match)
    return (
        whose(holders),
        clock(match.query),
        clock(match.matched),
        match.modality,
        f"{match.e_value:.0e}",
        ", ".join(said) or "-",
    )


def _outcome(answer: Answer) -> str:
    said = {"identified": "identified", "no_match": "no match", "too_short": "too short"}
    outcome = said.get(answer.status, answer.status)
    if answer.status == "identified":
        return f"{outcome} (E-value at most {answer.max_e_value:g})"
    return f"{outcome}: {answer.reason}"
