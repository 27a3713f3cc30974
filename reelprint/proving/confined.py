"""Verifies a stranger's package in a cage of its own: no network, no file but the package, the
folder to work in and the program's own code, few system calls, and so much time, memory and disk
and no more. What comes back is JSON that is believed no further than it is shown.

Run by `apart.verify`, with a package, the signer and the head that are asked for, or nothing, a
file of time-stamp authorities, which may be empty, and what it may take.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import reelprint.proving.again  # noqa: F401 (what it loads is not to count against the memory)
from evidence.verifying import Asked, verify
from reelprint.cage.closing import shut_around
from reelprint.cage.limits import Limits
from reelprint.proving.again import rederived
from reelprint.proving.judging import verdicts

MIB = 1 << 20
BESIDE_BYTES = 512 * MIB  # of one file, besides what a package holds: an index of its references
OPEN_FILES = 1024  # at once: an index has a few for each kind of code


def main(package: str, signer: str, head: str, roots: str, memory: str, seconds: str) -> None:
    """Print what `reelprint verify --json` would. Works in the current folder."""
    path = Path(package)
    trusted = Path(roots).read_bytes() or None
    _confine(path, int(memory), int(seconds))
    asked = Asked(signer or None, trusted, head or None, (rederived,), verdicts)
    print(json.dumps(verify(path, asked).as_dict()))


def _confine(package: Path, memory: int, seconds: int) -> None:
    limits = Limits(
        wall_s=seconds,
        processor_s=seconds,
        memory_bytes=memory,
        file_bytes=package.stat().st_size + BESIDE_BYTES,
        open_files=OPEN_FILES,
    )
    os.umask(0o077)  # in the cage nothing can be let others read
    shut_around([package, *_code()], [Path.cwd()], limits)


def _code() -> Iterator[Path]:
    """Where Python, its libraries and ours lie: much is loaded only where it is met. Folders of
    code, and not all that is searched for it: a workspace may lie where one works on the code."""
    named = sysconfig.get_paths()
    python = {named[one] for one in ("stdlib", "platstdlib", "purelib", "platlib")}
    loaded = [one for name, one in sys.modules.items() if "." not in name]
    packages = {path for one in loaded for path in getattr(one, "__path__", ())}
    yield from (path for path in map(Path, sorted(python | packages)) if path.is_dir())


if __name__ == "__main__":
    main(*sys.argv[1:])
