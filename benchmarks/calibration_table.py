"""The table for frames: from the pictures of works to the columns of a calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks import calibration_fit as fit
from benchmarks import calibration_frames as frames
from benchmarks.calibration_fit import I64, Tail
from benchmarks.calibration_lines import along_lines
from benchmarks.calibration_parallel import Mapper
from benchmarks.datasets import WorkFile

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class FrameTable:
    """The table for frames and what it was fitted on."""

    columns: dict[str, list[float]]  # by kind of damage, nats at each knot
    histograms: dict[str, I64]
    tail: Tail
    measured: Json

    @property
    def models(self) -> tuple[fit.F64, ...]:
        """Nats by distance of each column, shape (257,), as the matchers read them."""
        bits = np.arange(fit.BITS + 1)
        return tuple(np.interp(bits, fit.knots(), c) for c in self.columns.values())


def measure(works: Sequence[WorkFile], folder: Path, every: Mapper) -> FrameTable:
    """Reads the pictures of works and of copies, which are kept in a folder; fits the table."""
    shown = list(every(frames.read, works, "frames"))
    histograms = {"unrelated": frames.unrelated(shown)}
    for kind in frames.COPIES:
        histograms[kind] = frames.copies(shown, kind, folder, every)
    table = fitted(histograms)
    measured: Json = {
        "works": len(shown),
        "frames": sum(len(s.plain) for s in shown),
        "distinct_frames": sum(int(s.distinct.sum()) for s in shown),
        **table.measured,
        "along_lines": _along_lines(shown, histograms),
    }
    return replace(table, measured=measured)


def _along_lines(shown: Sequence[frames.Shown], histograms: Mapping[str, I64]) -> Json:
    """The correlation of neighbours under each ratio, before it is discounted."""
    density, _ = fit.unrelated(histograms["unrelated"])
    most = {
        "reencoded": fit.MOST_NATS,
        "reframed": fit.MOST_REFRAMED_NATS / fit.REFRAMED_FACTOR,
    }
    ratios = {kind: fit.ratio(histograms[kind], density) for kind in most}
    return {
        kind: along_lines(shown, fit.by_bits(np.minimum(nats, most[kind])))
        for kind, nats in ratios.items()
    }


def fitted(histograms: Mapping[str, I64]) -> FrameTable:
    """The table of three histograms: unrelated, reencoded, reframed."""
    density, tail = fit.unrelated(histograms["unrelated"])
    nats = {kind: fit.ratio(histograms[kind], density) for kind in frames.COPIES}
    columns = {
        "reencoded": fit.listed(nats["reencoded"]),
        "reframed": fit.listed(fit.discounted(nats["reframed"])),
    }
    pairs = {kind: int(h.sum()) for kind, h in histograms.items()}
    return FrameTable(columns, dict(histograms), tail, {"pairs": pairs, "tail": tail.as_dict()})
