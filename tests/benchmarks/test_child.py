from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import child


def test_the_peak_is_that_of_the_child_and_not_of_this_process() -> None:
    ours = np.ones(60_000_000)  # about 460 MiB that the child must not be charged with
    small = child.cost([sys.executable, "-I", "-c", "pass"], {})
    large = child.cost([sys.executable, "-I", "-c", "x = bytearray(100 << 20)"], {})
    assert ours.nbytes / 2**20 > small.peak_mib * 4
    assert 95 < large.peak_mib - small.peak_mib < 110


def test_code_and_time_are_those_of_the_child() -> None:
    source = "import os, sys, time; time.sleep(0.2); sys.exit(int(os.environ['CODE']))"
    cost = child.cost([sys.executable, "-c", source], {"CODE": "3"})
    assert cost.code == 3
    assert cost.wall_s >= 0.2
    assert cost.cpu_s < cost.wall_s


def test_a_missing_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "REELPRINT", Path("nowhere"))
    with pytest.raises(FileNotFoundError, match="not installed"):
        child.run(["--help"])
