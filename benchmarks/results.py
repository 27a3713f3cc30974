"""Result files: what every run states about itself, and how it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from benchmarks.cache import write_text
from benchmarks.machine import describe

Result = dict[str, Any]  # parsed JSON


def write(path: Path, command: str, body: Mapping[str, object]) -> None:
    """Write a result with its provenance."""
    write_whole(path, stated(command, body))


def stated(command: str, body: Mapping[str, object]) -> Result:
    """A result with its provenance."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"benchmark": command, "at": now, "machine": describe(), **body}


def write_whole(path: Path, result: Mapping[str, object]) -> None:
    """Write what is complete; list entries get a line each, so diffs stay small."""
    lines = ",\n".join(f"{json.dumps(key)}: {_value(value)}" for key, value in result.items())
    write_text(path, f"{{\n{lines}\n}}\n")


def read(path: Path) -> Result:
    """Read a result.

    Raises ValueError when the file is not the result of a benchmark.
    """
    result = json.loads(path.read_text())
    if not isinstance(result, dict) or "benchmark" not in result:
        raise ValueError(f"{path.name} is not a benchmark result")
    return cast(Result, result)


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]"
    return json.dumps(value, indent=1)
