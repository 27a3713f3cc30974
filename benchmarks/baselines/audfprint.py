"""audfprint, by its authors' package `audfprint2` (PyPI, MIT), with the defaults of its program.

Landmarks after Wang (2003): pairs of spectral peaks as 20-bit hashes, about 20 a second, four
shifts of the query, at least five hashes at one offset; one match a query. Its rank is the number
of hashes. It has no E-value and no speed other than 1. Its file reader runs a program that need not
be here, so samples are read as everywhere in these benchmarks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly  # type: ignore[attr-defined]  # untyped

from benchmarks.baselines.exhaustive import answer
from benchmarks.datasets import WorkFile
from benchmarks.excerpt import RATE, whole
from benchmarks.metrics import Answer
from benchmarks.metrics.records import MatchJson
from benchmarks.systems import Modality

PACKAGE = "audfprint2"
# The defaults of its command line, where they differ from those of its classes.
QUERY_SHIFTS = 4
WINDOW = 2
TIME_QUANTILE = 0.05


def available() -> bool:
    """True when the package is installed."""
    return find_spec(PACKAGE) is not None


class Audfprint:
    """One table of all hashes, as its program keeps it."""

    modality: Modality = "audio"
    floor = 0.0

    def __init__(self) -> None:
        self.name = f"audfprint ({PACKAGE} {metadata.version(PACKAGE)})"
        package = import_module(PACKAGE)
        self._hashes_of = import_module(f"{PACKAGE}.core.analyzer").landmarks2hashes
        self._analyzer: Any = package.Analyzer()
        self._table: Any = package.HashTable()
        self._matcher: Any = package.Matcher()
        self._matcher.window, self._matcher.find_time_range = WINDOW, True
        self._matcher.time_quantile = TIME_QUANTILE
        self._step_s = self._analyzer.n_hop / self._analyzer.target_sr

    def register(self, works: Sequence[WorkFile]) -> None:
        """Put the hashes of each work that has sound into the table."""
        for work in works:
            if work.carries("audio"):
                self._table.store(work.work_id, self._hashes(work.path, 1).tolist())

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        """The best match of each query."""
        for query in queries:
            found = self._matcher.match_hashes(self._table, self._hashes(query, QUERY_SHIFTS))
            yield answer(map(self._match, found[: self._matcher.max_returns]))

    def _hashes(self, path: Path, shifts: int) -> NDArray[np.int32]:
        """(time, hash) of a file, begun at several parts of a frame; each once."""
        rate, hop = self._analyzer.target_sr, self._analyzer.n_hop
        mono = resample_poly(whole(path).mean(axis=0), 1, RATE // rate)
        starts = [k * hop // shifts for k in range(shifts)]
        peaks = [self._analyzer.find_peaks(mono[start:], rate) for start in starts]
        found = [self._hashes_of(self._analyzer.peaks2landmarks(part)) for part in peaks]
        return np.unique(np.concatenate(found), axis=0)

    def _match(self, row: NDArray[np.int32]) -> MatchJson:
        work, count, offset, _, _, first, last = map(int, row)
        start_s, end_s, shift_s = (self._step_s * t for t in (first, last + 1, offset))
        return {
            "work_id": self._table.names[work],
            "query": {"start_s": start_s, "end_s": end_s},
            "reference": {"start_s": start_s + shift_s, "end_s": end_s + shift_s},
            "speed": 1.0,
            "score": float(count),
            "e_value": None,
        }
