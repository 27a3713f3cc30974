"""DISC21 on a tiny set of real pictures, laid out as it is given out and as its code has it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.public.disc21 import load
from benchmarks.report import report
from reelprint.workspace import Workspace
from tests.benchmarks.public.build import photograph, run, scene


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """Empty files; the loader looks at names alone."""
    for name in ("refs_50k_0/R000000", "refs_50k_1/R050000", "dev_queries_50k_0/Q00001"):
        photograph(tmp_path / f"{name}.jpg", np.zeros((8, 8, 3), np.uint8))
    for name in ("dev_queries_50k_0/Q00002", "test_queries_50k_0/Q50001", "train_50k_0/T000001"):
        photograph(tmp_path / f"{name}.jpg", np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "dev_queries_groundtruth.csv").write_text("Q00001,R050000\nQ00002,R999999\n")
    (tmp_path / "test_queries_groundtruth.csv").write_text("Q50001,R000000\n")
    return tmp_path


def test_a_split_is_read_without_a_header(disc: Path) -> None:
    given = load(disc, "dev")
    assert sorted(given.queries) == ["Q00001", "Q00002"]
    assert sorted(given.references) == ["R000000", "R050000"]
    assert [(t.query_id, t.work) for t in given.truths] == [("Q00001", "R050000")]
    assert given.left_out == {"true pairs, for want of a picture": 1}


def test_the_other_split_is_left_alone(disc: Path) -> None:
    given = load(disc, "test")
    assert list(given.queries) == ["Q50001"]
    assert [(t.query_id, t.work) for t in given.truths] == [("Q50001", "R000000")]


def test_where_lines_say_that_a_query_carries_nothing_no_others_are_asked(disc: Path) -> None:
    (disc / "dev_queries_groundtruth.csv").unlink()
    lines = "query_id,reference_id\nQ00001,\n"
    (disc / "public_ground_truth.csv").write_text(lines)
    given = load(disc, "dev")
    assert (list(given.queries), given.truths) == (["Q00001"], ())
    assert given.left_out == {"queries of which nothing is known": 1}


def test_the_small_part_is_what_its_lists_name(disc: Path) -> None:
    (disc / "subset_1_queries").write_text("Q00001\n")
    (disc / "subset_1_references").write_text("R050000\n")
    (disc / "subset_1_ground_truth.csv").write_text("query_id,reference_id\nQ00001,R050000\n")
    given = load(disc, "subset_1")
    assert (list(given.queries), list(given.references)) == (["Q00001"], ["R050000"])
    assert len(given.truths) == 1


def test_what_is_wrong_is_said(disc: Path) -> None:
    (disc / "dev_queries_groundtruth.csv").write_text("Q00001,R000000,1.0\n")
    with pytest.raises(ValueError, match="is not query_id,reference_id"):
        load(disc, "dev")
    (disc / "dev_queries_groundtruth.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"no dev_queries_groundtruth\.csv or"):
        load(disc, "dev")
    with pytest.raises(FileNotFoundError, match="0 references"):
        load(disc / "dev_queries_50k_0", "dev")


def test_real_pictures_are_asked_for(tmp_path: Path) -> None:
    for number in range(4):
        photograph(tmp_path / f"refs_50k_0/R00000{number}.jpg", scene(number))
    queries = tmp_path / "dev_queries_50k_0"
    photograph(queries / "Q00000.jpg", scene(1)[:, ::-1], quality=40)
    photograph(queries / "Q00001.jpg", scene(2)[::2, ::2], quality=60)
    photograph(queries / "Q00002.jpg", scene(77))
    (tmp_path / "dev_queries_groundtruth.csv").write_text("Q00000,R000001\nQ00001,R000002\n")
    to = tmp_path / "disc.json"
    home = tmp_path / "home"
    result = run(to, "disc21", tmp_path, "--distractors", 1, "--peers", "phash", "--home", home)
    assert (result["queries"], result["references"], result["truths"]) == (3, 3, 2)
    assert result["left_out"] == {"references, by --queries or --distractors": 1}
    ours, peer = result["systems"]
    assert ours["shipped"] | {"rank_at_p90": None} == {
        "micro_ap": 1.0,
        "recall_at_p90": 1.0,
        "rank_at_p90": None,
        "recall_at_1": 1.0,
        "recall_at_10": 1.0,
    }
    assert peer["shipped"]["recall_at_1"] == 0.5  # a mirrored picture has another hash
    with Workspace.open(home / "workspace").catalog() as catalog:
        assert len(list(catalog.works())) == 3  # a run that is taken up again reads them no more
    page = report([to], tmp_path / "docs").read_text()
    assert "HOW with score normalisation" in page
    assert "Not comparable with these" in page
