"""VSC2022 on a tiny set that is laid out as its list of files lays it out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.metrics import Truth
from benchmarks.public.given import narrowed
from benchmarks.public.vsc2022 import load
from benchmarks.report import report
from media.clip import Span
from tests.benchmarks.public.build import film, run

HEADER = "query_id,ref_id,query_start,query_end,ref_start,ref_end"


def lay(folder: Path, split: str, names: tuple[str, ...], *lines: str) -> None:
    """A split whose videos are empty files."""
    for name in names:
        path = folder / f"dataset_{split}" / ("queries" if name[0] == "Q" else "refs") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".mp4").touch()
    table = folder / f"dataset_{split}" / f"{split}_ground_truth.csv"
    table.write_text("\n".join((HEADER, *lines)) + "\n")


@pytest.fixture
def vsc(tmp_path: Path) -> Path:
    lay(
        tmp_path,
        "val",
        ("Q200001", "Q200002", "R200001", "R200002"),
        "Q200001,R200002,2.0,10.0,20.0,36.0",
        "Q200001,R209999,0,1,0,1",
    )
    lay(tmp_path, "test", ("Q300001",), "Q300001,R200001,1.5,3,4,5.5")
    return tmp_path


def test_a_split_is_read(vsc: Path) -> None:
    given = load(vsc, "val")
    assert sorted(given.queries) == ["Q200001", "Q200002"]
    assert sorted(given.references) == ["R200001", "R200002"]
    assert given.truths == (Truth("Q200001", "R200002", Span(2, 10), Span(20, 36), 2.0),)
    assert given.left_out == {"true segments, for want of a video": 1}


def test_the_test_queries_carry_references_of_the_validation_split(vsc: Path) -> None:
    given = load(vsc, "test")
    assert (list(given.queries), sorted(given.references)) == (["Q300001"], ["R200001", "R200002"])
    assert given.truths == (Truth("Q300001", "R200001", Span(1.5, 3), Span(4, 5.5), 1.0),)


def test_a_split_by_itself_is_read_whatever_its_layout(vsc: Path) -> None:
    assert load(vsc / "dataset_val", "val") == load(vsc, "val")


def test_a_split_under_another_name_is_refused(vsc: Path) -> None:
    with pytest.raises(ValueError, match="Q200001 is not of train, whose queries begin with Q1"):
        load(vsc / "dataset_val", "train")


def test_the_truth_of_the_descriptor_track_is_passed_over(vsc: Path) -> None:
    table = vsc / "dataset_val" / "val_descriptor_ground_truth.csv"
    table.write_text("query_id,ref_id\nQ200001,R200002\n")
    assert len(load(vsc, "val").truths) == 1


def test_two_splits_at_once_are_refused(vsc: Path) -> None:
    with pytest.raises(FileNotFoundError, match="2 ground truths"):
        load(vsc, "train")  # there is none, so the folder is taken for one split


def test_the_command_says_it_in_one_sentence(vsc: Path) -> None:
    done = CliRunner().invoke(app, ["vsc2022", str(vsc / "dataset_val"), "--json", "never.json"])
    assert done.exit_code == 2
    assert "Q200001 is not of test" in done.output


def test_what_is_wrong_is_said(vsc: Path) -> None:
    table = vsc / "dataset_val" / "val_ground_truth.csv"
    table.write_text(f"{HEADER}\nQ200001,R200002,10,2,20,36\n")
    with pytest.raises(ValueError, match=r"line 2: a segment ends before it begins"):
        load(vsc, "val")
    table.write_text(f"{HEADER}\nQ200001,R200002,0,ten,20,36\n")
    with pytest.raises(ValueError, match=r"line 2: 'ten' is not a number"):
        load(vsc, "val")
    with pytest.raises(FileNotFoundError, match="no video"):
        load(vsc / "nothing", "val")


def test_a_part_holds_what_its_queries_carry(vsc: Path) -> None:
    part = narrowed(load(vsc, "val"), 2, 0)
    assert list(part.references) == ["R200002"]
    assert len(part.truths) == 1
    assert part.left_out["references, by --queries or --distractors"] == 1
    assert "queries, by --queries" not in part.left_out
    one = narrowed(load(vsc, "val"), 1, None)
    assert one.left_out["queries, by --queries"] == 1
    assert len(one.references) == 2


def test_real_films_are_asked_for(tmp_path: Path) -> None:
    split = tmp_path / "dataset_val"
    film(split / "refs" / "R200001.mp4", 1)
    film(split / "refs" / "R200002.mp4", 2)
    film(split / "queries" / "Q200001.mp4", 2, 3, 9, crf=30)
    (split / "queries" / "Q200002.mp4").write_bytes(b"no film")
    lines = "Q200001,R200002,0,6,3,9\nQ200002,R200001,0,6,3,9\n"
    (split / "val_ground_truth.csv").write_text(f"{HEADER}\n{lines}")
    to, told = tmp_path / "vsc.json", tmp_path / "told.csv"
    result = run(to, "vsc2022", tmp_path, "--split", "val", "--predictions", told)
    assert (result["queries"], result["references"], result["truths"]) == (2, 2, 2)
    assert (result["unreadable"], result["unreadable_names"]) == (1, ["Q200002.mp4"])
    (ours,) = result["systems"]
    assert ours["system"] == "Reelprint, picture alone"
    assert ours["shipped"]["micro_ap"] == 0.5  # the query that cannot be read is missed
    assert 0.4 < ours["shipped"]["segment_ap"] <= 0.5
    with told.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row) == [*HEADER.split(","), "score"]
    assert (row["query_id"], row["ref_id"]) == ("Q200001", "R200002")
    page = report([to], tmp_path / "docs").read_text()
    assert "Part `val`. 2 queries, 2 references, 2 true; 1 files cannot be read" in page
    assert "FriendshipFirst" in page
    assert "Not comparable" not in page
