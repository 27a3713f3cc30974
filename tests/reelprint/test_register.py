"""Registering, again and after a stop; removing; losing the index."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reelprint.conftest import (
    FILM,
    MUSIC,
    SHORT,
    CommandLine,
    copied,
    new_workspace,
    work,
)


def test_registering_twice_changes_nothing(tmp_path: Path) -> None:
    run = new_workspace(tmp_path / "home", [SHORT])
    again = run("register", work(SHORT), "--json")
    assert again.code == 0
    assert [o["outcome"] for o in again.objects] == ["unchanged"]
    assert len(run("works", "list", "--json").objects) == 1


def test_a_manifest_names_the_works(tmp_path: Path) -> None:
    run = new_workspace(tmp_path / "home")
    manifest = tmp_path / "works.csv"
    manifest.write_text(
        "path,work_id,title,kind,owner,isan\n"
        f"{work(SHORT)},w1,A Title,film,An Owner,0000-0000-D07A-0090-Q-0000-0000-X\n",
        encoding="utf-8",
    )
    assert run("register", "--manifest", manifest).code == 0
    shown = run("works", "show", "w1").out
    assert "A Title" in shown
    assert "An Owner" in shown
    assert "ISAN" in shown


def test_what_cannot_be_read_fails_with_a_reason_and_the_rest_is_registered(tmp_path: Path) -> None:
    run = CommandLine(new_workspace(tmp_path / "home").home, pooled=True)
    bad = tmp_path / "bad.mp4"
    bad.write_text("no film", encoding="utf-8")
    ran = run("register", bad, work(SHORT))
    assert ran.code == 3
    assert "1 registered" in ran.out
    assert "1 failed" in ran.out
    assert "bad.mp4" in ran.out


def test_a_removed_work_is_not_found_by_the_next_query(
    reelprint: CommandLine, tmp_path: Path
) -> None:
    run = copied(reelprint, tmp_path / "home")
    assert run("works", "remove", SHORT).code == 0
    ran = run("identify", work(SHORT), work(MUSIC), "--json")
    assert [a["status"] for a in ran.objects] == ["no_match", "identified"]
    assert run("works", "remove", SHORT).code == 2


@pytest.mark.parametrize("damage", ["lost", "flipped"])
def test_a_lost_or_damaged_index_is_rebuilt_without_the_media(
    reelprint: CommandLine, tmp_path: Path, damage: str
) -> None:
    run = copied(reelprint, tmp_path / "home")
    for path in (tmp_path / "home" / "index").iterdir():
        if damage == "lost":
            path.unlink()
        elif path.suffix in {".faiss", ".npy"}:
            data = bytearray(path.read_bytes())
            data[-1] ^= 1
            path.write_bytes(data)
    assert run("identify", work(SHORT)).code == 0


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A job in the background of a shell ignores Ctrl-C, and what it starts would, too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.long
@pytest.mark.usefixtures("interruptible")
def test_a_stopped_registration_keeps_what_was_done_and_goes_on(tmp_path: Path) -> None:
    run = new_workspace(tmp_path / "home")
    works = [str(work(name)) for name in (FILM, SHORT, MUSIC, "musicbox", "snodom")]
    command = [sys.executable, "-m", "reelprint", "register", "--json", "--jobs", "1", *works]
    stopped = subprocess.Popen(
        command, env=run.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert stopped.stdout is not None
    stopped.stdout.readline()  # one work is in the catalogue
    stopped.send_signal(signal.SIGINT)
    _, errors = stopped.communicate(timeout=120)
    assert stopped.returncode == 130
    assert "Traceback" not in errors
    kept = run("works", "list", "--json").objects
    assert kept
    rest = run("register", *works, "--json").objects
    assert len(kept) < len(rest)  # it did not go on to the end
    assert sum(o["outcome"] == "unchanged" for o in rest) == len(kept)
    assert sum(o["outcome"] == "registered" for o in rest) == len(rest) - len(kept)


def test_files_of_one_name_are_not_taken_for_one_work(tmp_path: Path) -> None:
    run = new_workspace(tmp_path / "home")
    twin = tmp_path / f"{MUSIC}.ogg"
    twin.write_bytes(work(FILM).read_bytes())
    ran = run("register", twin, work(MUSIC))
    assert ran.code == 2
    assert "--work-id" in ran.err


@pytest.mark.parametrize("words", [[], ["--manifest", "nowhere.csv"], ["--title", "x", "a", "b"]])
def test_calls_that_mean_nothing_are_usage_errors(tmp_path: Path, words: list[str]) -> None:
    ran = new_workspace(tmp_path / "home")("register", *words)
    assert ran.code == 2
    assert ran.err
