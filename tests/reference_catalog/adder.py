"""Run as a process: adds references to a catalogue and says so after each.

usage: adder.py FOLDER FIRST COUNT WORK_ID [URL]
"""

from __future__ import annotations

import sys
from pathlib import Path

from reference_catalog.catalog import Catalog
from reference_catalog.errors import Duplicate
from reference_catalog.place import Place
from tests.reference_catalog.builders import details, new_reference


def main(folder: str, first: str, count: str, work_id: str, url: str | None = None) -> None:
    """Print `seed number` for each reference, or `seed duplicate`."""
    with Catalog.create(Place(Path(folder), url)) as catalog:
        for seed in range(int(first), int(first) + int(count)):
            try:
                said = catalog.add(details(work_id), new_reference(seed)).number
            except Duplicate:
                print(seed, "duplicate", flush=True)
            else:
                print(seed, said, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
