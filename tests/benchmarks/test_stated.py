"""Whether E-values are true: what is asked, how it is counted, and the page made of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import results
from benchmarks.report import report
from benchmarks.stated import STATED, Asked, Size, sizes, told
from benchmarks.stated_sources import GRID_S, SECONDS, Source, cut, excerpts
from fingerprint.extract import PLAIN
from fingerprint.scheme import Fingerprint
from media.clip import Span
from reelprint.extraction import Extraction

NAME = "audio-landmark-2"


def read(seconds: float) -> Extraction:
    """A tick a tenth of a second, named by when it is."""
    times = np.arange(round(10 * seconds)) / 10
    codes = np.arange(len(times), dtype=np.uint32).view(np.uint8).reshape(-1, 4)
    print_ = Fingerprint(NAME, codes, times, np.full(len(times), 50, np.uint8))
    return Extraction(Path("work"), "0" * 64, "audio", seconds, (), {(PLAIN, NAME): print_})


def asked(e_values: list[float | None]) -> list[Asked]:
    return [
        Asked(f"work{k}", "mixed", 0.0, 5.0, None if e is None else "other", e)
        for k, e in enumerate(e_values)
    ]


def test_an_excerpt_is_a_stretch_of_what_was_read_with_its_own_clock() -> None:
    part = cut(read(60.0), Span(20.0, 27.0))
    of_it = part.fingerprints[PLAIN, NAME]
    assert part.duration_s == 7.0
    assert of_it.times[0] == pytest.approx(0.0)
    assert of_it.codes.view(np.uint32).ravel().tolist() == list(range(200, 270))


def test_excerpts_lie_inside_their_works_on_the_grid_and_the_seed_decides() -> None:
    sources = [Source("short", "plain", read(2.5)), Source("long", "plain", read(100.0))]
    drawn = list(excerpts(sources, 200, seed=1))
    for source, span in drawn:
        assert 0.0 <= span.start_s <= span.end_s <= source.read.duration_s + 1e-9
        assert SECONDS[0] <= span.duration_s <= SECONDS[1]
        assert span.start_s / GRID_S == pytest.approx(round(span.start_s / GRID_S))
    assert sum(source.work_id == "long" for source, _ in drawn) > 180
    assert [s for _, s in drawn] == [s for _, s in excerpts(sources, 200, seed=1)]
    assert [s for _, s in drawn] != [s for _, s in excerpts(sources, 200, seed=2)]


def test_the_least_e_value_of_each_excerpt_counts() -> None:
    figures = told(asked([0.2, 0.05, 2e-4, None, 2.0] + [None] * 95))
    counts = {at["e_value"]: at["k"] for at in json.loads(json.dumps(figures["stated"]))}
    assert counts == {0.3: 3, 0.1: 2, 0.03: 1, 0.01: 1, 0.003: 1, 0.001: 1, 3e-4: 1, 1e-4: 0}


@pytest.mark.parametrize(("wrong", "is_true"), [(0, True), (1, True), (30, False)])
def test_more_false_matches_than_stated_are_called_untrue(wrong: int, is_true: bool) -> None:
    figures = told(asked([5e-3] * wrong + [None] * (1000 - wrong)))
    at = json.loads(json.dumps(figures["stated"]))[STATED.index(0.01)]
    assert at["is_true"] is is_true


def test_what_was_done_to_the_works_is_told_apart() -> None:
    plain = [Asked("a", "plain", 0.0, 5.0, "other", 0.05), Asked("a", "plain", 9.0, 5.0)]
    figures = told([*plain, *asked([None, 0.25])])
    ways = {w["way"]: w for w in json.loads(json.dumps(figures["ways"]))}
    assert ways["plain"]["queries"] == ways["mixed"]["queries"] == 2
    assert ways["plain"]["k"][:3] == [1, 1, 0]
    assert ways["mixed"]["k"][:3] == [1, 0, 0]


def test_excerpts_of_one_work_are_told_as_one_work() -> None:
    figures = told([Asked("a", "plain", float(k), 5.0, "other", 0.05) for k in range(9)])
    first = json.loads(json.dumps(figures["stated"]))[0]
    assert (first["k"], first["works"]) == (9, 1)


def test_sizes_may_have_counts_of_their_own() -> None:
    assert sizes("250,0", "30,200") == [Size(0.0, 200), Size(250.0, 30)]


@pytest.mark.parametrize(("hours", "queries"), [("0,25", "1"), ("0,25", "9,9,9"), ("x", "9")])
def test_sizes_that_cannot_be_asked_are_refused(hours: str, queries: str) -> None:
    with pytest.raises(ValueError, match=r"excerpts|zip|float"):
        sizes(hours, queries)


def test_a_page_is_made_from_the_result_alone(tmp_path: Path) -> None:
    step = {"hours": 2.5, "references": 9} | told(asked([0.05] + [None] * 99))
    body = {"corpus_sha256": "0" * 64, "sense": "audio", "steps": [step]}
    results.write(tmp_path / "calibration.json", "calibration", body)
    page = report([tmp_path / "calibration.json"], tmp_path / "docs").read_text()
    assert "| 2.5 | 100 | 0.1 | 10.00 | 1 | 1 | 2.5e-04 … 5.4e-02 | yes |" in page
    assert (tmp_path / "docs" / "calibration.svg").exists()
