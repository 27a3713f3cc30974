"""Policies of verdicts: TOML files in which each threshold has its reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from casework.rules import rules

SHIPPED = ("standard",)
_MOST_BYTES = 1 << 16  # a policy is a page or two


def load(name_or_path: str) -> Mapping[str, Any]:
    """A shipped policy by its name, or the one in a TOML file, checked.

    Raises OSError, or ValueError with what is wrong with it.
    """
    policy = _parsed(_text(name_or_path), name_or_path)
    try:
        rules(policy)
    except ValueError as error:
        raise ValueError(f"the policy {name_or_path}: {error}") from error
    return policy


def _text(name_or_path: str) -> bytes:
    if name_or_path in SHIPPED:
        return (files("casework.policies") / f"{name_or_path}.toml").read_bytes()
    path = Path(name_or_path)
    if not path.is_file():
        known = ", ".join(SHIPPED)
        raise FileNotFoundError(f"there is no policy {name_or_path}: name a TOML file, or {known}")
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError(f"the policy {name_or_path} has more than {_MOST_BYTES} bytes")
    return data


def _parsed(data: bytes, name: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the policy {name} is not TOML: {error}") from error
