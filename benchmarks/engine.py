"""Reelprint as a `System`, in this process, so that nothing is loaded twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from reelprint.pipeline import identify, register
from reelprint.workspace import Workspace

from benchmarks.datasets import WorkFile
from benchmarks.metrics import Answer
from benchmarks.progress import track
from benchmarks.systems import Modality
from reference_catalog.manifest import ManifestRow
from reference_catalog.work import WorkDetails


class Reelprint:
    """The engine under test, with a workspace of its own at its shipped threshold."""

    name = "Reelprint"
    modality: Modality = "both"

    def __init__(self, home: Path, jobs: int) -> None:
        self._workspace = Workspace.create(home)
        self._jobs = jobs

    def register(self, works: Sequence[WorkFile]) -> None:
        """Register one file for each work.

        Raises ValueError naming the files that failed, because figures without them would lie.
        """
        rows = [ManifestRow(w.path, 0, WorkDetails(w.work_id, w.work_id)) for w in works]
        outcomes = track(register(self._workspace, rows, jobs=self._jobs), "registering", len(rows))
        for _ in outcomes:
            pass

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        """Ask about all suspects in one call, the fast path."""
        for answer in identify(self._workspace, list(queries), jobs=self._jobs):
            yield cast(Answer, answer.as_dict())
