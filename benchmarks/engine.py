"""Reelprint as a `System`, in this process, so that nothing is loaded twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import log10
from pathlib import Path
from typing import Self, cast

from benchmarks.datasets import WorkFile
from benchmarks.metrics import Answer
from benchmarks.progress import track
from benchmarks.systems import Modality
from reelprint.pipeline import Item, identify, register
from reelprint.workspace import Workspace
from reference_catalog.work import WorkDetails


class Reelprint:
    """The engine under test, with a workspace of its own as it is shipped."""

    modality: Modality = "both"

    def __init__(
        self,
        home: Path,
        jobs: int,
        tell_all: bool = False,
        preset: str = "full",
        fast: bool = False,
    ) -> None:
        """With `tell_all`, matches up to an E-value of 1 are told; those above `floor` would be."""
        said = [word for word, is_so in ((preset, preset != "full"), ("fast", fast)) if is_so]
        self.name = ", ".join(["Reelprint", *said])
        self._fast = fast
        workspace = Workspace.create(home, preset)
        self.floor = -log10(workspace.settings.max_e_value)
        told = 1.0 if tell_all else workspace.settings.max_e_value
        self._workspace = replace(workspace, settings=replace(workspace.settings, max_e_value=told))
        self._jobs = jobs

    @classmethod
    def apart(cls, home: Path, jobs: int, preset: str, fast: bool, name: str) -> Self:
        """One with a workspace of its own within `home`, which tells all."""
        return cls(home / name, jobs, tell_all=True, preset=preset, fast=fast)

    def register(self, works: Sequence[WorkFile]) -> None:
        """Register one file for each work.

        Raises ValueError naming the files that failed: figures without them would flatter.
        """
        items = [Item(work.path, WorkDetails(work.work_id, work.work_id)) for work in works]
        outcomes = register(self._workspace, items, self._jobs)
        failed = [
            f"{done.path.name}: {done.reason}"
            for done in track(outcomes, "registering", len(items))
            if done.outcome == "failed"
        ]
        if failed:
            raise ValueError("not registered: " + "; ".join(failed))

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        """Ask about all suspects in one call, the fast path."""
        for answer in identify(self._workspace, queries, self._jobs, self._fast):
            yield cast(Answer, answer.as_dict())
