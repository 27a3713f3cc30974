"""What is measured: anything that registers works and identifies suspects.

Baselines are further `System`s in `benchmarks/baselines/`; all see the same files in one run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, Protocol

from benchmarks.datasets import WorkFile
from benchmarks.metrics import Answer

Modality = Literal["video", "audio", "both"]


class System(Protocol):
    """A matcher under test. Answers follow the contract of `reelprint identify --json`."""

    @property
    def name(self) -> str:
        """How tables call it."""
        ...

    @property
    def modality(self) -> Modality:
        """What it reads; rows of the other modality are left out for it."""
        ...

    @property
    def floor(self) -> float:
        """The least rank of a match that it reports as shipped; a run may ask for less sure ones.

        A match ranks by -log10 of its E-value, or by its score where there is none.
        """
        ...

    def register(self, works: Sequence[WorkFile]) -> None:
        """Take reference works; called once, before any query."""
        ...

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        """One answer for each suspect, in order."""
        ...
