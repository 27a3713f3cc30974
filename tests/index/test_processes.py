"""Several real processes at one index; some of them are killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.store import Index
from tests.index.builders import AUDIO, SMALL, VIDEO, Model, check, fingerprint
from tests.index.test_store import files, named

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
NEVER = 100_000  # more than any process adds before it is killed


def adder(folder: Path, scheme: str, first: int, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(sys.executable, "-W", "error", "-W", "ignore:builtin type:DeprecationWarning"),
            *("-m", "tests.index.adder", str(folder), scheme, str(first), str(count)),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> set[int]:
    """The numbers that it acknowledged."""
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return {int(line) for line in output.splitlines()}


def kill(process: subprocess.Popen[str], acknowledged: int, delay_s: float) -> set[int]:
    """Kill it a moment after it has added so many; gives all that it acknowledged."""
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(acknowledged)]
    time.sleep(delay_s)
    process.kill()
    said += [line for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    return {int(line) for line in said}


def expected(numbers: dict[str, frozenset[int]]) -> Model:
    """The model of an index that these processes made."""
    return Model({s: {n: fingerprint(s, n) for n in held} for s, held in numbers.items()})


@pytest.mark.parametrize("seed", range(4))
def test_what_was_acknowledged_survives_kills(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    starts = {0: VIDEO, 10_000: VIDEO, 20_000: AUDIO}
    running = [(s, adder(tmp_path, s, first, NEVER)) for first, s in starts.items()]
    said: dict[str, set[int]] = {VIDEO: set(), AUDIO: set()}
    for scheme, process in running:
        said[scheme] |= kill(process, int(rng.integers(1, 6)), float(rng.uniform(0, 0.02)))
    index = Index(tmp_path)
    assert index.damaged == ()
    for scheme, numbers in said.items():
        assert numbers <= index.numbers(scheme)
    model = expected({s: index.numbers(s) for s in said})
    check(index, model)
    index.add(SMALL, {1: fingerprint(SMALL, 1)})
    assert files(tmp_path) == named(index)


def test_two_processes_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    running = [adder(tmp_path, SMALL, first, 15) for first in (0, 100, 10)]
    said = set.union(*(finish(process) for process in running))
    assert said == {*range(25), *range(100, 115)}
    check(Index(tmp_path), expected({SMALL: frozenset(said)}))


def test_readers_are_not_disturbed_by_a_writer_that_merges(tmp_path: Path) -> None:
    old = Index(tmp_path)
    old.add(SMALL, {n: fingerprint(SMALL, n) for n in range(1000, 1003)})
    model = expected({SMALL: old.numbers(SMALL)})
    process, opened = adder(tmp_path, SMALL, 0, 40), 0
    while process.poll() is None:
        new = Index(tmp_path)
        assert new.damaged == ()
        check(new, expected({SMALL: new.numbers(SMALL)}))
        assert old.numbers(SMALL) <= new.numbers(SMALL)
        check(old, model)
        opened += 1
    assert finish(process) == set(range(40))
    assert opened > 3
