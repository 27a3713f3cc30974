"""Verifies a stranger's package in a process of its own: no network, and so much time, memory and
disk and no more. What comes back is JSON that is believed no further than it is shown.

Run by `apart.verify`, with a package, and the signer and the head that are asked for, or nothing.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

import reelprint.proving.again  # noqa: F401 (what it loads is not to count against the memory)
from evidence.verifying import Asked, verify
from reelprint.cage import kernel
from reelprint.cage.limits import used_bytes
from reelprint.proving.again import rederived
from reelprint.proving.judging import verdicts

MIB = 1 << 20
BESIDE_BYTES = 512 * MIB  # of one file, besides what a package holds: an index of its references


def main(package: str, signer: str, head: str, memory: str, processor_s: str) -> None:
    """Print what `reelprint verify --json` would."""
    path = Path(package)
    _confine(int(memory), int(processor_s), path.stat().st_size)
    asked = Asked(signer or None, None, head or None, (rederived,), verdicts)
    print(json.dumps(verify(path, asked).as_dict()))


def _confine(memory: int, processor_s: int, size: int) -> None:
    kernel.die_with_parent(signal.SIGKILL)
    kernel.give_up_privileges()
    with suppress(OSError):  # where that is not allowed there is nothing here that would use it
        kernel.leave_network()
    for what, most in (
        (resource.RLIMIT_AS, used_bytes() + memory),
        (resource.RLIMIT_CPU, processor_s),
        (resource.RLIMIT_FSIZE, size + BESIDE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(*sys.argv[1:])
