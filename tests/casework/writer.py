"""Run as a process: takes samples for a case, and says their ids.

usage: writer.py FOLDER CASE COUNT NAME [URL]
"""

from __future__ import annotations

import sys
from pathlib import Path

from casework.store import CaseStore


def main(folder: str, case_id: str, count: str, name: str, url: str | None = None) -> None:
    """Print the id of each sample that was begun."""
    with CaseStore.create(Path(folder), url=url) as store:
        for _ in range(int(count)):
            print(store.begin(case_id, name, "site.example", name).sample_id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
