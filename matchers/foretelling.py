"""What the network of `audio-learned-1` says a reference should be where a suspect plays it.

Along a line the relief of the suspect is seen at the speed and in the key of the reference, about
each of its moments. The network then says of each bit of the reference's outline, and of each that
was learned, how likely it is to be raised: in nats, which noise brings nearer to zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.moments import SAMPLES, SLOT_S, bands_of, rows_at, sample_times
from fingerprint.audio.network import network
from fingerprint.audio.relief import BANDS, CELLS, RELIEF_S
from matchers.alignment import Line

GAP_S = RELIEF_S / 2  # by which moments may lie elsewhere than one after the other

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]


def follow_each_other(moments: F64) -> bool:
    """Whether moments of a reference have no gap among them."""
    last = moments[0] + (len(moments) - 1) * SLOT_S
    return bool(abs(moments[-1] - last) < GAP_S)


def foretold(times: F64, steps: I8, moments: F64, line: Line) -> F64:
    """What is said of each bit, shape (n, BANDS + BITS), at moments of a reference that follow each
    other, shape (n,), of a relief, shape (rows, COUNT), whose rows are at these times."""
    at = (sample_times(moments) - line.offset_s) / line.hypothesis.speed
    raised = round(line.hypothesis.pitch_octaves * CELLS)
    seen = bands_of(steps, rows_at(at, float(times[0])), raised)
    return network().vectors(seen.reshape(-1, SAMPLES, BANDS)).astype(np.float64)
