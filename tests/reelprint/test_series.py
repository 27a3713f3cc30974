"""Twenty episodes of one intro: none of them stands for the others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from media.clip import Span
from reelprint.identification import Identifier
from reelprint.linting import Finding, Linter
from reelprint.workspace import Workspace
from reference_catalog.work import Exclusion
from tests.reelprint.conftest import CommandLine, new_workspace
from tests.reelprint.series import BODIES, INTRO, INTRO_S, SERIES, make_series, spliced

pytestmark = pytest.mark.long

LOOKED_AT = ("ep01", "ep07", "ep20")
EPISODES = {f"ep{number:02d}" for number in range(1, len(BODIES) + 1)}


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A workspace with the twenty. Tests must not change it."""
    folder = tmp_path_factory.mktemp("series")
    run = new_workspace(folder / "home")
    assert run("register", "--manifest", make_series(folder)).code == 0
    return run


@pytest.fixture(scope="module")
def suspects(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The intro alone, the intro with the body of episode 7, and that body alone."""
    folder = tmp_path_factory.mktemp("suspects")
    return [
        spliced([INTRO], folder / "intro.mp4"),
        spliced([INTRO, BODIES[6]], folder / "both.mp4"),
        spliced([BODIES[6]], folder / "body.mp4"),
    ]


@pytest.fixture(scope="module")
def answers(series: CommandLine, suspects: list[Path]) -> list[dict[str, Any]]:
    """What is said of them."""
    return identified(series.home, suspects)


def identified(home: Path, suspects: list[Path]) -> list[dict[str, Any]]:
    """The answers, as JSON has them."""
    identifier = Identifier(Workspace.open(home))
    try:
        return [identifier.identify(path).as_dict() for path in suspects]
    finally:
        identifier.close()


def test_an_intro_accuses_no_episode_and_names_all_twenty(answers: list[dict[str, Any]]) -> None:
    matches = answers[0]["matches"]
    assert {m["work_id"] for m in matches} == EPISODES
    for match in matches:
        assert (match["attribution"], match["series"]) == ("series", SERIES)
        assert {match["work_id"], *match["shared_with"]} == EPISODES


def test_people_are_told_in_one_line(series: CommandLine, suspects: list[Path]) -> None:
    said = series("identify", suspects[0], "--jobs", "1").out
    assert said.count(f"series {SERIES}, shared intro") == 1
    assert "Episode" not in said


def test_an_episode_that_goes_on_stands_for_itself(answers: list[dict[str, Any]]) -> None:
    matches = answers[1]["matches"]
    owned = {m["work_id"]: m for m in matches if m["attribution"] == "work"}
    assert owned.keys() == {"ep07"}
    assert owned["ep07"]["query"]["end_s"] > INTRO_S + 4
    assert {m["work_id"] for m in matches if m["attribution"] == "series"} == EPISODES - {"ep07"}


def test_what_lint_proposes_matches_no_more_until_it_is_undone(
    series: CommandLine, suspects: list[Path], answers: list[dict[str, Any]], tmp_path: Path
) -> None:
    home = shutil.copytree(series.home, tmp_path / "home")
    linter = Linter(Workspace.open(home))
    found = [one for name in LOOKED_AT for one in intros(linter, name)]
    linter.close()
    assert [one.work_id for one in found] == list(LOOKED_AT)
    for one in found:
        assert {one.work_id, *(work_id for work_id, _ in one.others)} >= EPISODES - {"ep02"}
        assert one.exclusion is not None
        assert one.exclusion.span.start_s == 0
        assert one.exclusion.span.end_s == pytest.approx(INTRO_S, abs=0.5)
    end_s = max(one.span.end_s for one in found)
    excluded = [Exclusion(n, Span(0, end_s), "intro") for n in range(1, len(EPISODES) + 1)]
    with Workspace.open(home).catalog() as catalog:
        catalog.exclude(excluded)  # as if killed before the index was told

    intro, both, body = after = identified(home, suspects)
    assert intro["status"] == "no_match"
    assert owners(both) == owners(body) == {"ep07"}
    for match in (*both["matches"], *body["matches"]):
        assert match["reference"]["start_s"] >= end_s - 1e-3  # rounded to milliseconds
    shutil.rmtree(home / "index")
    assert identified(home, suspects[1:2]) == after[1:2]

    with Workspace.open(home).catalog() as catalog:
        catalog.include(excluded)
    assert identified(home, suspects[:1]) == answers[:1]


def intros(linter: Linter, work_id: str) -> list[Finding]:
    """The shared intros that lint finds in one work."""
    return [one for one in linter.lint(work_id) if one.kind == "shared intro"]


def owners(said: dict[str, Any]) -> set[str]:
    """The works that a suspect is put down to."""
    return {m["work_id"] for m in said["matches"] if m["attribution"] == "work"}
