"""States of a training that can be taken up again, written whole or not at all, and its log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from index.atomic import write_atomically

State = dict[str, Any]  # tensors, numbers and texts, nested


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write a state."""
    write_atomically(path, lambda draft: torch.save(dict(state), draft))


def load(path: Path) -> State | None:
    """Read a state back; None when there is none yet. Code that such a file may hold is not run."""
    if not path.exists():
        return None
    state: State = torch.load(path, map_location="cpu", weights_only=True)
    return state


def note(path: Path, step: int, figures: Mapping[str, float]) -> None:
    """Add a line to a log."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"step": step, **figures}) + "\n")


def forget_after(path: Path, step: int) -> None:
    """Take out of a log what came after a step, as the state of that step knows nothing of it."""
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if json.loads(line)["step"] <= step]
    path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
