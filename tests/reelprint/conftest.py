"""Real works, real suspects, the real command line."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from reelprint.cli import main
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from tests.reelprint.here import Here

WORKS = Path(str(files("reelprint"))) / "demo" / "works"
UNREGISTERED = WORKS.parent / "unregistered"
FILM, SHORT, MUSIC = "big-buck-bunny", "city-time-lapse", "founders"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Its lines of JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`reelprint` on one workspace, in this process: to start one costs more than most commands.

    With `pooled`, files are worked on in the processes of a real pool, as users have it."""

    home: Path
    pooled: bool = False

    def __call__(self, *words: str | Path, cwd: Path | None = None) -> Ran:
        out, err = StringIO(), StringIO()
        with ExitStack() as around:
            around.enter_context(patch.dict(os.environ, self.environment))
            around.enter_context(patch.object(sys, "argv", ["reelprint", *map(str, words)]))
            around.enter_context(chdir(cwd or Path.cwd()))
            around.enter_context(redirect_stdout(out))
            around.enter_context(redirect_stderr(err))
            if not self.pooled:
                around.enter_context(patch("reelprint.pool.ProcessPool", Here))
            stopped = around.enter_context(pytest.raises(SystemExit))
            main()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())

    @property
    def environment(self) -> dict[str, str]:
        """The environment with the workspace in it."""
        return {**os.environ, "REELPRINT_HOME": str(self.home), "COLUMNS": "100"}


def work(name: str) -> Path:
    """The file of a shipped work."""
    return next(p for p in WORKS.iterdir() if p.stem == name and p.suffix in {".mp4", ".ogg"})


def new_workspace(home: Path, works: Sequence[str] = ()) -> CommandLine:
    """A workspace with some of the shipped works."""
    run = CommandLine(home)
    assert run("init").code == 0
    if works:
        assert run("register", *map(work, works)).code == 0
    return run


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What calls the pipeline itself needs no processes either."""
    monkeypatch.setattr("reelprint.pool.ProcessPool", Here)


@pytest.fixture(scope="session")
def reelprint(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A workspace with two films and a piece of music. Tests must not change it."""
    return new_workspace(tmp_path_factory.mktemp("session") / "home", (FILM, SHORT, MUSIC))


def copied(run: CommandLine, home: Path) -> CommandLine:
    """The same in a workspace that may be changed: to register anew costs more."""
    return CommandLine(shutil.copytree(run.home, home))


@pytest.fixture(scope="session")
def suspects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of suspect files, good and bad."""
    folder = tmp_path_factory.mktemp("suspects")
    film, music = Cut(work(FILM), 12.2, 20.0), Cut(work(MUSIC), 21.7, 27.7)
    makers.mirrored(film, folder / "mirrored.mp4")
    makers.music(music, folder / "music.mp3")
    makers.music(Cut(UNREGISTERED / "calm-race.ogg", 10, 16), folder / "other.mp3")
    makers.music(Cut(work(MUSIC), 5, 5.6), folder / "short.mp3")
    makers.no_film(folder / "text.mp4")
    (folder / "empty.mp4").touch()
    data = work(FILM).read_bytes()
    (folder / "truncated.mp4").write_bytes(data[: len(data) // 2])
    return folder
