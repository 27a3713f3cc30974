"""Where made queries and probed facts are kept between runs, and safe writing into it."""

from __future__ import annotations

import json
import os
from pathlib import Path

JSON = dict[str, "str | int | float | bool | None"]


def default_cache() -> Path:
    """The user's cache folder for benchmarks; `REELPRINT_BENCH_CACHE` overrides it."""
    override = os.environ.get("REELPRINT_BENCH_CACHE")
    return Path(override) if override else Path.home() / ".cache" / "reelprint-benchmarks"


class FactCache:
    """Facts about files in one JSON file, valid while a file keeps its size and time of change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._facts: dict[str, JSON] = json.loads(path.read_text()) if path.exists() else {}

    @staticmethod
    def key(file: Path) -> str:
        """What names one version of a file."""
        stat = file.stat()
        return f"{file.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"

    def get(self, file: Path) -> JSON | None:
        """The facts of this version of the file, if known."""
        return self._facts.get(self.key(file))

    def put(self, file: Path, facts: JSON) -> None:
        """Remember; `save` writes."""
        self._facts[self.key(file)] = facts

    def save(self) -> None:
        """Write all facts."""
        write_text(self._path, json.dumps(self._facts))


def write_text(path: Path, text: str) -> None:
    """Write a whole file or nothing, so that a run that is stopped leaves no half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text)
    part.replace(path)
