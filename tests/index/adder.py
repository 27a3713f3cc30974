"""Run as a process: adds references to an index, one at a time, and says so after each.

usage: adder.py FOLDER SCHEME FIRST COUNT
"""

from __future__ import annotations

import sys
from pathlib import Path

from index.store import Index
from tests.index.builders import fingerprint


def main(folder: str, scheme: str, first: str, count: str) -> None:
    """Print the number of each reference when it is in."""
    index = Index(Path(folder))
    for number in range(int(first), int(first) + int(count)):
        index.add(scheme, {number: fingerprint(scheme, number)})
        print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
