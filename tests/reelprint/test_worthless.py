"""Noise, tones, silence and black pictures, registered as works, claim nobody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reelprint.demo import makers
from reelprint.demo.streams import Cut
from tests.reelprint.conftest import UNREGISTERED, CommandLine, new_workspace, work
from tests.reelprint.worthless import pictures, sounds

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def reelprint(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A workspace with nothing but such works."""
    folder = tmp_path_factory.mktemp("worthless")
    run = new_workspace(folder / "home")
    sounds(folder / "works", 40, 1)
    pictures(folder / "works", 40, 1)
    assert run("register", folder / "works").code == 0
    return run


def test_they_claim_no_others_of_their_kind_and_nothing_real(
    reelprint: CommandLine, tmp_path: Path
) -> None:
    suspects = sounds(tmp_path / "suspects", 30, 2)
    (suspects / "silence-2.mp4").unlink()
    pictures(suspects, 30, 2)
    (suspects / "bars-2.mp4").unlink()  # the same bars: of the same work
    makers.in_noise(Cut(work("founders"), 10, 30), suspects / "music.mp3")
    makers.film(Cut(UNREGISTERED / "crystal-rabbit-frog.mp4", 5, 20), suspects / "film.mp4")
    ran = reelprint("identify", suspects, "--json", "--jobs", "1")
    assert {o["query"]["path"]: o["matches"] for o in ran.objects if o["matches"]} == {}
    assert len(ran.objects) == 8


def test_lint_says_what_they_are(reelprint: CommandLine) -> None:
    ran = reelprint("lint", "--json", "--jobs", "1")
    assert ran.code == 0
    said: dict[str, list[dict[str, Any]]] = {}
    for one in ran.objects:
        said.setdefault(one["work_id"], []).append(one)
    kinds = {name: {one["kind"] for one in found} for name, found in said.items()}
    assert kinds == {
        "white-1": {"noise"},
        "pink-1": {"noise"},
        "brown-1": {"noise"},
        "tone-1": {"tone"},
        "silence-1": {"silence"},
        "black-1": {"flat", "noise", "duplicate"},
        "grey-1": {"flat", "noise", "duplicate"},
        "bars-1": {"still", "noise", "duplicate"},
    }
    for name, found in said.items():
        whole = [one["exclude"] for one in found if one["kind"] in ("noise", "tone", "silence")]
        assert whole[0]["start_s"] == 0, name
        assert whole[0]["end_s"] >= 40, name
    assert next(one for one in said["bars-1"] if one["kind"] == "still")["exclude"] is None
