"""Processor time where reading happens in other processes."""

from __future__ import annotations

import time

from reelprint.cage import caged


def processor_s() -> float:
    """Seconds of processor time of this process, and of what was read for it in the cage."""
    return time.process_time() + caged.processor_s()
