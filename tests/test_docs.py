"""The documents are true: every command is in them, and their examples run."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import typer

import reelprint
from evidence.signing import SigningKey
from reelprint.cli import app
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from tests.postgresql import Server
from tests.reelprint.conftest import CommandLine, work

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/*.md")])
EXAMPLES = [ROOT / "README.md", ROOT / "docs" / "commands.md"]


def commands() -> list[str]:
    """The names of all commands."""
    root = typer.main.get_command(app)
    return sorted(getattr(root, "commands", {}))


@pytest.mark.parametrize("name", commands())
def test_every_command_is_documented(name: str) -> None:
    assert f"## {name}\n" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda p: p.name)
def test_the_examples_run(
    document: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if "postgresql:" in document.read_text(encoding="utf-8"):
        request.getfixturevalue("database_of_examples")
    _furnish(tmp_path)
    run = CommandLine(tmp_path / "home", pooled=document.name == "README.md")
    lines = re.findall(r"^\$ reelprint (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    assert lines
    for line in lines:
        command, _, given = line.split(" > ")[0].partition(" < ")
        with (tmp_path / given).open() if given else StringIO() as file:
            monkeypatch.setattr("sys.stdin", file)
            ran = run(*shlex.split(command), cwd=tmp_path)
        assert ran.code == 0, (line, ran)


@pytest.fixture
def database_of_examples(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty database, and where it is."""
    monkeypatch.setenv("PGHOST", str(postgresql.folder))
    monkeypatch.setenv("PGUSER", "reelprint")
    postgresql.execute("CREATE DATABASE works")
    yield
    postgresql.drop(postgresql.url("works"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)[^)]*\)", text)
    missing = [t for t in targets if not (document.parent / t).exists()]
    assert not missing


def test_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == reelprint.__version__
    assert f"## {reelprint.__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def _furnish(folder: Path) -> None:
    """What the examples speak of."""
    masters, suspects = folder / "masters", folder / "suspects"
    masters.mkdir()
    suspects.mkdir()
    for name in ("founders", "city-time-lapse"):
        shutil.copy(work(name), masters)
    makers.music(Cut(work("founders"), 20, 28), suspects / "upload.mp3")
    (folder / "works.csv").write_text(
        "path,work_id,title\nmasters/city-time-lapse.mp4,city-time-lapse,City Time Lapse\n",
        encoding="utf-8",
    )
    (folder / "studio.pem").write_bytes(SigningKey.new().signer.pem)
    (folder / "password.txt").write_text("four words that nobody says\n", encoding="utf-8")
    (folder / "licences.csv").write_text("work_id,distributor\nfounders,vod.example\n")
