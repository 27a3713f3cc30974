"""One run of everything, shown on the terminal and written as a result."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from benchmarks.crash import stages
from benchmarks.crash.page import crash, faults
from benchmarks.crash.prepared import every_operation
from benchmarks.progress import errors
from benchmarks.results import stated, write_whole

MEMORY = Path(
    "/dev/shm"
)  # a run syncs some ten thousand times; no disk is needed for what it shows
TICKS = 50


def run(kills: int, seed: int, json: Path | None) -> int:
    """Print what was acknowledged, found and lost; 1 when anything was lost or wrong."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as scratch:
        for measured in measure(kills, seed, Path(scratch)):
            result = stated("crash", measured)
            if json is not None:
                write_whole(json, result)
    Console().print(Markdown(crash(result)))
    return 1 if faults(result) else 0


def measure(kills: int, seed: int, scratch: Path) -> Iterator[dict[str, Any]]:
    """What is known after each stage; each has a folder of its own."""
    chosen = list(every_operation())
    done: dict[str, Any] = {"seed": seed}
    named: dict[str, Callable[[Path], Any]] = {
        "random kills": lambda at: stages.random_kills(kills, seed, at, _ticker(kills)),
        "kills at every point": lambda at: stages.every_point(chosen, at),
        "power cuts": lambda at: stages.power_cuts(chosen, at),
        "full disk": lambda at: stages.full_disk(chosen, at),
        "damage": lambda at: stages.damage(seed, at),
    }
    for name, stage in named.items():
        with _timed(name) as took:
            (scratch / name).mkdir()
            figures = stage(scratch / name)
        done[name] = {**figures, "seconds": took[0], "processor_s": took[1]}
        yield done


@contextmanager
def _timed(name: str) -> Iterator[list[float]]:
    """Says what is done, without a bar that a thread draws: processes are forked."""
    errors.print(f"{name} …")
    begun, before, took = time.monotonic(), _processor_s(), list[float]()
    yield took
    took += [round(time.monotonic() - begun, 1), round(_processor_s() - before, 1)]
    errors.print(f"{name}: {took[0]} s, {took[1]} s of a processor")


def _processor_s() -> float:
    """Of this process and of those that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _ticker(kills: int) -> Callable[[], None]:
    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        if count % TICKS == 0:
            errors.print(f"  {count} of {kills}")

    return tick
