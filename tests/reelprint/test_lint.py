"""What `reelprint lint` makes of a film that was registered twice, the second time mirrored."""

from __future__ import annotations

from pathlib import Path

from reelprint.demo.encoding import Quality, write
from reelprint.demo.streams import Cut, picture, through
from tests.reelprint.conftest import SHORT, CommandLine, copied, work


def test_a_mirrored_duplicate_is_found_and_said_to_be_one(
    reelprint: CommandLine, tmp_path: Path
) -> None:
    twin = tmp_path / "twin.mp4"
    film = picture(Cut(work(SHORT), 0.0, 8.0))
    write(twin, through(film, "hflip"), None, Quality(crf=30))
    run = copied(reelprint, tmp_path / "home")
    assert run("register", twin).code == 0
    said = run("lint", "twin").out
    assert f"duplicate  with {SHORT} " in said, said
    assert "(1 works, mirrored, E-value " in said
