"""How fast the machine reads memory: no search can be faster than reading what it must."""

from __future__ import annotations

import time

import numpy as np

SIZE = 2**30  # bytes, more than any cache holds for one process
ROUNDS = 7


def measure(size: int = SIZE) -> dict[str, float]:
    """Bytes a second, read by one thread from one end to the other; the best of some rounds."""
    numbers = np.ones(size // 8, np.int64)
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        numbers.max()
        best = min(best, time.process_time() - started)
    return {"bytes_a_second": size / best}
