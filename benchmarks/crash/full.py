"""A disk that is full, at each file that an operation writes."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.crash.apart import Say, done
from benchmarks.crash.checking import check
from benchmarks.crash.operations import Operation, Place
from benchmarks.crash.prepared import prepare
from benchmarks.crash.small_disk import PAGE, Little, small_disk
from benchmarks.crash.world import State, wrong
from index.store import Index

DISK_BYTES = 64 << 20  # merging takes some 24 MB beside the segments, whatever their size
MOST_PAGES = DISK_BYTES // PAGE
CLEAR = (errno.ENOSPC, errno.EFBIG)


def full(chosen: Sequence[tuple[tuple[str, ...], Operation]], scratch: Path) -> dict[str, Any]:
    """Each operation with 0, 1, 2, … pages left, until it succeeds at once."""
    said, code = done(_filling(chosen, scratch))
    faults = [fault for one in said for fault in one.get("faults", ())]
    faults += [one["error"] for one in said if "error" in one]
    return {
        "way": said[0].get("way") if said else None,
        "failed": sum("message" in one for one in said),
        "succeeded with room": sum("pages" in one for one in said),
        "messages": sorted({one["message"] for one in said if "message" in one}),
        "faults": faults if code == 0 or faults else [f"ended with {code}"],
    }


def _filling(
    chosen: Sequence[tuple[tuple[str, ...], Operation]], scratch: Path
) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        at, disk = Place(scratch / "ample"), scratch / "small"
        disk.mkdir()
        little = small_disk(disk, DISK_BYTES)
        say({"way": little.way})
        for schemes, operation in chosen:
            state = prepare(at, schemes)
            _fill_up(operation, state, at, Place(disk / "place"), little, say)
            shutil.rmtree(at.root)

    return work


def _fill_up(
    operation: Operation, before: State, at: Place, place: Place, little: Little, say: Say
) -> None:
    """With one page more each time, and then with an eighth more."""
    pages = 0
    while pages < MOST_PAGES:
        shutil.copytree(at.root, place.root)
        little.leave(pages)
        said, code = done(_trying(operation, before, place, little))
        little.leave(None)
        found = check(place, [operation.after(before)])
        failed = next((one["message"] for one in said if "message" in one), None)
        faults = [fault for one in said for fault in one.get("faults", ())]
        faults += [f"ended with {code}: {one['error']}" for one in said if "error" in one]
        faults += found.faults if code == 0 else ()
        shutil.rmtree(place.root)
        named = [f"{operation.kind}, {pages} pages left: {fault}" for fault in faults]
        say({"faults": named} | ({"message": failed} if failed else {"pages": pages}))
        if failed is None:
            return
        pages = max(pages + 1, pages * 9 // 8)


def _trying(
    operation: Operation, before: State, place: Place, little: Little
) -> Callable[[Say], None]:
    """Try; when it fails, ask as before, on the full disk, and try again with room."""

    def work(say: Say) -> None:
        index = Index(place.index)
        try:
            operation.run(index, place)
        except OSError as error:
            clear = [] if error.errno in CLEAR else [f"an unclear error: {error!r}"]
            again = Index(place.index)
            faults = [*clear, *wrong(index, before.held), *wrong(again, before.held)]
            faults += [f"{name} is said to be damaged" for name in (*index.damaged, *again.damaged)]
            said = (error.strerror or str(error)).replace(str(place.index), "INDEX")
            say({"message": said, "faults": faults})
            little.leave(None)
            operation.run(index, place)
        index.refresh()  # restoring and rebuilding are no changes of this reader
        say({"faults": wrong(index, operation.after(before).held)})

    return work
