"""`reelprint explain`, on real files through the real command line."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reelprint.answer import Answer
from reelprint.exits import Usage
from reelprint.explaining.given import differences, read_given
from tests.reelprint.conftest import FILM, SHORT, CommandLine, new_workspace, work
from tests.reelprint.test_demo_page import ENGINE, EVIL, Reader

NAMES = ("mirrored.mp4", "music.mp3", "other.mp3", "short.mp3", "text.mp4")
ONLY_SUSPECT = {"suspect": True, "reference": False}
CODES = {"identified": 0, "no_match": 1, "too_short": 1, "unreadable": 3}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def explained(reelprint: CommandLine, suspects: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """The explanation of each suspect, its page beside it."""
    found = {}
    for name in NAMES:
        ran = reelprint("explain", suspects / name, "--json", "--out", folder / f"{name}.html")
        (found[name],) = ran.objects
        assert ran.code == CODES[found[name]["answer"]["status"]], ran
    return found


def test_the_answers_are_those_of_identify(
    reelprint: CommandLine, suspects: Path, explained: dict[str, dict[str, Any]]
) -> None:
    ran = reelprint("identify", *(suspects / name for name in NAMES), "--json")
    assert [explained[name]["answer"] for name in NAMES] == ran.objects
    assert {answer["status"] for answer in ran.objects} >= {"identified", "no_match", "unreadable"}


def test_what_is_shown_adds_up_to_what_was_answered(explained: dict[str, dict[str, Any]]) -> None:
    accounts = [c for e in explained.values() for c in [*e["matches"], *e["considered"]]]
    assert len(accounts) >= 4
    for claim in accounts:
        account, answered = claim["account"], claim["claim"]
        parts = account["parts"]
        assert sum(p["counted"] for p in parts) == pytest.approx(account["score"], abs=1e-9)
        assert account["score"] == pytest.approx(answered["score"], abs=0.005001)
        for part in parts:
            in_seconds = sum(nats for _, nats in part["seconds"])
            assert in_seconds == pytest.approx(part["counted"], abs=1e-9)
            whole = part["offered"] / part["divided_by"] - part["held_back"]
            assert whole == pytest.approx(part["counted"], abs=3e-4)
        product = math.prod(factor["value"] for factor in account["factors"])
        assert account["starting_points"] == pytest.approx(max(1.0, product), rel=1e-4)
        assert math.log(account["starting_points"]) == pytest.approx(
            account["log_starting_points"], abs=1e-4
        )
        if not account["is_least"]:
            e_value = math.exp(account["log_starting_points"] - account["score"])
            assert e_value == pytest.approx(answered["e_value"], rel=0.006)


def test_each_sense_is_shown_with_what_it_rests_on(explained: dict[str, dict[str, Any]]) -> None:
    (match,) = explained["mirrored.mp4"]["matches"]
    assert {p["sense"] for p in match["account"]["parts"]} >= {"peaks", "features"}
    assert match["reference_file"]["state"] == "there"
    assert len(match["moments"]) == 4
    for moment in match["moments"]:
        assert moment["reference_s"] - moment["suspect_s"] == pytest.approx(12.2, abs=0.1)
        assert moment["shown"] == {"suspect": True, "reference": True}
        assert moment["features"]["found"] > 3 * moment["features"]["elsewhere"]
        # Mirrored: the upper left corner comes to lie at the right.
        assert moment["corners"][0] == pytest.approx([1, 0], abs=0.05)
    sound = match["sound"]
    assert sound["found"] > 2 * sound["by_accident"]
    (music,) = explained["music.mp3"]["matches"]
    assert music["moments"] == []
    assert "mirrored" in match["says"]
    assert "by chance" in match["chance"]


def test_what_came_nearest_is_never_called_a_match(explained: dict[str, dict[str, Any]]) -> None:
    for name in ("other.mp3", "text.mp4"):
        one = explained[name]
        assert one["matches"] == []
        assert one["stopped"]
        for listed in one["nearest"]:
            assert listed["fate"] == "above_bound"
            assert "no match" in listed["says"]
            assert " matches “" not in listed["says"]
            assert listed["account"]["score"] < listed["account"]["needed"]
            assert listed["account"]["e_value"] > one["answer"]["max_e_value"]


def test_the_runner_up_is_another_work_and_said_to_have_lost(
    explained: dict[str, dict[str, Any]],
) -> None:
    for one in explained.values():
        for match in one["matches"]:
            rival = match["runner_up"]
            if rival is None:
                assert "No other registered work came near" in match["runner_up_says"]
            else:
                assert rival["claim"]["work_id"] != match["claim"]["work_id"]
                assert "It is no match" in match["runner_up_says"]


def test_pages_show_pictures_and_sound_and_need_nothing_else(
    explained: dict[str, dict[str, Any]], folder: Path
) -> None:
    pages = {n: Reader((folder / f"{n}.html").read_text(encoding="utf-8")) for n in explained}
    assert pages["mirrored.mp4"].tags.count("image") == 8
    assert pages["mirrored.mp4"].tags.count("polygon") == 8
    assert "image" not in pages["music.mp3"].tags
    assert "svg" in pages["music.mp3"].tags
    for page in pages.values():
        assert not {"script", "iframe", "object", "link", "base", "form"} & set(page.tags)
        links = [v for name, v in page.attributes if name in {"src", "href", "srcset"}]
        assert all(link.startswith("data:image/jpeg;base64,") for link in links)
        assert any("default-src 'none'" in value for _, value in page.attributes)


def test_the_same_bytes_give_the_same_explanation(
    reelprint: CommandLine, suspects: Path, explained: dict[str, dict[str, Any]], folder: Path
) -> None:
    again = folder / "again.html"
    ran = reelprint("explain", suspects / "mirrored.mp4", "--json", "--out", again)
    assert ran.objects == [explained["mirrored.mp4"]]
    assert again.read_bytes() == (folder / "mirrored.mp4.html").read_bytes()


def test_one_work_or_one_moment_may_be_asked_for(
    reelprint: CommandLine, suspects: Path, folder: Path
) -> None:
    mirrored, page = suspects / "mirrored.mp4", folder / "asked.html"
    other = reelprint("explain", mirrored, "--work", SHORT, "--out", page)
    assert other.code == 1
    assert f"No match with the work {SHORT}" in other.out
    assert f"identified otherwise: {FILM}" in " ".join(other.out.split())
    later = reelprint("explain", mirrored, "--at", "60", "--json")
    assert later.code == 1
    assert later.objects[0]["answer"]["status"] == "identified"
    unknown = reelprint("explain", mirrored, "--work", "nothing-of-the-kind")
    assert (unknown.code, "no work has the work_id" in unknown.err) == (2, True)


@pytest.mark.long
def test_an_answer_is_explained_and_held_against_the_one_given_now(
    reelprint: CommandLine, suspects: Path, tmp_path: Path
) -> None:
    given = reelprint("identify", suspects / "music.mp3", "--json")
    (tmp_path / "answer.jsonl").write_text(given.out, encoding="utf-8")
    (same,) = reelprint("explain", tmp_path / "answer.jsonl", "--json").objects
    assert same["given"] == {"agrees": True, "differences": []}

    changed = json.loads(given.out)
    changed["query"]["sha256"] = "0" * 64
    changed["engine"]["calibration"] = "calibration-0"
    changed["matches"][0]["score"] += 100
    done = subprocess.run(
        [sys.executable, "-m", "reelprint", "explain", "-", "--json", "--out", tmp_path / "x.html"],
        input=json.dumps(changed), env=reelprint.environment, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)["given"]
    assert not said["agrees"]
    for word in ("SHA-256", "calibration-0", "matches are not the same"):
        assert any(word in one for one in said["differences"]), word
    assert "does not explain the answer" in (tmp_path / "x.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[]", "{}", '{"query": {"path": 5}}', "{}\n{}", "[" * 100_000, "nul\0l"],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="answer"):
        read_given(text)


def test_an_answer_may_hold_anything() -> None:
    given = read_given('{"query": {"path": "a.mp4", "sha256": {}}, "engine": 3, "matches": "x"}')
    now = Answer("a.mp4", None, None, "unreadable", "gone", (), (), 1e-4, ENGINE)
    said = differences(given, now)
    assert any("SHA-256" in one for one in said)
    assert all(len(one) < 600 for one in said)


def test_an_answer_that_was_cut_is_a_usage_error(reelprint: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text('{"query": {"pa', encoding="utf-8")
    ran = reelprint("explain", tmp_path / "answer.json")
    assert (ran.code, "no answer of `identify --json`" in ran.err) == (2, True)


def test_files_of_others_are_not_written_over(
    reelprint: CommandLine, suspects: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.html").write_text("my notes", encoding="utf-8")
    ran = reelprint("explain", suspects / "text.mp4", "--out", tmp_path / "notes.html")
    assert (ran.code, (tmp_path / "notes.html").read_text(encoding="utf-8")) == (2, "my notes")
    page = tmp_path / "new" / "folder" / "explanation.html"
    for _ in range(2):  # a page of ours is
        assert reelprint("explain", suspects / "text.mp4", "--out", page.parent).code == 3
    assert "could not be read" in page.read_text(encoding="utf-8")


@pytest.mark.long
def test_a_reference_is_shown_only_if_its_bytes_are_those_registered(
    suspects: Path, tmp_path: Path
) -> None:
    master = Path(shutil.copy(work(FILM), tmp_path / "master.mp4"))
    run = new_workspace(tmp_path / "home")
    assert run("register", master, "--work-id", "hostile", "--title", EVIL).code == 0
    suspect = shutil.copy(suspects / "mirrored.mp4", tmp_path / "<b>'\"&<script>.mp4")
    master.unlink()
    for state in ("missing", "changed"):
        ran = run("explain", suspect, "--json", "--out", tmp_path)
        (match,) = ran.objects[0]["matches"]
        assert match["reference_file"]["state"] == state
        assert [m["shown"] for m in match["moments"]] == [ONLY_SUSPECT] * 4
        page = Reader((tmp_path / "explanation.html").read_text(encoding="utf-8"))
        assert page.tags.count("image") == 4
        assert page.text.count("work’s picture at") == 4
        shutil.copy(work(SHORT), master)  # another file in its place
    assert EVIL in page.text
    assert Path(suspect).name in page.text
    assert not {"script", "b", "img"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_an_empty_workspace_and_a_folder_are_dealt_with(suspects: Path, tmp_path: Path) -> None:
    run = new_workspace(tmp_path / "home")
    ran = run("explain", suspects / "music.mp3", "--json")
    assert (ran.code, ran.objects[0]["considered"]) == (1, [])
    assert run("explain", suspects, "--out", tmp_path).code == 3  # a folder
    none = CommandLine(tmp_path / "none")("explain", suspects / "music.mp3")
    assert (none.code, "reelprint init" in none.err) == (2, True)
