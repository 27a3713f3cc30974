"""`reelprint exclude`: from the next query on, a range counts nothing; and how it is said."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reelprint.commands.times import seconds
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.exits import Usage
from reelprint.extraction import Extraction, extract_suspect
from reelprint.identification import Identifier
from reelprint.workspace import Workspace
from tests.reelprint.conftest import FILM, MUSIC, CommandLine, copied, work

RANGE = (10.0, 20.0)


@pytest.fixture
def own(reelprint: CommandLine, tmp_path: Path) -> CommandLine:
    """A workspace that may be changed."""
    return copied(reelprint, tmp_path / "home")


@pytest.mark.long
def test_an_excluded_range_never_matches_and_undoing_leaves_no_trace(
    own: CommandLine, tmp_path: Path
) -> None:
    suspects: list[Path] = []
    for number, (start_s, end_s) in enumerate(((11, 19), (5, 15), (15, 26), (6, 24))):
        suspects += [tmp_path / f"{number}.mp3", tmp_path / f"{number}.mp4"]
        makers.music(Cut(work(MUSIC), start_s, end_s), suspects[-2])
        makers.film(Cut(work(FILM), start_s, end_s), suspects[-1])
    read = [extract_suspect(path, Workspace.open(own.home).settings.schemes) for path in suspects]
    before = answers(own, read)
    said = own("exclude", FILM, "0:10", "20", "--reason", "stock footage")
    assert (said.code, said.out) == (0, "excluded: R000001 0:10.0-0:20.0\n")
    assert own("exclude", MUSIC, "10", "20").code == 0

    after = answers(own, read)
    for match in (m for answer in after for m in answer["matches"]):
        start, end = match["reference"]["start_s"], match["reference"]["end_s"]
        assert not RANGE[0] <= start < RANGE[1]
        assert not RANGE[0] < end <= RANGE[1]
    # What was found of the range is found no more, and its neighbours are; a shot that goes on
    # beyond the range still looks like what is left of it.
    inside, into, out = (after[2 * n : 2 * n + 2] for n in range(3))
    assert all(m["e_value"] > 1e-30 for answer in inside for m in answer["matches"])
    for answer in into:
        assert answer["matches"][0]["reference"]["end_s"] == pytest.approx(RANGE[0], abs=0.6)
    for answer in out:
        assert answer["matches"][0]["reference"]["start_s"] == pytest.approx(RANGE[1], abs=0.6)

    for name in (FILM, MUSIC):
        assert own("exclude", name, "--remove").out == f"1 range(s) of {name} count again\n"
    assert answers(own, read) == before


def answers(own: CommandLine, read: list[Extraction]) -> list[dict[str, Any]]:
    """What the next query says of suspects, which are read but once for all queries."""
    with closing(Identifier(Workspace.open(own.home))) as identifier:
        return [identifier.answer(one).as_dict() for one in read]


def test_what_is_excluded_is_listed_and_taken_back_range_by_range(own: CommandLine) -> None:
    assert own("exclude", "--list").code == 1
    for times in (("0", "5"), ("1:00", "1:10.5")):
        assert own("exclude", MUSIC, *times, "--reason", "jingle").code == 0
    assert "already" in own("exclude", MUSIC, "60", "70.5", "--reason", "credits").out
    first, second = own("exclude", "--list", "--json").objects
    assert first == {
        "work_id": MUSIC, "reference_id": "R000003", "start_s": 0.0, "end_s": 5.0,
        "reason": "jingle",
    }  # fmt: skip
    assert second["reason"] == "credits"
    assert f"{MUSIC}  R000003  1:00.0-1:10.5  credits" in own("exclude", MUSIC, "--list").out
    assert own("exclude", FILM, "--list").code == 1
    assert own("exclude", MUSIC, "0", "5", "--remove").code == 0
    assert own("exclude", MUSIC, "0", "5", "--remove").code == 1
    assert [o["start_s"] for o in own("exclude", "--list", "--json").objects] == [60.0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody", "0", "5"], "no work has the work_id"),
        ([MUSIC], "from where to where"),
        ([MUSIC, "5"], "two times"),
        ([MUSIC, "5", "five"], "is not a time"),
        ([MUSIC, "9", "5"], "is not a range"),
        ([MUSIC, "9:00:00", "9:00:01"], "ends at"),
        ([MUSIC, "0", "5", "--reference", "R000001"], "has no reference"),
        ([MUSIC, "0", "5", "--reference", "1"], "not of the form"),
        ([], "name a work"),
    ],
)
def test_what_cannot_be_meant_is_said(reelprint: CommandLine, words: list[str], said: str) -> None:
    ran = reelprint("exclude", *words)
    assert ran.code == 2
    assert said in ran.err


def test_of_several_references_one_has_to_be_named(own: CommandLine) -> None:
    assert own("register", work("snodom"), "--work-id", MUSIC).code == 0
    ran = own("exclude", MUSIC, "0", "5")
    assert ran.code == 2
    assert "R000003, R000004" in ran.err
    assert own("exclude", MUSIC, "0", "5", "--reference", "R000004").code == 0


@pytest.mark.parametrize("text", ["1:60", "1:2:3:4", "", "1:-1", "x"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="is not a time"):
        seconds(text)
