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

    wall_s: float
    memory_bytes: int = MEMORY_BYTES  # beyond what the process has when it begins
    output_bytes: int = OUTPUT_BYTES

    @property
    def processor_s(self) -> int:
        """One thread cannot use more; held by the kernel, should nobody watch the clock."""
        return max(1, math.ceil(self.wall_s))


def set_limits(limits: Limits, used_bytes: int) -> None:
    """Limit this process for good, that has `used_bytes` of addresses by now. No file can be
    opened, none written to, no process started by others than root, no core left."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    hard = {
        resource.RLIMIT_AS: used_bytes + limits.memory_bytes,
        resource.RLIMIT_CPU: limits.processor_s,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, value in hard.items():
        _, most = resource.getrlimit(what)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(what, (value, value))


def used_bytes() -> int:
    """The address space that this process has in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()
