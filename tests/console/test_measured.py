"""What the page of tests says is what was published, and of which engine."""

from __future__ import annotations

import json
from dataclasses import replace

from reelprint.console import measured
from reelprint.desk.engine import InUse


def test_it_is_the_published_result() -> None:
    said = json.loads(measured.PUBLISHED.read_text(encoding="utf-8"))
    result = measured.measured()
    assert result is not None
    assert sum(map(len, result.series.values())) == len(said["cells"])
    assert result.found.n == sum(one["found"]["n"] for one in said["cells"])
    assert result.at_bound.n == said["strangers"]["asked"]
    assert result.at_bound.high < 0.01


def test_another_engine_is_told() -> None:
    result = measured.measured()
    assert result is not None
    names = ("version", "calibration", "schemes")
    version, calibration, schemes = (result.engine[name] for name in names)
    same = InUse(version, calibration, tuple(schemes), 1e-4)
    assert measured.is_of(result, same)
    assert not measured.is_of(result, replace(same, calibration="calibration-0"))
    assert not measured.is_of(result, replace(same, schemes=same.schemes[:1]))


def test_the_plot_has_the_stated_line_as_its_diagonal() -> None:
    x1, y1, x2, y2 = measured.stated()
    assert (x1, y1, x2, y2) == (measured.LEFT, measured.FOOT, measured.RIGHT, measured.TOP)
    result = measured.measured()
    assert result is not None
    for point in measured.points(result.levels):
        assert measured.LEFT <= point.x <= measured.RIGHT
        assert measured.TOP <= point.high <= point.y <= measured.FOOT
