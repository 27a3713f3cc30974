"""audfprint, when its package is installed, finds a copy."""

from __future__ import annotations

import pytest

from benchmarks.baselines.audfprint import Audfprint, available
from benchmarks.datasets import WorkFile


@pytest.mark.skipif(not available(), reason="audfprint2 is not installed")
def test_it_finds_a_copy(tune: WorkFile) -> None:
    system = Audfprint()
    system.register([tune])
    (answer,) = system.identify([tune.path])
    (match,) = answer["matches"]
    assert match["work_id"] == "tune"
    assert match["reference"]["start_s"] == pytest.approx(match["query"]["start_s"], abs=0.05)
