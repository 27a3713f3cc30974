"""How much memory: the peak of `reelprint register` and `identify` on a file of many hours."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.child import Cost, run
from benchmarks.datasets import Dataset
from benchmarks.longfile import build

# So much picture is encoded; the rest of the hours repeats it. Sound does not repeat.
BLOCK_S = 300.0


def measure(data: Dataset, hours: float, lines: int, cache: Path) -> dict[str, object]:
    """Register a long film in an empty workspace, then ask what the same file carries."""
    film = build(data.references("calibrate", "unregistered"), lines, hours * 3600, BLOCK_S, cache)
    with TemporaryDirectory() as folder:
        home = Path(folder)
        run(["init"], home)
        register = run(["register", film], home)
        identify = run(["identify", film, "--json"], home)
    return {
        "hours": hours,
        "lines": lines,
        "file_mib": film.stat().st_size / 2**20,
        "register": _cost(register),
        "identify": _cost(identify),
    }


def _cost(cost: Cost) -> dict[str, float]:
    return {
        "exit_code": cost.code,
        "wall_s": cost.wall_s,
        "cpu_s": cost.cpu_s,
        "peak_mib": cost.peak_mib,
    }
