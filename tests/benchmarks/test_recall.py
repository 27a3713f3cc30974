"""A whole run on a tiny dataset with systems whose answers are known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import recall, results, rows
from benchmarks.baselines.chromaprint import available, chromaprint
from benchmarks.baselines.frame_hashes import imagehashes
from benchmarks.datasets import Dataset, WorkFile
from benchmarks.encode import Writer
from benchmarks.excerpt import RATE
from benchmarks.make import Made
from benchmarks.metrics import Answer
from benchmarks.plan import Plan, orders
from benchmarks.presets import PRESETS
from benchmarks.probe import Facts
from benchmarks.report import report
from benchmarks.rows import Row, choose
from benchmarks.systems import Modality, System
from benchmarks.tables import unread

ROWS = (
    Row("video", "video", 3, "crf35_240p", target=0.99),
    Row("negative_video", "video", 3, "crf35_240p", negative=True),
)


class Oracle:
    """Knows the truth of every query, and says it with a fault that a test asks for."""

    name = "oracle"
    modality: Modality = "both"
    floor = 0.0

    def __init__(self, made: recall.MadeRows, late_s: float = 0.0, claims: bool = False) -> None:
        self._made = {one.path: one for row in made.values() for one in row}
        self._late_s, self._claims = late_s, claims

    def register(self, works: Sequence[WorkFile]) -> None:
        """Nothing to learn."""

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        """The truth, in the contract's words."""
        for path in queries:
            yield self._answer(self._made[path])

    def _answer(self, made: Made) -> Answer:
        truth = made.truth
        if truth.work is None and not self._claims:
            return {"status": "no_match", "matches": []}
        query, start = truth.query, truth.reference.start_s + self._late_s
        return {
            "status": "identified",
            "matches": [
                {
                    "work_id": truth.work or "registered",
                    "query": {"start_s": query.start_s, "end_s": query.end_s},
                    "reference": {"start_s": start, "end_s": start + query.duration_s},
                    "speed": truth.speed,
                    "score": 9.0,
                    "e_value": 1e-9,
                }
            ],
        }


@pytest.fixture(scope="module")
def made(film: WorkFile, tmp_path_factory: pytest.TempPathFactory) -> recall.MadeRows:
    # By its name the film of the fixture is registered, and its twin is not.
    data = Dataset((named(film, "w5"), named(film, "w6")), "0" * 64)
    assert len(data.references("test", "registered")) == 1
    assert len(data.references("test", "unregistered")) == 1
    cache = tmp_path_factory.mktemp("cache")
    return recall.make_rows(ROWS, data, "test", Plan(4, 3, 1), cache, 1)


def named(film: WorkFile, work_id: str) -> WorkFile:
    return WorkFile(film.path, f"{work_id}.mp4", work_id, film.kind, film.facts)


def measure(system: System, made: recall.MadeRows) -> dict[str, object]:
    return json.loads(json.dumps(recall.measure(system, [], ROWS, made, 1)))  # type: ignore[no-any-return]


def figure(measured: dict[str, object], *path: str) -> object:
    value: object = measured["rows"]
    for key in path:
        assert isinstance(value, dict)
        value = value[key]
    return value


def test_the_truth_scores_one(made: recall.MadeRows) -> None:
    measured = measure(Oracle(made), made)
    assert figure(measured, "video", "recall", "share") == 1.0
    assert figure(measured, "video", "micro_ap") == 1.0
    assert figure(measured, "video", "offset_error_s", "median") == 0.0
    assert figure(measured, "negative_video", "false", "k") == 0
    assert figure(measured, "negative_video", "queries") == 3


def test_a_late_answer_loses_recall_but_keeps_the_work(made: recall.MadeRows) -> None:
    measured = measure(Oracle(made, late_s=0.7), made)
    assert figure(measured, "video", "recall", "share") == 0.0
    assert figure(measured, "video", "work_recall", "share") == 1.0
    assert figure(measured, "video", "offset_error_s", "p95") == pytest.approx(0.7)


def test_a_claim_on_a_work_that_is_not_registered_is_counted(made: recall.MadeRows) -> None:
    measured = measure(Oracle(made, claims=True), made)
    assert figure(measured, "negative_video", "false", "share") == 1.0


def test_every_query_is_recorded(made: recall.MadeRows) -> None:
    records = measure(Oracle(made), made)["queries"]
    assert isinstance(records, list)
    assert len(records) == 7
    assert all(record["ok"] and record["latency_s"] is not None for record in records)
    assert str(made["video"][0].path.parent) not in json.dumps(records)


def test_a_system_is_not_asked_what_it_cannot_read(made: recall.MadeRows) -> None:
    class Deaf(Oracle):
        modality: Modality = "audio"

    assert measure(Deaf(made), made)["rows"] == {}


def test_the_phash_baseline_finds_a_copy(film: WorkFile) -> None:
    system = imagehashes()[0].baseline()
    system.register([film])
    (answer,) = system.identify([film.path])
    assert answer["matches"][0]["score"] == 1.0
    assert answer["matches"][0]["reference"] == {"start_s": 0.0, "end_s": 8.0}


@pytest.mark.skipif(not available(), reason="fpcalc is not installed")
def test_the_chromaprint_baseline_finds_a_copy(film: WorkFile) -> None:
    system = chromaprint()
    system.register([film])
    (answer,) = system.identify([film.path])
    assert answer["matches"][0]["score"] == 32.0
    assert answer["matches"][0]["reference"]["start_s"] == 0.0


def test_a_work_without_evidence_makes_room_for_the_next(film: WorkFile, tmp_path: Path) -> None:
    path = tmp_path / "silent.m4a"
    with Writer(path, PRESETS["aac_64k"], RATE) as writer:
        writer.samples(np.zeros((2, 8 * RATE), np.float32))
    silent = WorkFile(path, path.name, "w4", "music", Facts("3" * 64, 8.0, False, True, 0))
    data = Dataset((silent, named(film, "w5"), named(film, "w6")), "0" * 64)
    rows = [Row("audio", "audio", 3, "mp3_32k")]
    made = recall.make_rows(rows, data, "test", Plan(1, 0, 1), tmp_path, 1)
    assert [one.order.source.work_id for one in made["audio"]] == ["w5"]


def test_rows_are_paired_and_go_round_the_works(film: WorkFile) -> None:
    works = [named(film, name) for name in ("a", "b", "c")]
    rows = [ROWS[0], Row("mirrored", "video", 3, "mirror")]
    planned = orders(rows, works, works, Plan(7, 0, 1))
    assert [o.source.work_id for o in planned["video"]] == ["a", "b", "c", "a", "b", "c", "a"]
    assert [o.seed for o in planned["video"]] == [o.seed for o in planned["mirrored"]]
    assert len({o.seed for o in planned["video"]}) == 7


def test_negatives_are_shared_out_over_their_rows(film: WorkFile) -> None:
    rows = [ROWS[1], Row("negative_audio", "audio", 3, "mp3_32k", negative=True)]
    planned = orders(rows, [film], [film], Plan(5, 1001, 1))
    assert sum(len(row) for row in planned.values()) >= 1001
    assert not any(order.positive for row in planned.values() for order in row)


def test_a_work_that_is_too_short_is_no_source(film: WorkFile) -> None:
    with pytest.raises(ValueError, match="long enough"):
        orders([Row("long", "video", 60, "mirror")], [film], [film], Plan(1, 0, 1))


def test_unknown_rows_are_named() -> None:
    with pytest.raises(ValueError, match="not a row: nonsense"):
        choose("video_mirror_5s,nonsense", rows.ROWS)


def test_a_report_is_made_from_the_result_alone(made: recall.MadeRows, tmp_path: Path) -> None:
    path = tmp_path / "recall.json"
    body = {
        "corpus_sha256": "0" * 64,
        "split": "test",
        "seed": 1,
        "cells": {"registered": {"video": {"works": 1, "hours": 0.5}}},
        "left_out": ["Chromaprint, because fpcalc is not installed"],
        "systems": [recall.measure(Oracle(made), [], ROWS, made, 1)],
    }
    results.write(path, "recall", body)
    page = report([path], tmp_path / "docs").read_text()
    assert "| video | 4 (1) | 1.000 [0.398, 1.000] |" in page
    assert "fpcalc is not installed" in page
    assert "unreadable" not in page
    assert (tmp_path / "docs" / "recall.svg").exists()


def test_queries_that_a_system_could_not_read_are_named() -> None:
    system = {"rows": {"video": {"statuses": {"no_match": 2, "unreadable": 3}}}}
    assert unread(system) == ["video: 3 queries were `unreadable`."]


def test_a_file_that_is_no_result_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match="not a benchmark result"):
        report([path], tmp_path / "docs")
