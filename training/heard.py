"""Finds in the training material what the development corpus holds too, by its sound, with our own
engine.

The sounds of the training material are registered, and each file of the corpus is asked about, as a
suspect is. What matches is the same recording, whatever it is called and however it is encoded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from reelprint.pipeline import Item, identify, register
from reelprint.workspace import Workspace
from reference_catalog.work import WorkDetails
from training.manifest import Row
from training.waves import KINDS

SCHEMES = ("audio-landmark-2",)
JOBS = 1
LEAST_S = 2.0  # of a file; shorter ones are words, which anybody may have said


@dataclass(frozen=True, slots=True)
class Heard:
    """A file of training material that a file of the corpus was found to hold."""

    row: Row
    path: str  # in the corpus
    from_s: float  # in the file of the corpus
    seconds: float
    e_value: float


def heard(
    rows: Sequence[Row],
    cache: Path,
    files: Sequence[Path],
    home: Path,
    tick: Callable[[], object] = lambda: None,
) -> Iterator[Heard]:
    """Each match of a file of a corpus. `home` is an empty folder; `tick` is called once a file."""
    workspace = Workspace.create(home)
    settings = replace(workspace.settings, schemes=SCHEMES, learned=False)
    workspace = replace(workspace, settings=settings)
    sounds = {row.path: row for row in rows if row.kind in KINDS and row.seconds >= LEAST_S}
    items = [Item(cache / path, WorkDetails(path, path)) for path in sounds]
    for _ in register(workspace, items, JOBS):
        tick()
    for file, answer in zip(files, identify(workspace, files, JOBS), strict=True):
        tick()
        for named in answer.matches:
            span = named.match.query
            yield Heard(
                sounds[named.work_id],
                str(file),
                span.start_s,
                span.duration_s,
                named.match.e_value,
            )
