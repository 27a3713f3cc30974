"""The public contract of `identify --json`, on real files through the real command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reelprint.demo.encoding import Quality, write
from reelprint.demo.streams import Cut, picture
from tests.reelprint.conftest import FILM, MUSIC, CommandLine, work


@pytest.fixture(scope="module")
def pooled(reelprint: CommandLine) -> CommandLine:
    """In the processes that users have."""
    return replace(reelprint, pooled=True)


@pytest.fixture(scope="module")
def answers(pooled: CommandLine, suspects: Path) -> dict[str, dict[str, Any]]:
    """The answer to each suspect, by file name."""
    ran = pooled("identify", suspects, "--json")
    assert ran.code == 3  # some input is unreadable
    objects = ran.objects
    names = [Path(a["query"]["path"]).name for a in objects]
    assert names == sorted(names)
    return dict(zip(names, objects, strict=True))


def best(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["status"] == "identified", answer
    assert answer["matches"][0]["e_value"] <= answer["max_e_value"]
    match: dict[str, Any] = answer["matches"][0]
    return match


def test_a_mirrored_excerpt_is_found_where_it_was_cut(answers: dict[str, Any]) -> None:
    match = best(answers["mirrored.mp4"])
    assert (match["work_id"], match["modality"]) == (FILM, "both")
    assert (match["sound"], match["picture"]) == ("same", "same")
    assert match["transform"] == {
        "mirrored": True, "inverted": False, "crop": None, "picture": None, "rotation_deg": 0.0,
    }  # fmt: skip
    assert match["reference"]["start_s"] - match["query"]["start_s"] == pytest.approx(12.2, abs=0.1)
    assert match["speed"] == pytest.approx(1.0, abs=0.01)
    assert match["query"]["end_s"] - match["query"]["start_s"] > 6.5


def test_poor_music_is_found_where_it_was_cut(answers: dict[str, Any]) -> None:
    match = best(answers["music.mp3"])
    assert (match["work_id"], match["modality"]) == (MUSIC, "audio")
    assert (match["sound"], match["picture"]) == ("same", "not_registered")
    assert match["reference"]["start_s"] - match["query"]["start_s"] == pytest.approx(21.7, abs=0.1)


def test_unregistered_music_is_not_found(answers: dict[str, Any]) -> None:
    answer = answers["other.mp3"]
    assert (answer["status"], answer["matches"]) == ("no_match", [])
    assert answer["reason"]


def test_half_a_second_is_too_short(answers: dict[str, Any]) -> None:
    assert answers["short.mp3"]["status"] in {"too_short", "identified"}


@pytest.mark.parametrize("name", ["text.mp4", "empty.mp4"])
def test_what_is_not_media_is_unreadable_with_a_reason(answers: dict[str, Any], name: str) -> None:
    answer = answers[name]
    assert answer["status"] == "unreadable"
    assert len(answer["reason"]) > 10
    assert answer["matches"] == []


def test_of_a_truncated_film_the_rest_is_used_or_the_loss_is_said(answers: dict[str, Any]) -> None:
    answer = answers["truncated.mp4"]
    said = answer.get("reason") or [loss["kind"] for loss in answer["query"]["losses"]]
    assert said
    assert answer["status"] in {"identified", "unreadable"}


def test_an_answer_has_the_shape_of_the_contract(answers: dict[str, Any]) -> None:
    answer = answers["mirrored.mp4"]
    assert {"query", "status", "matches", "engine"} <= answer.keys()
    assert len(answer["query"]["sha256"]) == 64
    assert answer["query"]["duration_s"] == pytest.approx(7.8, abs=0.2)
    match = answer["matches"][0]
    assert match.keys() == {
        "work_id", "title", "reference_id", "modality", "sound", "picture", "query", "reference",
        "speed", "pitch_semitones", "transform", "score", "e_value", "shared_with", "attribution",
        "series",
    }  # fmt: skip
    assert answer["engine"].keys() == {
        "version",
        "schemes",
        "index",
        "calibration",
        "reading",
    }


def test_the_same_bytes_give_the_same_answer(
    reelprint: CommandLine, suspects: Path, answers: dict[str, dict[str, Any]]
) -> None:
    """However many processes there are."""
    names = ("mirrored.mp4", "music.mp3")
    again = reelprint("identify", *(suspects / name for name in names), "--json", "--jobs", "1")
    assert again.objects == [answers[name] for name in names]


def test_exit_codes_say_found_and_nothing_found(reelprint: CommandLine, suspects: Path) -> None:
    assert reelprint("identify", suspects / "music.mp3").code == 0
    assert reelprint("identify", suspects / "other.mp3").code == 1


def test_the_table_names_the_work(reelprint: CommandLine, suspects: Path) -> None:
    ran = reelprint("identify", suspects / "mirrored.mp4")
    assert FILM in ran.out
    assert "mirrored" in ran.out


def test_a_name_cannot_speak_to_the_terminal(reelprint: CommandLine, tmp_path: Path) -> None:
    hostile = tmp_path / "a\x1b[2Jb.mp4"
    hostile.write_bytes(b"not a film")
    shown = reelprint("identify", hostile)
    assert "\x1b[2J" not in shown.out
    assert r"a\x1b[2Jb.mp4" in shown.out.replace("\n", "")


def test_a_file_that_is_not_there_is_unreadable(reelprint: CommandLine) -> None:
    ran = reelprint("identify", "nowhere.mp4", work(MUSIC), "--json")
    assert ran.code == 3
    assert [a["status"] for a in ran.objects] == ["unreadable", "identified"]


def test_without_a_workspace_the_command_says_what_to_do(tmp_path: Path) -> None:
    ran = CommandLine(tmp_path / "none")("identify", work(MUSIC))
    assert ran.code == 2
    assert "reelprint init" in ran.err


def test_key_frames_and_sound_are_enough_to_screen(reelprint: CommandLine, tmp_path: Path) -> None:
    film = picture(Cut(work(FILM), 6.0, 36.0))
    write(tmp_path / "silent.mp4", film, None, Quality(crf=32))
    ran = reelprint("identify", tmp_path / "silent.mp4", "--fast", "--json")
    (answer,) = ran.objects
    assert answer["engine"]["reading"] == "fast"
    assert answer["query"]["losses"] == []
    match = answer["matches"][0]
    assert match["work_id"] == FILM
    assert match["reference"]["start_s"] - match["query"]["start_s"] == pytest.approx(6, abs=1)
