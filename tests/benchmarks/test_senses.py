"""Two senses against one: what is asked, how it is counted, and the page made of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from benchmarks import results
from benchmarks.datasets import WorkFile
from benchmarks.evidence import Evidence
from benchmarks.make import Made, Order
from benchmarks.metrics import Answer, Truth
from benchmarks.picture_ops import black, card, instead
from benchmarks.picture_scene import Shot
from benchmarks.probe import Facts
from benchmarks.report import report
from benchmarks.scoring import score
from benchmarks.senses import Asked, alone, choose, row_figures
from benchmarks.senses_plan import is_whole
from benchmarks.senses_rows import SENSES_ROWS, SensesRow
from benchmarks.sound_ops import SOUND_OPS
from benchmarks.sound_scene import Scene
from matchers.significance import Search
from media.clip import Span
from reelprint.extraction import Extraction
from reelprint.identification import Findings
from tests.matchers.build import segment

ROWS = {row.name: row for row in SENSES_ROWS}
DUB = ROWS["other_work_10s"]


def work(name: str) -> WorkFile:
    return WorkFile(Path(name), name, name, "video", Facts("0" * 64, 60.0, True, True, 360))


def made(row: SensesRow, evidence: Evidence | None = None) -> Made:
    order = Order(f"{row.name}/0000", work("film"), True, 10.0, row.how, "1", other=work("other"))
    truth = Truth(order.query_id, "film", Span(0, 10), Span(20, 30), 1.0)
    return Made(order, Path("suspect.mp4"), truth, evidence or Evidence(40.0, 9.0, -20.0), 1)


def answer(*claims: tuple[str, str, str, float]) -> Answer:
    """Matches from the given second of a reference on, each with what is said of its senses."""
    matches = [
        {
            "work_id": name, "sound": heard, "picture": seen, "modality": "video",
            "query": {"start_s": 0.0, "end_s": 10.0}, "speed": 1.0, "score": 50.0, "e_value": 1e-9,
            "reference": {"start_s": start_s, "end_s": start_s + 10.0},
        }
        for name, heard, seen, start_s in claims
    ]  # fmt: skip
    return cast(Answer, {"status": "identified" if matches else "no_match", "matches": matches})


def asked(row: SensesRow, both: Answer, audio: Answer, video: Answer) -> Asked:
    said = {"both": both, "audio": audio, "video": video}
    return Asked(row, made(row), {name: score(made(row), one, None) for name, one in said.items()})


RIGHT = answer(("film", "other", "same", 20.0))
OPEN = answer(("other", "same", "other", 3.0), ("film", "unsure", "same", 20.0))
NOTHING = answer()


def test_what_is_said_is_that_of_the_work_that_was_cut() -> None:
    assert asked(DUB, RIGHT, NOTHING, RIGHT).said == "other / same"
    assert asked(DUB, OPEN, NOTHING, RIGHT).said == "unsure / same"
    assert asked(DUB, NOTHING, NOTHING, RIGHT).said == "not found"


def test_what_one_sense_finds_and_both_do_not_is_lost() -> None:
    assert asked(DUB, NOTHING, NOTHING, RIGHT).is_lost
    assert not asked(DUB, RIGHT, NOTHING, RIGHT).is_lost
    assert not asked(DUB, NOTHING, NOTHING, NOTHING).is_lost


def test_a_registered_sound_that_was_laid_there_is_not_a_false_claim() -> None:
    of_dub = row_figures(DUB, [asked(DUB, OPEN, NOTHING, RIGHT)])
    assert cast(dict[str, Any], of_dub["false"])["k"] == 0
    foreign = ROWS["other_music_10s"]
    of_foreign = row_figures(foreign, [asked(foreign, OPEN, NOTHING, RIGHT)])
    assert cast(dict[str, Any], of_foreign["false"])["k"] == 1


def test_an_excerpt_that_is_black_or_silent_is_not_asked() -> None:
    assert is_whole(made(DUB))
    for evidence in (Evidence(2.0, 9.0, -20.0), Evidence(40.0, 9.0, -70.0)):
        assert not is_whole(made(DUB, evidence))
    assert is_whole(made(DUB, Evidence(40.0, 9.0, None)))  # of a row without sound


def test_rows_are_chosen_by_name() -> None:
    assert choose("") == list(SENSES_ROWS)
    assert choose("other_work_10s") == [DUB]
    with pytest.raises(ValueError, match="not a row"):
        choose("nothing")


def test_rows_say_what_their_presets_do() -> None:
    for row in SENSES_ROWS:
        sounds = row.how.sound is not None and ("silence", 0) not in row.how.sound
        assert (row.sound == "none") == (not sounds), row.name
        foreign = any(name == "instead" for name, _ in row.how.sound or ())
        assert (row.sound == "other") == foreign, row.name


def test_other_sound_takes_the_place_of_the_excerpt() -> None:
    samples, other = np.ones((2, 70), np.float32), np.full((1, 30), 0.25, np.float32)
    scene = Scene(44_100, np.random.default_rng(1), other)
    laid = SOUND_OPS["instead"](samples, 0.0, scene)
    assert laid.shape == samples.shape
    assert np.all(laid == 0.25)
    assert not SOUND_OPS["silence"](samples, 0.0, scene).any()
    with pytest.raises(ValueError, match="no other sound"):
        SOUND_OPS["instead"](samples, 0.0, replace(scene, other=None))


def test_another_picture_a_card_and_black_take_the_place_of_the_frame() -> None:
    grey = np.full((60, 80, 3), 99, np.uint8)
    frame = np.random.default_rng(1).integers(0, 256, (90, 120, 3), np.uint8)
    shot = Shot(np.random.default_rng(2), footage=lambda _: grey)
    assert np.all(instead(frame, 1.0, shot) == 99)
    assert not black(frame, 1.0, shot).any()
    still = card(frame, 1.0, shot)
    assert np.array_equal(still, card(frame[::-1], 1.0, replace(shot, time_s=5.0)))
    assert still.std() > 10


def test_the_page_shows_recall_and_what_was_said(tmp_path: Path) -> None:
    rows = [row_figures(DUB, [asked(DUB, RIGHT, NOTHING, RIGHT), asked(DUB, OPEN, RIGHT, RIGHT)])]
    body = {"split": "test", "seed": 1, "rows": rows, "works": [{"work": "film", "seconds": 60.0}]}
    results.write(tmp_path / "senses.json", "senses", body)
    page = report([tmp_path / "senses.json"], tmp_path).read_text()
    assert "| other_work_10s | dub | 2 (1) | 1.000" in page
    assert "| other_work_10s | other / same | 1 | 1 | 0 | 0 |" in page


def test_one_sense_alone_is_told_by_what_it_found() -> None:
    found = Findings(
        (),
        {"peaks": [segment((0, 9), 20, 200, kind="peaks")], "frames": [], "features": []},
        {"peaks": Search(300, 1e5, 100), "frames": Search(30, 1e4, 100)},
    )
    suspect = Extraction(Path("suspect.mp4"), "0" * 64, "video", 10.0, (), {})
    assert [m.modality for m in alone(suspect, found, "audio", 1e-4).matches] == ["audio"]
    assert alone(suspect, found, "video", 1e-4).matches == []
