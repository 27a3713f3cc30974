"""Run as a process: backs a workspace up and is killed when so many bytes were written.

usage: backup_killed.py HOME TO BYTES
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from capture.clock import SystemClock
from reelprint.backup.taking import Wanted, take
from reelprint.workspace import Workspace


def main(home: str, to: str, most: str) -> None:
    """Ends without a word."""

    def tell(done: int) -> None:
        if done >= int(most):
            os.kill(os.getpid(), signal.SIGKILL)

    take(Workspace.open(Path(home)), Wanted(Path(to)), SystemClock(), tell)


if __name__ == "__main__":
    main(*sys.argv[1:])
