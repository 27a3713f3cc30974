"""A log of JSON lines in which each line holds the SHA-256 of the one before."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

ORIGIN = "0" * 64
MOST_LINE = 64 << 20  # how a film of 50,000 segments was joined takes a tenth of it


def line_of(count: int, head: str, event: str, facts: Mapping[str, Any]) -> bytes:
    """The line that follows `count` others, the last of which has the SHA-256 `head`."""
    entry = {"n": count, "event": event, **facts, "before": head}
    return json.dumps(entry, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n"


def head_of(line: bytes) -> str:
    """What the next line will say of this one."""
    return hashlib.sha256(line).hexdigest()


class ChainedLog:
    """Lines appended to a new file, each on disk before the next is thought of."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self.head = ORIGIN
        self.count = 0

    def append(self, event: str, facts: dict[str, Any]) -> None:
        """Add one line."""
        line = line_of(self.count, self.head, event, facts)
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())
        self.head = head_of(line)
        self.count += 1

    def close(self) -> None:
        """Nothing more is added."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class ReadLog:
    """What a log holds: sound entries, in order, and what is wrong behind them."""

    entries: list[dict[str, Any]]
    head: str
    problem: str | None  # None if every line is sound
    torn: bool  # the last line is unfinished, as after a crash


def read_log(path: Path) -> ReadLog:
    """Follow the chain of a file from its start as far as it holds. Raises OSError."""
    with path.open("rb") as file:
        return follow(lines_of(file))


class Follower:
    """Follows a chain, one line after another, from its start as far as it holds."""

    def __init__(self) -> None:
        self.head = ORIGIN
        self.count = 0
        self.problem: str | None = None
        self.torn = False

    def take(self, line: bytes) -> dict[str, Any] | None:
        """The entry of the next line; None where the chain has come to its end, and `problem` says
        why, or `torn`."""
        if len(line) >= MOST_LINE:
            self.problem = f"line {self.count} of the log has no end"
        elif not line.endswith(b"\n"):
            self.torn = True
        elif (entry := _entry(line)) is None:
            self.problem = f"line {self.count} of the log is no entry"
        elif entry.get("before") != self.head or entry.get("n") != self.count:
            self.problem = f"the log's chain breaks at line {self.count}"
        else:
            self.head, self.count = head_of(line), self.count + 1
            return entry
        return None


def follow(lines: Iterable[bytes]) -> ReadLog:
    """Follow a chain from its start as far as it holds."""
    entries: list[dict[str, Any]] = []
    chain = Follower()
    for line in lines:
        if (entry := chain.take(line)) is None:
            break
        entries.append(entry)
    return ReadLog(entries, chain.head, chain.problem, chain.torn)


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a log; of one that never ends, its beginning."""
    while line := file.readline(MOST_LINE):
        yield line


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None
