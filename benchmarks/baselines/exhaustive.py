"""What baselines share: they keep something of each work, and hold a query against each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from benchmarks.baselines.threads import in_threads
from benchmarks.datasets import WorkFile
from benchmarks.metrics import Answer
from benchmarks.metrics.records import MatchJson
from benchmarks.systems import Modality

Prints = TypeVar("Prints")


@dataclass(slots=True)
class Exhaustive(Generic[Prints]):
    """A `System` that compares each query with each work."""

    name: str
    modality: Modality
    floor: float
    prints: Callable[[Path], Prints]
    match: Callable[[str, Prints, Prints], MatchJson | None]  # work, its prints, the suspect's
    jobs: int = 1
    _works: dict[str, Prints] = field(default_factory=dict)
    _known: dict[Path, Prints] = field(default_factory=dict)

    def register(self, works: Sequence[WorkFile]) -> None:
        """Keep the prints of each work that has the stream, and forget other works.

        No file is read twice, however often it is registered.
        """
        heard = [work for work in works if work.carries(self.modality)]
        new = list(dict.fromkeys(w.path for w in heard if w.path not in self._known))
        self._known |= zip(new, in_threads(self.prints, new, self.jobs), strict=True)
        self._works = {work.work_id: self._known[work.path] for work in heard}

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        """Hold each query against each work."""
        return in_threads(self._answer, queries, self.jobs)

    def _answer(self, query: Path) -> Answer:
        suspect = self.prints(query)
        held = (self.match(work, prints, suspect) for work, prints in self._works.items())
        return answer(match for match in held if match is not None)


def answer(found: Iterator[MatchJson]) -> Answer:
    """The contract's answer, the best match first."""
    matches = sorted(found, key=lambda match: -match["score"])
    return {"status": "identified" if matches else "no_match", "matches": matches}
