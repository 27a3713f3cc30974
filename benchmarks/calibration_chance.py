"""How far chance goes: the best score of each negative query beside the size of its search.

The queries go through the engine as any suspect does, under the table being fitted, sums of peaks
undivided and no bound on the E-value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from benchmarks import audio_plan
from benchmarks.audio_rows import AUDIO_ROWS
from benchmarks.calibration_parallel import Mapper
from benchmarks.calibration_tail import Chance
from benchmarks.datasets import WorkFile
from benchmarks.distort import Distortion
from benchmarks.make import Order, make
from benchmarks.plan import Plan
from benchmarks.presets import PRESETS
from matchers.alignment import Hypothesis
from matchers.calibration import Calibration
from matchers.hypotheses import is_unaltered
from matchers.match import Match
from reelprint.extraction import extract_suspect
from reelprint.identification import Identifier
from reelprint.pipeline import Item, register
from reelprint.workspace import Settings, Workspace
from reference_catalog.work import WorkDetails

PEAKS = "audio-landmark-2"
SECONDS = 5.0
MARGIN_S = 0.5  # by which a source must be longer
SEED = "calibrate"
PLAN_SEED = 1  # of the audio benchmark, whose queries may have been made before
SHOWN = 5  # of the queries that went furthest, in the result

PICTURE: dict[str, Distortion] = {"crf35_240p": PRESETS["crf35_240p"]}
# Who asks for the calibration by name; both see the table being fitted.
_READERS = ("matchers.frames.calibration", "matchers.significance.calibration")


def furthest(found: Sequence[Chance]) -> list[Chance]:
    """The queries that went furthest beyond what the size of their search explains."""
    return sorted(found, key=lambda c: (c.log_starts - c.score, c.query_id))[:SHOWN]


def sound_orders(
    registered: Sequence[WorkFile], unregistered: Sequence[WorkFile], count: int
) -> list[Order]:
    """The negatives of the audio benchmark, `count` in all, of other works than its test half."""
    rows = [row for row in AUDIO_ROWS if row.negative]
    planned = audio_plan.orders(rows, registered, unregistered, Plan(0, count, PLAN_SEED))
    return [order for row in planned.values() for order in row]


def moving(works: Sequence[WorkFile]) -> list[WorkFile]:
    """The works that negatives of pictures are cut from."""
    return [w for w in works if w.carries("video") and w.facts.duration_s >= SECONDS + MARGIN_S]


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
    """The best of each kind of each query that found anything, searched under one scheme."""
    with TemporaryDirectory() as home:
        workspace = _workspace(Path(home), scheme, registered, every.jobs)
        ask = partial(_best, workspace=workspace, table=table, folder=folder)
        return [c for found in every(ask, asked, f"chance of {scheme}") for c in found]


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


def _best(order: Order, workspace: Workspace, table: Calibration, folder: Path) -> list[Chance]:
    """The best altered and the best unaltered match of one query, however weak."""
    suspect = extract_suspect(make(order, folder).path, workspace.settings.schemes)
    with under(table):
        matches = _identifier(workspace).findings(suspect).matches
    found = [_chance(order, m) for m in sorted(matches, key=lambda m: m.score)]
    return list({c.unaltered: c for c in found}.values())


def _chance(order: Order, match: Match) -> Chance:
    done = Hypothesis(match.speed, match.pitch_semitones / 12)
    log_starts = math.log(match.e_value) + match.score
    return Chance(order.query_id, match.score, log_starts, is_unaltered(done))


@cache
def _identifier(workspace: Workspace) -> Identifier:
    """One for each process, so that the index is opened once."""
    return Identifier(workspace)
