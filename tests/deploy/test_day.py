"""What docs/operations.md has people type, typed, with other paths."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from reelprint.demo import makers
from reelprint.demo.streams import Cut
from tests.postgresql import Server, programs
from tests.reelprint.conftest import MUSIC, CommandLine, new_workspace, work
from tests.reelprint.service.test_serving import ended, key_for, served

pytestmark = pytest.mark.long

GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"


def typed(heading: str) -> list[str]:
    """The blocks under a heading that are for a shell."""
    text = GUIDE.read_text(encoding="utf-8")
    found = re.search(rf"^#+ {heading}\n(.+?)(?=^#+ |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, heading
    return re.findall(r"^```sh\n(.+?)^```", found[1], re.MULTILINE | re.DOTALL)


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Where a shell finds `reelprint`, and PostgreSQL's programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "reelprint").write_text(f'#!/bin/sh\nexec {sys.executable} -m reelprint "$@"\n')
    (folder / "reelprint").chmod(0o755)
    return os.pathsep.join([str(folder), str(programs() or ""), os.environ["PATH"]])


def type_in(script: str, home: Path, path: str, instead: Mapping[str, str]) -> str:
    """Have a shell run it, up to the first command that fails; what it says."""
    for old, new in instead.items():
        script = script.replace(old, new)
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=home.parent,
        env={**os.environ, "REELPRINT_HOME": str(home), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, (script, ran.stdout, ran.stderr)
    return ran.stdout


def places(folder: Path) -> dict[str, str]:
    """The paths of the guide, in a folder."""
    (folder / "disk").mkdir()
    named = {"/var/lib/reelprint/": "", "/backups": "backups", "/media/disk/": "disk/"}
    return {old: f"{folder}/{new}" for old, new in named.items()}


def clip(folder: Path) -> Path:
    """Some seconds of the work that is registered."""
    made = folder / "clip.mp3"
    makers.music(Cut(work(MUSIC), 21.7, 27.7), made)
    return made


def is_found(home: Path, suspect: Path) -> bool:
    """Whether a workspace knows what a suspect carries."""
    ran = CommandLine(home)("identify", "--json", suspect)
    return [one["work_id"] for one in ran.objects[0]["matches"]] == [MUSIC]


def test_first_run_backup_and_restore(tmp_path: Path, path: str) -> None:
    home = new_workspace(tmp_path / "home", (MUSIC,)).home
    where = places(tmp_path)
    (first,), (backup, _), (restore,) = map(typed, ("First run", "Backup", "Restore"))
    with served(home, "--workers", "0"):
        said = type_in(first, home, path, where)
        assert "ro_" in said
        said = type_in(backup, home, path, where)
        assert "reelprint.tar" in said
    said = type_in(restore, home, path, where)
    assert "all is well" in said
    again = tmp_path / "restored"
    assert is_found(again, clip(tmp_path))
    assert CommandLine(again)("accounts", "audit", "verify").code == 0
    assert "kim@police.example" in CommandLine(again)("accounts", "list").out


@contextmanager
def working(home: Path, path: str) -> Iterator[subprocess.Popen[bytes]]:
    """A machine that does jobs."""
    command = [sys.executable, "-m", "reelprint", "work", "--jobs", "1", "--home", str(home)]
    with subprocess.Popen(command, env={**os.environ, "PATH": path}) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def test_two_machines_with_postgresql(tmp_path: Path, path: str, postgresql: Server) -> None:
    """A workspace moves; another machine helps; both fall silent, and are restored from a dump."""
    home, other = new_workspace(tmp_path / "home", (MUSIC,)).home, tmp_path / "other"
    suspect, live = clip(tmp_path), postgresql.new_database()
    again = postgresql.url("restored")
    where = {
        **places(tmp_path),
        "postgresql://reelprint@db.example/works": live,
        "postgresql://reelprint@db.example/restored": again,
        "URL": live,
        "FOLDER": f"{tmp_path}/blobs",
    }
    for script in typed("PostgreSQL") + typed("Workers on other machines"):
        type_in(script, home, path, {**where, "/srv/other": str(other)})
    (other / "service").symlink_to(home / "service")
    key = key_for(home)
    with served(home, "--workers", "0") as service, service.client(key) as client:
        jobs = []
        for _ in range(4):
            sent = client.post("/v1/uploads?name=clip.mp3", content=suspect.read_bytes()).json()
            jobs.append(client.post("/v1/suspects", json={"upload_id": sent["upload_id"]}).json())
        with ExitStack() as machines:
            for one in (other, home):
                machines.enter_context(working(one, path))
            ends = [ended(client, f"/v1/jobs/{job['id']}") for job in jobs]
        assert [one["state"] for one in ends] == ["done"] * 4
        type_in(typed("Backup")[1], home, path, where)
    try:
        type_in(typed("Restore with PostgreSQL")[0], home, path, where)
        assert is_found(tmp_path / "restored", suspect)
    finally:
        for url in (again, live):
            postgresql.drop(url)
