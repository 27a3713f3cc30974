"""How far a reference is slid to count what coincides by accident."""

from __future__ import annotations

import numpy as np

CELLS = 48  # to the octave
TIME_DECOYS_S = np.multiply.outer((-1, 1), (0.37, 0.61, 0.83, 1.13, 1.49, 1.91, 2.37, 3.1)).ravel()
PITCH_DECOYS_OCTAVES = np.array([c / CELLS for c in range(-21, 22, 2) if abs(c) >= 5])
