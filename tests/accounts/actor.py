"""Run as a process: claims names and writes lines, and says what it got.

usage: actor.py FILE URL ORGANISATION COUNT   (URL empty: the file)
"""

from __future__ import annotations

import sys
from pathlib import Path

from accounts.errors import Taken
from accounts.store import Accounts


def main(file: str, url: str, organisation: str, count: str) -> None:
    """Print the names that could be claimed."""
    with Accounts.open(Path(file), url or None) as accounts:
        for n in range(int(count)):
            try:
                accounts.claim("work", f"film-{n}", organisation)
            except Taken:
                accounts.record(organisation, "works.write", f"film-{n}", "refused")
            else:
                accounts.record(organisation, "works.write", f"film-{n}")
                print(f"film-{n}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
