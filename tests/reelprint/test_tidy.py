"""`reelprint tidy`: says what would go, then lets it go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reelprint.workspace import SETTINGS
from tests.reelprint.conftest import CommandLine
from tests.reelprint.desk.house import House, house, opened

SETTING = "\n[service]\nkeep_uploads_days = 30\n"


def aged(home: House, words: str) -> str:
    """The id of an upload that was sent long ago."""
    upload_id = home.upload(words)
    note = home.desk.files.folder / upload_id / "upload.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "at": "2020-01-01T00:00:00Z"}))
    return upload_id


@pytest.mark.long
def test_it_says_first_and_then_does_it(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "home")
    with house(tmp_path / "home") as home:
        old, new = aged(home, "old"), home.upload("new")
    ran = run("tidy", "--json")
    assert (ran.code, ran.out) == (0, "")  # nothing is set
    with (tmp_path / "home" / SETTINGS).open("a", encoding="utf-8") as file:
        file.write(SETTING)
    said = {"what": "upload", "id": old, "organisation": "police", "count": 1, "bytes": 3}
    said |= {"since": "2020-01-01T00:00:00Z"}
    for removed, options in ((False, ["--dry-run"]), (True, ["--by", "kim@police.example"])):
        ran = run("tidy", "--json", *options)
        assert (ran.code, json.loads(ran.out)) == (0, {**said, "removed": removed})
    with opened(tmp_path / "home") as home:
        assert home.desk.files.upload_ids() == [new]
        (line,) = (one for one in home.desk.accounts.audit("police") if one.act == "uploads.write")
        assert (line.by, line.via, line.what) == ("kim@police.example", "command line", old)


@pytest.mark.long
def test_people_are_told_in_words(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "home")
    with house(tmp_path / "home") as home:
        aged(home, "old")
    with (tmp_path / "home" / SETTINGS).open("a", encoding="utf-8") as file:
        file.write(SETTING)
    ran = run("tidy", "--dry-run")
    assert "of police, sent 2020-01-01, 3 B, would go" in ran.out
    assert "uploads are kept for 30 days" in ran.out
    assert "ended jobs are kept for ever" in ran.out


def test_without_a_workspace_it_says_so(tmp_path: Path) -> None:
    ran = CommandLine(tmp_path / "home")("tidy")
    assert ran.code == 2
    assert "no workspace" in ran.err
