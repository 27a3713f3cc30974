"""The measured constants behind scores and E-values, read once from shipped data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

MAX_STEPS = 6  # the last entry of a fit holds for all that is further off
TIME_STEP_S = 0.004


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-likelihood ratios by frame distance, and how much too sure peaks are of themselves."""

    name: str
    frame_models: tuple[NDArray[np.float64], ...]  # each (257,) nats by distance in bits of 256
    # How much more often two peaks lie this far apart in a copy than by accident, in nats:
    pitch_fit: NDArray[np.float64]  # (7,) by steps of 1/192 octave
    time_fit: NDArray[np.float64]  # (7,) by steps of 4 ms
    peak_dispersion: float  # nats of peaks that prove as much as one independent nat
    unaltered_worth: float  # hypotheses that offer chance as much as the one that nothing was done
    log_candidates: float  # log of the share of starting points that count: the rest were not voted
    # Below this E-value chance falls off more slowly, as this power of what independence gives:
    kin_from: float
    kin_slope: float


@cache
def calibration() -> Calibration:
    """The calibration that this version ships."""
    text = (files("matchers") / "calibration.json").read_text(encoding="utf-8")
    data = json.loads(text)
    knots = data["frame"]["distance"]
    models = tuple(
        np.interp(np.arange(257), knots, data["frame"][kind]) for kind in ("reencoded", "reframed")
    )
    peaks = data["peaks"]
    return Calibration(
        name=data["name"],
        frame_models=models,
        pitch_fit=np.array(peaks["pitch_fit"], np.float64),
        time_fit=np.array(peaks["time_fit"], np.float64),
        peak_dispersion=float(peaks["dispersion"]),
        unaltered_worth=float(peaks["unaltered_worth"]),
        log_candidates=float(peaks["log_candidates"]),
        kin_from=float(peaks["kin_from"]),
        kin_slope=float(peaks["kin_slope"]),
    )
