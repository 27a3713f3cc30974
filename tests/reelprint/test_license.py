from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.reelprint.conftest import MUSIC, CommandLine, copied


@pytest.fixture(scope="module")
def run(reelprint: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return copied(reelprint, tmp_path_factory.mktemp("license") / "home")


def licences(run: CommandLine) -> object:
    return run("works", "show", MUSIC, "--json").objects[0]["licences"]


def test_licences_are_added_shown_and_forgotten(run: CommandLine) -> None:
    assert licences(run) is None
    words = ["--distributor", "stream.example", "--territory", "KR", "--territory", "jp"]
    ran = run("works", "license", MUSIC, *words, "--from", "2026-01-01", "--to", "2027-01-01")
    line = "licensed: stream.example JP KR from 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z"
    assert (ran.code, ran.out) == (0, f"{MUSIC}\n  {line}\n")
    assert run("works", "license", MUSIC, "--distributor", "vod.example").code == 0
    shown = run("works", "show", MUSIC).out
    assert f"  {line}\n  licensed: vod.example everywhere\n" in shown
    assert run("works", "license", MUSIC, "--nobody").out.endswith("licensed: nobody\n")
    assert licences(run) == []
    assert run("works", "license", MUSIC, "--unknown").out.endswith("licences: not known\n")
    assert licences(run) is None


def test_a_manifest_says_it_of_many(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "licences.csv"
    path.write_text(f"work_id,distributor\n{MUSIC},stream.example\n")
    assert run("works", "license", "--manifest", path).code == 0
    given: dict[str, Any] = {
        "distributor": "stream.example",
        "territories": [],
        "start": None,
        "end": None,
    }
    assert licences(run) == [given]
    path.write_text("work_id,distributor\nnowhere,stream.example\n")
    ran = run("works", "license", "--manifest", path)
    assert (ran.code, ran.err) == (2, "reelprint: no work has the work_id 'nowhere'\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "name a work, or a --manifest alone"),
        ([MUSIC], "say one of --distributor, --nobody and --unknown"),
        ([MUSIC, "--nobody", "--distributor", "a.example"], "say one of"),
        ([MUSIC, "--nobody", "--territory", "KR"], "are of a distributor"),
        ([MUSIC, "--distributor", "example"], "whole domain of the top level"),
        (["x", "--nobody"], "no work has the work_id 'x'"),
        ([MUSIC, "--manifest", "x.csv"], "name a work, or a --manifest alone"),
    ],
)
def test_calls_that_mean_nothing_are_refused(run: CommandLine, words: list[str], why: str) -> None:
    ran = run("works", "license", *words)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert why in ran.err
