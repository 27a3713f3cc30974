"""`reelprint work`: a command that does what waits, and ends when it is told to."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from reelprint.commands.working import _View
from tests.reelprint.conftest import CommandLine
from tests.reelprint.working.conftest import opened

ROOT = Path(__file__).parents[2]


def test_with_nothing_to_do_it_ends_at_once(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "home")
    assert run("init").code == 0
    ran = run("work", "--until-empty", "--json")
    assert (ran.code, ran.out) == (0, "")


def test_without_a_workspace_it_says_so(tmp_path: Path) -> None:
    ran = CommandLine(tmp_path / "home")("work", "--until-empty")
    assert ran.code == 2
    assert "no workspace" in ran.err


@pytest.mark.long
def test_it_does_what_waits_and_says_so_until_it_is_told_to_end(tmp_path: Path) -> None:
    run = CommandLine(tmp_path / "home")
    assert run("init").code == 0
    service = opened(tmp_path / "home")
    job = service.submit("lint")
    words = [sys.executable, "-m", "reelprint", "work", "--jobs", "1", "--json"]
    heard = []
    with subprocess.Popen(
        words, cwd=ROOT, env=run.environment, stdout=subprocess.PIPE, text=True
    ) as command:
        assert command.stdout is not None
        for line in command.stdout:
            heard.append(json.loads(line))
            if heard[-1]["event"] == "ended":
                command.terminate()
    assert command.returncode == 0
    assert [e["how"] for e in heard if e["event"] == "ended"] == ["done"]
    assert sum(e["event"] == "left" for e in heard) == 4  # and webhooks, and two for plans
    assert service.queue.get(job.id).state == "done"
    service.queue.close()
    service.accounts.close()


def test_a_terminal_shows_who_works_on_what() -> None:
    console = Console(record=True, width=100)
    about = {"worker": "w", "job": "j_1", "kind": "identify"}
    with Progress(console=console) as bars:
        view = _View(bars)
        view.hear({"event": "started", "worker": "w"})
        view.hear({"event": "taken", **about})
        view.hear({"event": "progress", **about, "phase": "rea\x1bding", "done": 1, "total": 2})
        assert bars.tasks[0].description == "identify j_1 rea\\x1bding"
        assert (bars.tasks[0].completed, bars.tasks[0].total) == (1, 2)
        view.hear({"event": "unavailable", "worker": "w", "reason": "[red]locked"})
        ended = {"event": "ended", **about, "how": "failed", "problem": "x\x1b", "seconds": 1.25}
        view.hear(ended)
        view.hear({"event": "died", "worker": "w", "code": -9})
        view.hear({"event": "left", "worker": "v", "code": 0})
        assert bars.tasks == []
    said = console.export_text()
    assert "waiting: [red]locked" in said
    assert "identify j_1 failed after 1.2 s: x\\x1b" in said
    assert "worker w died (-9); another takes its place" in said
