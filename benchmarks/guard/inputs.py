"""SHA-256 of everything that a result depends on: the media, and every line that is run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.datasets import WorkFile

ROOT = Path(__file__).parents[2]
ENGINE = ("reelprint", "matchers", "index", "reference_catalog", "fingerprint", "media")
READ = (".py", ".json", ".toml")


def inputs(works: Iterable[WorkFile]) -> dict[str, str]:
    """By what it is."""
    return {
        "engine": _folder(ENGINE),
        "benchmarks": _folder(("benchmarks",)),
        "media": _digest((w.name, w.facts.sha256) for w in works),
        "calibration": _file(ROOT / "matchers" / "calibration.json"),
        "baseline": _file(Path(__file__).with_name("baseline.json")),
        "requirements": _file(ROOT / "requirements.lock"),
    }


def _folder(rooms: Sequence[str]) -> str:
    """Of the names and contents of what is run there."""
    paths = sorted(p for room in rooms for p in (ROOT / room).rglob("*") if p.suffix in READ)
    return _digest((p.relative_to(ROOT).as_posix(), _file(p)) for p in paths)


def _digest(named: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"{sha256}  {name}\n" for name, sha256 in named)
    return hashlib.sha256(lines.encode()).hexdigest()


def _file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
