"""Where a run keeps what it registered, so that one that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

MARK = "set.json"


@contextmanager
def kept(home: Path | None, name: str, sense: str, references: Iterable[str]) -> Iterator[Path]:
    """A folder for a workspace: one that goes with the run, or one to come back to.

    Raises ValueError when the latter holds something else than the same references.
    """
    if home is None:
        with TemporaryDirectory() as made:
            yield Path(made)
        return
    ids = hashlib.sha256("\n".join(sorted(references)).encode()).hexdigest()
    mine = json.dumps({"set": name, "sense": sense, "references": ids})
    mark = home / MARK
    if home.is_dir() and any(home.iterdir()) and not mark.is_file():
        raise ValueError(f"{home} is neither empty nor kept by a run")
    if mark.is_file() and mark.read_text() != mine:
        raise ValueError(f"{home} keeps other references: name another folder")
    home.mkdir(parents=True, exist_ok=True)
    mark.write_text(mine)
    yield home / "workspace"
