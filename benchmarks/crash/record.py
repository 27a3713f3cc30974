"""What a process did to a folder, step by step: names, contents, and what it had synced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.crash.apart import Say, done
from benchmarks.crash.calls import SYNCED, Call, interpose
from benchmarks.crash.operations import Operation, Place
from index.store import Index

Names = Mapping[str, str]  # in a folder, to inodes


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a file."""

    digest: str
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Step:
    """A folder, and those below it, at one moment."""

    root: str
    folders: Mapping[str, Names]
    files: Mapping[str, Written]
    synced: str | None  # the inode that has just been synced


@dataclass(frozen=True, slots=True)
class Record:
    """All steps of an operation, from before it to its end, and the contents of all files."""

    steps: tuple[Step, ...]
    contents: Path  # a folder of files named by digest

    def bytes_of(self, digest: str) -> bytes:
        """A content."""
        return (self.contents / digest).read_bytes()


def recorded(operation: Operation, place: Place, contents: Path) -> Record:
    """Do an operation in a process of its own and record it. Raises RuntimeError when it fails."""
    contents.mkdir(parents=True, exist_ok=True)
    said, _ = done(_recording(operation, place, contents))
    for one in said:
        if "error" in one:
            raise RuntimeError(one["error"])
    return Record(tuple(map(_step, said)), contents)


def _recording(operation: Operation, place: Place, contents: Path) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        index = Index(place.index)
        recorder = _Recorder(place.root, contents)
        interpose(lambda call: say(recorder.look(call)))
        operation.run(index, place)
        say(recorder.look(Call("end")))

    return work


class _Recorder:
    """Keeps each file open that it has seen, so that no inode is ever that of another file."""

    def __init__(self, root: Path, contents: Path) -> None:
        self._root, self._contents = root, contents
        self._known: dict[int, tuple[tuple[int, int], str]] = {}

    def look(self, call: Call) -> dict[str, Any]:
        folders: dict[int, dict[str, int]] = {}
        files: dict[int, tuple[str, int]] = {}
        self._walk(self._root, folders, files)
        synced = os.fstat(call.handle).st_ino if call.name == SYNCED else None
        root = os.stat(self._root).st_ino
        return {"root": root, "folders": folders, "files": files, "synced": synced}

    def _walk(
        self, at: Path, folders: dict[int, dict[str, int]], files: dict[int, tuple[str, int]]
    ) -> None:
        names = folders[os.stat(at).st_ino] = {}
        for entry in os.scandir(at):
            about = entry.stat(follow_symlinks=False)
            names[entry.name] = about.st_ino
            if entry.is_dir(follow_symlinks=False):
                self._walk(Path(entry.path), folders, files)
            else:
                files[about.st_ino] = self._content(entry.path, about), about.st_mtime_ns

    def _content(self, path: str, about: os.stat_result) -> str:
        state = about.st_size, about.st_mtime_ns
        known = self._known.get(about.st_ino)
        if known is not None and known[0] == state:
            return known[1]
        if known is None:
            os.open(path, os.O_RDONLY)
        data = Path(path).read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        (self._contents / digest).write_bytes(data)
        self._known[about.st_ino] = state, digest
        return digest


def _step(said: dict[str, Any]) -> Step:
    synced = said["synced"]
    return Step(
        str(said["root"]),
        {i: {name: str(to) for name, to in names.items()} for i, names in said["folders"].items()},
        {i: Written(*written) for i, written in said["files"].items()},
        None if synced is None else str(synced),
    )
