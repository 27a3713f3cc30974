"""What a power cut may leave of an operation: all that was synced, and any part of the rest.

Of names that were made, changed or taken away in a folder since it was synced, any may have reached
the disk, in any combination; a rename reaches it as one. Of a file that was not synced since it was
written, its name may be there with the content as written, as it was when synced, half of it, or as
many zeros. After Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from benchmarks.crash.checking import Found, check
from benchmarks.crash.operations import Operation, Place
from benchmarks.crash.record import Names, Record, Step, Written, recorded
from benchmarks.crash.world import State

Fate = Literal["written", "synced", "half", "zeros"]  # of a file that was not synced
FATES: tuple[Fate, ...] = get_args(Fate)
ALL_PARTS = 4  # of so many changes of names every combination is tried; of more, some
DRAWN = 12
LOOKED_AT = 80  # disks of one operation, of all that it may leave
NOTHING = Written(hashlib.sha256(b"").hexdigest(), 0)

Change = Mapping[tuple[str, str], str | None]  # of names: (folder, name) to an inode, or to none
Disk = tuple[tuple[str, Written | None, Fate], ...]  # path and content; None of a folder


@dataclass
class Synced:
    """What has surely reached the disk, and what may have."""

    folders: dict[str, Names]
    files: dict[str, Written]
    pending: list[Change] = field(default_factory=list)
    last: dict[str, Written] = field(default_factory=dict)  # content of each file ever seen

    def took(self, before: Step, now: Step) -> None:
        """Go on by one step."""
        self.last |= now.files
        change = _change(before, now)
        if change:
            self.pending.append(change)
        if now.synced is not None:
            self._sync(now.synced, now)

    def _sync(self, inode: str, now: Step) -> None:
        if inode not in now.folders:
            self.files[inode] = now.files[inode]
            return
        self.folders[inode] = now.folders[inode]
        rest = [{at: to for at, to in one.items() if at[0] != inode} for one in self.pending]
        self.pending = [one for one in rest if one]


def disks(record: Record) -> dict[Disk, bool]:
    """What a cut at any moment may leave, and whether the operation may have been over then."""
    first = record.steps[0]
    synced = Synced(dict(first.folders), dict(first.files))
    found: dict[Disk, bool] = {}
    for i, step in enumerate(record.steps):
        synced.took(record.steps[max(i - 1, 0)], step)
        over = i == len(record.steps) - 1
        for disk in _left(synced, step):
            found[disk] = over or found.get(disk, False)
    return found


def cut(operation: Operation, before: State, at: Place, scratch: Path) -> Iterator[Found]:
    """Cut the power at any moment of an operation, with any part of what was not synced: in all
    these ways, or in many of them, drawn by lot."""
    place = Place(scratch / "recorded")
    shutil.copytree(at.root, place.root)
    record = recorded(operation, place, scratch / "contents")
    shutil.rmtree(place.root)
    states = [before, operation.after(before)]
    for disk, over in _drawn(disks(record)):
        _lay_out(disk, record, place)
        yield check(place, states[1:] if over else states)
        shutil.rmtree(place.root)
    shutil.rmtree(record.contents)


def _drawn(found: Mapping[Disk, bool]) -> list[tuple[Disk, bool]]:
    every = list(found.items())
    random = np.random.default_rng(len(every))
    return [every[i] for i in sorted(random.permutation(len(every))[:LOOKED_AT])]


def _change(before: Step, now: Step) -> Change:
    changed: dict[tuple[str, str], str | None] = {}
    for folder in {*before.folders, *now.folders}:
        old, new = before.folders.get(folder, {}), now.folders.get(folder, {})
        for name in {*old, *new}:
            if old.get(name) != new.get(name):
                changed[folder, name] = new.get(name)
    return changed


def _left(synced: Synced, step: Step) -> Iterator[Disk]:
    for part in _parts(synced.pending):
        folders = {folder: dict(names) for folder, names in synced.folders.items()}
        for (folder, name), to in (each for change in part for each in change.items()):
            folders.setdefault(folder, {})[name] = to or ""
        for fate in FATES:
            yield tuple(sorted(_walk(step.root, "", folders, synced, fate), key=lambda one: one[0]))


def _walk(
    at: str, path: str, folders: Mapping[str, Names], synced: Synced, fate: Fate
) -> Iterator[tuple[str, Written | None, Fate]]:
    for name, to in folders.get(at, {}).items():
        if to in synced.last:
            known, now = synced.files.get(to), synced.last[to]
            if known == now:
                yield path + name, now, "written"
            elif fate == "synced":
                yield path + name, known or NOTHING, "written"
            else:
                yield path + name, now, fate
        elif to:
            yield path + name, None, "written"
            yield from _walk(to, f"{path}{name}/", folders, synced, fate)


def _parts(pending: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """Which changes of names have reached the disk."""
    count = len(pending)
    if count <= ALL_PARTS:
        for size in range(count + 1):
            yield from combinations(pending, size)
        return
    yield from (pending[:i] for i in range(count + 1))
    yield from ([one for j, one in enumerate(pending) if j != i] for i in range(count))
    yield from ([one] for one in pending)
    random = np.random.default_rng(count)
    for chosen in random.random((DRAWN, count)) < 0.5:
        yield [one for one, there in zip(pending, chosen, strict=True) if there]


def _lay_out(disk: Disk, record: Record, place: Place) -> None:
    place.root.mkdir()
    for path, written, fate in disk:
        if written is None:
            (place.root / path).mkdir()
        else:
            data = record.bytes_of(written.digest) if written != NOTHING else b""
            (place.root / path).write_bytes(_fated(data, fate))
            os.utime(place.root / path, ns=(written.mtime_ns, written.mtime_ns))


def _fated(data: bytes, fate: Fate) -> bytes:
    return {"half": data[: len(data) // 2], "zeros": bytes(len(data))}.get(fate, data)
