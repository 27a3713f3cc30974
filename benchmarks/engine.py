"""Reelprint as a `System`, in this process, so that nothing is loaded twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import log10
from pathlib import Path
from typing import Literal, Self, cast

from benchmarks.datasets import WorkFile
from benchmarks.metrics import Answer
from benchmarks.progress import track
from benchmarks.systems import Modality
from reelprint.pipeline import Item, identify, register
from reelprint.workspace import Workspace
from reference_catalog.work import WorkDetails

Sense = Literal["both", "picture", "sound"]
KIND = {"both": "", "picture": "video-", "sound": "audio-"}  # how names of schemes begin


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
        sense: Sense = "both",
        lenient: bool = False,
        learned: bool = True,
    ) -> None:
        """With `tell_all`, matches up to an E-value of 1 are told; those above `floor` would be.

        With `lenient`, works that cannot be read are named in `unreadable` and nothing is raised.
        """
        words = (
            (preset, preset != "full"),
            ("fast", fast),
            (f"{sense} alone", sense != "both"),
            ("nothing learned", not learned),
        )
        self.name = ", ".join(["Reelprint", *(word for word, is_so in words if is_so)])
        self.unreadable: list[Path] = []
        self._lenient = lenient
        self._fast = fast
        workspace = Workspace.create(home, preset)
        self.floor = -log10(workspace.settings.max_e_value)
        told = 1.0 if tell_all else workspace.settings.max_e_value
        schemes = tuple(s for s in workspace.settings.schemes if s.startswith(KIND[sense]))
        settings = replace(workspace.settings, max_e_value=told, schemes=schemes, learned=learned)
        self._workspace = replace(workspace, settings=settings)
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
        outcomes = track(register(self._workspace, items, self._jobs), "registering", len(items))
        failed = [done for done in outcomes if done.outcome == "failed"]
        self.unreadable = [done.path for done in failed]
        if failed and not self._lenient:
            reasons = "; ".join(f"{done.path.name}: {done.reason}" for done in failed)
            raise ValueError(f"not registered: {reasons}")

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        """Ask about all suspects in one call, the fast path."""
        for answer in identify(self._workspace, queries, self._jobs, self._fast):
            yield cast(Answer, answer.as_dict())
