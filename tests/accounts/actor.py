"""Run as a process: claims names and writes lines, and says what it got.

usage: actor.py FILE URL ORGANISATION COUNT   (URL empty: the file)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from accounts.errors import Taken
from accounts.store import Accounts


def claimed(accounts: Accounts, organisation: str, count: int) -> Iterator[str]:
    """The names that could be claimed, the last first for a studio."""
    for n in sorted(range(count), reverse=organisation == "studio"):
        try:
            accounts.claim("work", f"film-{n}", organisation)
        except Taken:
            accounts.record(organisation, "works.write", f"film-{n}", "refused")
        else:
            accounts.record(organisation, "works.write", f"film-{n}")
            yield f"film-{n}"


def main(file: str, url: str, organisation: str, count: str) -> None:
    """Print the names that could be claimed."""
    with Accounts.open(Path(file), url or None) as accounts:
        for name in claimed(accounts, organisation, int(count)):
            print(name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
