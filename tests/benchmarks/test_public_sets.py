"""The formats of VSC2022 and VCSL, on tiny folders that are laid out as theirs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.datasets import WorkFile
from benchmarks.metrics import Answer, Prediction, Truth
from benchmarks.public_sets import (
    PublicSet,
    ask,
    figures,
    load_vcsl,
    load_vsc2022,
    write_predictions,
)
from benchmarks.report import report
from benchmarks.systems import Modality
from media.clip import Span

HEADER = "query_id,ref_id,query_start,query_end,ref_start,ref_end"


@pytest.fixture
def vsc(tmp_path: Path) -> Path:
    for name in ("query/Q100001", "query/Q100002", "reference/R100001", "reference/R100002"):
        path = tmp_path / "train" / f"{name}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    table = tmp_path / "train" / "train_matching_ground_truth.csv"
    lines = ("Q100001,R100002,2.0,10.0,20.0,36.0", "Q100001,R109999,0,1,0,1")
    table.write_text("\n".join((HEADER, *lines)) + "\n")
    return tmp_path / "train"


@pytest.fixture
def vcsl(tmp_path: Path) -> Path:
    for name in ("aa", "bb", "cc"):
        (tmp_path / f"{name}.mp4").touch()
    (tmp_path / "pair_file_test.csv").write_text("query_id,reference_id\naa,bb\naa,cc\naa,dead\n")
    labels = {"aa-bb": [[0, 5, 10, 15], [20, 40, 30, 60]]}
    (tmp_path / "label_file_uuid_total.json").write_text(json.dumps(labels))
    return tmp_path


class Oracle:
    """Says what is true, and one thing that is not."""

    name = "oracle"
    modality: Modality = "video"
    floor = 4.0

    def __init__(self, truths: Sequence[Truth], false: str, e_value: float) -> None:
        self._truths, self._false, self._e_value = truths, false, e_value
        self.works: list[str] = []

    def register(self, works: Sequence[WorkFile]) -> None:
        self.works = [work.work_id for work in works]

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        for query in queries:
            true = [t for t in self._truths if t.query_id == query.stem]
            said = [(t.work or "", t.query, t.reference, 1e-9) for t in true]
            if true:
                said.append((self._false, Span(0, 1), Span(0, 1), self._e_value))
            yield {
                "status": "identified",
                "matches": [
                    {
                        "work_id": work,
                        "query": {"start_s": a.start_s, "end_s": a.end_s},
                        "reference": {"start_s": b.start_s, "end_s": b.end_s},
                        "speed": 1.0,
                        "score": 1.0,
                        "e_value": e_value,
                    }
                    for work, a, b, e_value in said
                ],
            }


def measure(system: Oracle, given: PublicSet) -> dict[str, object]:
    return figures(system, given, ask(system, given))


def test_a_split_of_vsc2022_is_read(vsc: Path) -> None:
    given = load_vsc2022(vsc)
    assert sorted(given.queries) == ["Q100001", "Q100002"]
    assert sorted(given.references) == ["R100001", "R100002"]
    assert given.truths == (Truth("Q100001", "R100002", Span(2, 10), Span(20, 36), 2.0),)
    assert given.missing == 1


def test_two_splits_at_once_are_refused(vsc: Path) -> None:
    (vsc / "test_matching_ground_truth.csv").write_text(HEADER + "\n")
    with pytest.raises(FileNotFoundError, match="2 ground truths"):
        load_vsc2022(vsc)


def test_a_part_of_vcsl_is_read(vcsl: Path) -> None:
    given = load_vcsl(vcsl)
    assert (sorted(given.queries), sorted(given.references)) == (["aa"], ["bb", "cc"])
    first, second = given.truths
    assert (first.query, first.reference) == (Span(0, 10), Span(5, 15))
    assert (second.query, second.reference, second.speed) == (Span(20, 30), Span(40, 60), 2.0)
    assert given.pairs == frozenset({("aa", "bb"), ("aa", "cc")})
    assert given.missing == 1


def test_what_is_missing_is_said(tmp_path: Path, vcsl: Path) -> None:
    with pytest.raises(FileNotFoundError, match="pair_file_val"):
        load_vcsl(vcsl, "val")
    with pytest.raises(FileNotFoundError, match="no video"):
        load_vsc2022(tmp_path / "nothing")


def test_a_perfect_answer_scores_one_and_a_doubtful_wrong_one_costs_nothing(vsc: Path) -> None:
    given = load_vsc2022(vsc)
    told = json.loads(json.dumps(measure(Oracle(given.truths, "R100001", 1e-2), given)))
    assert told["ranked_by_all"]["micro_ap"] == told["ranked_by_all"]["segment_ap"] == 1.0
    assert (told["shipped"]["vcsl"]["f1"], told["claims"]) == (1.0, 1)


def test_only_the_pairs_of_vcsl_are_judged(vcsl: Path) -> None:
    given = load_vcsl(vcsl)
    judged = json.loads(json.dumps(measure(Oracle(given.truths, "cc", 1e-9), given)))
    assert judged["shipped"]["vcsl"]["precision"] == pytest.approx(0.5)
    passed = json.loads(json.dumps(measure(Oracle(given.truths, "other", 1e-9), given)))
    assert passed["shipped"]["vcsl"]["precision"] == 1.0


def test_predictions_are_written_as_the_challenge_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "predictions.csv"
    write_predictions(path, [Prediction("Q1", "R2", Span(0, 1.5), Span(3, 4), 1.0, 9.0)])
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert list(row) == [*HEADER.split(","), "score"]
    assert list(row.values()) == ["Q1", "R2", "0", "1.5", "3", "4", "9.0"]


def test_a_page_is_made_of_a_public_set(vsc: Path, tmp_path: Path) -> None:
    given = load_vsc2022(vsc)
    told = measure(Oracle(given.truths, "R100001", 1e-2), given)
    results.write(tmp_path / "vsc.json", "vsc2022", told)
    page = report([tmp_path / "vsc.json"], tmp_path / "docs").read_text()
    assert "2 queries, 2 references, 1 true segments; 1 left out" in page
    assert "| as shipped | 1.000 | 1.000 | 1.000 | 1.000 | 1.000 |" in page
