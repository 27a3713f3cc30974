"""The measured constants behind scores and E-values, read once from shipped data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-likelihood ratios by frame distance, and how much too sure peaks are of themselves."""

    name: str
    frame_models: tuple[NDArray[np.float64], ...]  # each (257,) nats by distance in bits of 256
    peak_dispersion: float  # variance of chance coincidences over that of independent ones


@cache
def calibration() -> Calibration:
    """The calibration that this version ships."""
    text = (files("matchers") / "calibration.json").read_text(encoding="utf-8")
    data = json.loads(text)
    knots = data["frame"]["distance"]
    models = tuple(
        np.interp(np.arange(257), knots, data["frame"][kind]) for kind in ("reencoded", "reframed")
    )
    return Calibration(data["name"], models, float(data["peaks"]["dispersion"]))
