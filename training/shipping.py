"""The files that weights are shipped in: arrays by name, the same bytes for the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.atomic import write_atomically


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write weights whole or not at all."""

    def fill(draft: Path) -> None:
        with draft.open("wb") as file:  # by its name alone numpy would call it otherwise
            np.savez_compressed(file, allow_pickle=False, **arrays)

    write_atomically(path, fill)
