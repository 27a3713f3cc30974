"""Fits the table that scores and E-values rest on, from the calibrate half of a corpus alone.

The result is what `matchers/calibration.json` holds. The same corpus and packages give the same
bytes, so it says neither when nor where it was made.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks import calibration_chance as chance
from benchmarks import calibration_fit as fit
from benchmarks import calibration_frames as frames
from benchmarks.calibration_parallel import Mapper
from benchmarks.calibration_table import FrameTable, Json, measure
from benchmarks.calibration_tail import MARGIN, Chance, Tail, fitted
from benchmarks.datasets import Dataset, Half, Role, WorkFile
from benchmarks.machine import describe
from benchmarks.make import Order
from matchers.calibration import calibration as shipped

NAME = "calibration-4"
HALF: Half = "calibrate"
ROLES: tuple[Role, ...] = ("registered", "unregistered")


@dataclass(frozen=True, slots=True)
class Run:
    """What a calibration is made from, and how much of it."""

    data: Dataset
    folder: Path  # where made copies and queries are kept
    every: Mapper
    sounds: int  # negative queries
    pictures: int  # negative queries

    def works(self, role: Role, modality: str) -> list[WorkFile]:
        """The works of one cell that have a stream, one file a group."""
        return [w for w in self.data.references(HALF, role) if w.carries(modality)]


def calibrate(run: Run) -> Json:
    """The whole content of a calibration file."""
    pictures = [w for role in ROLES for w in run.works(role, "video")]
    table = measure(pictures, run.folder, run.every)
    sound_asked, picture_asked = _sound_orders(run), _picture_orders(run)
    sound = _chances(run, "audio", sound_asked, table)
    picture = _chances(run, "video", picture_asked, table)
    tail = fitted(sound, len(sound_asked))
    return {
        "name": NAME,
        "provenance": _provenance(table, tail, len(sound_asked)),
        "frame": {"distance": fit.knots(), **table.columns},
        "peaks": {**asdict(tail), **_kept_fits()},
        "measured": {
            "corpus_sha256": run.data.sha256,
            "split": HALF,
            "packages": describe()["packages"],
            "frame": table.measured,
            "chance_of_peaks": _furthest(sound, len(sound_asked)),
            "chance_of_frames": _furthest(picture, len(picture_asked)),
            "histograms": {kind: h.tolist() for kind, h in table.histograms.items()},
        },
    }


def text(content: Json) -> str:
    """A calibration as JSON, a list a line, so that a change can be read as a difference."""
    return _text(content, 0) + "\n"


def _text(value: object, depth: int) -> str:
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    pad = "  " * (depth + 1)
    lines = [f"{pad}{json.dumps(key)}: {_text(item, depth + 1)}" for key, item in value.items()]
    return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}"


def _sound_orders(run: Run) -> list[Order]:
    return chance.sound_orders(
        run.works("registered", "audio"), run.works("unregistered", "audio"), run.sounds
    )


def _picture_orders(run: Run) -> list[Order]:
    sources = chance.moving(run.works("unregistered", "video"))
    return chance.orders(sources, chance.PICTURE, run.pictures)


def _chances(run: Run, modality: str, asked: Sequence[Order], table: FrameTable) -> list[Chance]:
    """The best scores of the negative queries of one modality."""
    scheme = chance.PEAKS if modality == "audio" else frames.SCHEME
    registered = run.works("registered", modality)
    # Constants under which a score is its raw sum, and a search all that it could be.
    unfitted = replace(
        shipped(),
        name=NAME,
        frame_models=table.models,
        peak_dispersion=1.0,
        log_candidates=0.0,
        unaltered_worth=1.0,
        kin_slope=1.0,
    )
    return chance.chances(scheme, registered, asked, unfitted, run.folder, run.every)


def _furthest(found: Sequence[Chance], asked: int) -> Json:
    largest = max((c.score for c in found), default=0.0)
    return {
        "queries": asked,
        "queries_with_a_run": len(found),
        "largest_score": round(largest, 2),
        "furthest": [c.as_dict() for c in chance.furthest(found)],
    }


def _kept_fits() -> Json:
    """How exactly peaks coincide and what kin sounds share, as shipped: measured by others."""
    fits = shipped()
    return {
        "kin_from": fits.kin_from,
        "kin_slope": fits.kin_slope,
        "pitch_fit": fits.pitch_fit.tolist(),
        "time_fit": fits.time_fit.tolist(),
    }


def _provenance(table: FrameTable, tail: Tail, asked: int) -> str:
    pairs = {kind: f"{int(h.sum()):,}" for kind, h in table.histograms.items()}
    return (
        "Written by `python -m benchmarks calibrate` from works of the calibrate half alone. "
        f"Frames: {pairs['unrelated']} pairs of distinct frames of unrelated works, the tail "
        f"log-linear below {table.tail.begins_bits} bits, against {pairs['reencoded']} frames "
        f"re-encoded at CRF 35 and 240 lines (reencoded) and {pairs['reframed']} cut by 5 % or "
        f"2.5 % on each side (reframed, multiplied by {fit.REFRAMED_FACTOR:g}); "
        f"{fit.OUTLIERS:.0%} outliers; at most {fit.MOST_NATS:g} and {fit.MOST_REFRAMED_NATS:g} "
        f"nats, which are judgements. Peaks: the tail of {asked:,} excerpts of unregistered works "
        f"under the distortions of the audio benchmark falls by a nat every {tail.dispersion:g}; "
        f"E-values are {math.exp(MARGIN):.0f} times what was counted."
    )
