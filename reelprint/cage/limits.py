"""How much a caged process may use."""

from __future__ import annotations

import math
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

GIB = 1 << 30
# Frames of 8K, as many as a codec may hold back, take 1.5 GiB; codes of a film of three hours 1.
MEMORY_BYTES = 4 * GIB
OUTPUT_BYTES = 2 * GIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file."""

    wall_s: float  # held by the keeper
    processor_s: int  # held by the kernel, like the memory
    memory_bytes: int = MEMORY_BYTES  # beyond what the process has when it begins
    output_bytes: int = OUTPUT_BYTES  # held by who reads it
    file_bytes: int = 0  # of each file that is written
    open_files: int = 0  # at once

    @classmethod
    def within(cls, seconds: float, memory_bytes: int = MEMORY_BYTES) -> Limits:
        """For work that may take so long, which one thread can do in no more processor time."""
        return cls(seconds, max(1, math.ceil(seconds)), memory_bytes)


def set_limits(limits: Limits, used_bytes: int) -> None:
    """Limit this process for good, that has `used_bytes` of addresses by now. No process can be
    started by others than root, no core left."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    hard = {
        resource.RLIMIT_AS: used_bytes + limits.memory_bytes,
        resource.RLIMIT_CPU: limits.processor_s + 1,  # the signal that can be ignored comes before
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, value in hard.items():
        _, most = resource.getrlimit(what)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        soft = min(value, limits.processor_s) if what == resource.RLIMIT_CPU else value
        resource.setrlimit(what, (soft, value))


def used_bytes() -> int:
    """The address space that this process has in use."""
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * resource.getpagesize()
