"""Run as a process: takes jobs and does them, and says which, until nothing waits or runs.

usage: digger.py FILE URL NAME SECONDS_A_JOB LEASE_S
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from jobs import ending
from jobs.queue import Queue


def main(file: str, url: str, name: str, each_s: str, lease_s: str) -> None:
    """Print `took <job> <attempt>` and `done <job>` for each."""
    ending.BACK_OFF_S = 0.05  # waiting shows nothing here
    with Queue.open(Path(file), url or None) as queue:
        while any(queue.unfinished()):
            lease = queue.take(name, ("dig",), float(lease_s))
            if lease is None:
                time.sleep(0.02)
                continue
            print("took", lease.job.id, lease.job.attempts, flush=True)
            time.sleep(float(each_s))
            if lease.done({"by": name}):
                print("done", lease.job.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
