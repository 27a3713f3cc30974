"""Policies of verdicts, by name or from a file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def load(name_or_path: str) -> Mapping[str, Any]:
    """A policy, whole. Raises OSError, ValueError."""
    if name_or_path == "standard":
        return {"name": "standard"}
    return tomllib.loads(Path(name_or_path).read_text(encoding="utf-8"))
