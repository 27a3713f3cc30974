"""How far chance goes: the best score of each negative query beside the size of its search.

The queries go through the engine as any suspect does, under the table being fitted, sums of peaks
undivided and no bound on the E-value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from benchmarks.calibration_parallel import Mapper
from benchmarks.datasets import WorkFile
from benchmarks.distort import Distortion
from benchmarks.make import Order, make
from benchmarks.presets import PRESETS
from matchers.calibration import Calibration
from reelprint.extraction import extract_suspect
from reelprint.identification import Identifier
from reelprint.pipeline import Item, register
from reelprint.workspace import Settings, Workspace
from reference_catalog.work import WorkDetails

PEAKS = "audio-landmark-2"
SECONDS = 5.0
MARGIN_S = 0.5  # by which a source must be longer
SEED = "calibrate"
STEP, MARGIN = 0.25, 0.25  # of the dispersion
DIVISORS = (1.0, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0)  # E-values are listed under these
BOUNDS = (0.1, 0.01, 0.001)
LEAST = 1.0  # dependence cannot make sums surer than independence does
SHOWN = 5  # of the queries that went furthest, in the result

SOUND: dict[str, Distortion] = {
    "clean": Distortion(None, bit_rate=256_000),
    "mp3_32k": PRESETS["mp3_32k"],
}
PICTURE: dict[str, Distortion] = {"crf35_240p": PRESETS["crf35_240p"]}
# Who asks for the calibration by name; both see the table being fitted.
_READERS = ("matchers.frames.calibration", "matchers.significance.calibration")


@dataclass(frozen=True, slots=True)
class Chance:
    """The best that chance gave one query."""

    query_id: str
    score: float  # nats
    log_starts: float  # ln of the starting points of its search

    @property
    def excess(self) -> float:
        """What the score must be divided by for an E-value of 1."""
        return self.score / max(self.log_starts, 1.0)

    def as_dict(self) -> dict[str, str | float]:
        """For a result file."""
        return {
            "query": self.query_id,
            "score": round(self.score, 2),
            "log_starting_points": round(self.log_starts, 2),
            "excess": round(self.excess, 3),
        }


def fitted_dispersion(found: Sequence[Chance]) -> float:
    """The smallest multiple of a quarter that leaves no query an E-value below 1, and a margin."""
    needed = max((c.excess for c in found), default=LEAST)
    return max(LEAST, math.ceil(needed / STEP) * STEP) + MARGIN


def furthest(found: Sequence[Chance]) -> list[Chance]:
    """The queries that went furthest beyond what the size of their search explains."""
    return sorted(found, key=lambda c: (-c.excess, c.query_id))[:SHOWN]


def e_values(found: Sequence[Chance]) -> dict[str, dict[str, float]]:
    """What E-values each divisor gives, for those who judge the choice.

    A share x of negatives may have a true E-value of x or less, and the least of n lies about
    1 / n, so that to ask for 1 of every query is stricter than need be.
    """
    table = {}
    for divisor in DIVISORS:
        logs = [c.log_starts - c.score / divisor for c in found]
        row = {"least": float(f"{math.exp(min(logs, default=0.0)):.2g}")}
        row |= {f"at_most_{x:g}": sum(log <= math.log(x) for log in logs) for x in BOUNDS}
        table[f"{divisor:g}"] = row
    return table


def sources(works: Sequence[WorkFile], modality: str) -> list[WorkFile]:
    """The works that negatives are cut from: music, or pictures that move."""
    return [
        w
        for w in works
        if w.carries(modality)
        and w.facts.duration_s >= SECONDS + MARGIN_S
        and (modality == "video" or w.kind == "music")
    ]


def orders(works: Sequence[WorkFile], hows: dict[str, Distortion], count: int) -> list[Order]:
    """`count` excerpts under each distortion, the same places under all, round-robin over works.

    Raises ValueError when no work is long enough.
    """
    if not works:
        raise ValueError("no unregistered work is long enough for a negative")
    return [
        Order(
            f"{name}/{k:04d}", work, False, SECONDS, how, f"{SEED}/{work.work_id}/{k // len(works)}"
        )
        for name, how in hows.items()
        for k in range(count)
        for work in [works[k % len(works)]]
    ]


def chances(
    scheme: str,
    registered: Sequence[WorkFile],
    asked: Sequence[Order],
    table: Calibration,
    folder: Path,
    every: Mapper,
) -> list[Chance]:
    """The best of each query that found anything, searched under one scheme."""
    with TemporaryDirectory() as home:
        workspace = _workspace(Path(home), scheme, registered, every.jobs)
        ask = partial(_best, workspace=workspace, table=table, folder=folder)
        return [c for c in every(ask, asked, f"chance of {scheme}") if c is not None]


def _workspace(home: Path, scheme: str, works: Sequence[WorkFile], jobs: int) -> Workspace:
    """The works registered under one scheme. Raises ValueError naming those that failed."""
    made = Workspace.create(home)
    workspace = Workspace(made.home, Settings(math.inf, (scheme,)))
    items = [Item(w.path, WorkDetails(w.work_id, w.work_id)) for w in works]
    failed = [d.path.name for d in register(workspace, items, jobs) if d.outcome == "failed"]
    if failed:
        raise ValueError("not registered: " + ", ".join(failed))
    return workspace


@contextmanager
def under(table: Calibration) -> Iterator[None]:
    """The matchers read this calibration instead of the one that is shipped."""
    with ExitStack() as stack:
        for reader in _READERS:
            stack.enter_context(patch(reader, lambda: table))
        yield


def _best(order: Order, workspace: Workspace, table: Calibration, folder: Path) -> Chance | None:
    """The best match of one query, however weak; None when no run was worth keeping."""
    suspect = extract_suspect(make(order, folder).path, workspace.settings.schemes)
    with under(table):
        matches = _identifier(workspace).matches(suspect)
    if not matches:
        return None
    best = max(matches, key=lambda m: m.score)
    return Chance(order.query_id, best.score, math.log(best.e_value) + best.score)


@cache
def _identifier(workspace: Workspace) -> Identifier:
    """One for each process, so that the index is opened once."""
    return Identifier(workspace)
