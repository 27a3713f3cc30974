"""A workspace whose catalogue is in PostgreSQL answers as one that has it in a file."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from fingerprint.registry import beside_all
from jobs.queue import Queue
from reelprint.working.worker import queue_of
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.work import NewReference, WorkDetails
from tests.reelprint.conftest import MUSIC, CommandLine, copied, work

SECRET = "kein-geheimnis"


@pytest.fixture
def run(reelprint: CommandLine, tmp_path: Path) -> CommandLine:
    """A workspace that may be changed."""
    return copied(reelprint, tmp_path / "home")


def test_it_answers_to_the_byte_as_before(
    run: CommandLine, suspects: Path, database_url: str, tmp_path: Path
) -> None:
    asked = ("identify", suspects / "music.mp3", "--json")
    before, listed = run(*asked), run("works", "list", "--json")
    assert before.code == 0
    built = {path: path.stat().st_mtime_ns for path in (run.home / "index").rglob("*")}
    ran = run("catalog", "move", database_url, "--blobs", tmp_path / "shared", "--json")
    assert ran.code == 0, ran.err
    (said,) = ran.objects
    assert said["database"] == database_url.replace("/tmp/", "%2Ftmp%2F", 1)
    assert said["blobs"] == str(tmp_path / "shared")
    (run.home / "catalog").rename(run.home / "away")
    assert (run(*asked).out, run("works", "list", "--json").out) == (before.out, listed.out)
    assert built == {path: path.stat().st_mtime_ns for path in (run.home / "index").rglob("*")}
    seen = run("doctor", "--json")
    assert seen.code == 0, seen.out
    (catalog,) = [one["workspace"]["catalog"] for one in seen.objects]
    assert catalog["database"].startswith("PostgreSQL ")
    assert run("catalog", "move", "sqlite").code == 0
    assert (run(*asked).out, run("works", "list", "--json").out) == (before.out, listed.out)
    assert "SQLite" in run("doctor").out


def test_cases_move_with_it(run: CommandLine, database_url: str) -> None:
    led = run("case", "new", "C-1", "--authority", "complaint 7", "--by", "ann", "--json")
    head = led.objects[0]["custody"]
    assert run("catalog", "move", database_url, "--json").objects[0]["cases"] == 1
    assert run("case", "list", "--json").objects[0]["head"] == head["head"]
    assert run("case", "show", "C-1", "--by", "bob").code == 0
    assert run("case", "log", "C-1", "--verify", "--head", head["head"]).code == 0
    assert run("case", "move", "--json").objects[0]["cases"] == 0
    assert run("catalog", "move", "sqlite", "--json").objects[0]["cases"] == 1
    assert run("case", "log", "C-1", "--verify", "--head", head["head"]).code == 0


def test_cases_of_an_earlier_release_are_brought_over(run: CommandLine, database_url: str) -> None:
    assert run("case", "new", "C-1", "--authority", "complaint 7", "--by", "ann").code == 0
    kept = run.home / "cases" / "casework.db"
    kept.rename(run.home / "aside")
    assert run("catalog", "move", database_url).code == 0
    (run.home / "aside").rename(kept)
    for words in (("list",), ("show", "C-1"), ("new", "C-2", "--authority", "complaint 8")):
        refused = run("case", *words)
        assert (refused.code, "reelprint case move" in refused.err) == (2, True)
    assert "1 case(s) moved to postgresql://" in run("case", "move").out
    assert run("case", "show", "C-1", "--by", "bob").code == 0


def test_several_workspaces_share_one(tmp_path: Path, run: CommandLine, database_url: str) -> None:
    assert run("catalog", "move", database_url, "--blobs", tmp_path / "shared").code == 0
    other = CommandLine(tmp_path / "other")
    refused = other("init", "--catalog", database_url)
    assert (refused.code, "first kept in" in refused.err) == (2, True)
    assert other("init", "--catalog", database_url, "--blobs", tmp_path / "shared").code == 0
    assert other("works", "list").out == run("works", "list").out
    assert other("works", "remove", MUSIC).code == 0
    assert MUSIC not in run("works", "list").out


def test_a_workspace_that_is_there_is_not_taken_for_one_elsewhere(
    tmp_path: Path, run: CommandLine, database_url: str
) -> None:
    before = (run.home / "settings.toml").read_bytes()
    refused = run("init", "--catalog", database_url)
    assert (refused.code, "catalog move" in refused.err) == (2, True)
    assert (run.home / "settings.toml").read_bytes() == before
    unknown = CommandLine(tmp_path / "new")
    assert unknown("init", "--catalog", f"{database_url}-none").code == 2
    assert not (tmp_path / "new" / "settings.toml").exists()
    assert unknown("init", "--catalog", "oracle://host/db").code == 2


def test_a_password_stays_in_the_settings_which_nobody_else_reads(
    run: CommandLine, database_url: str
) -> None:
    url = database_url.replace("reelprint@", f"reelprint:{SECRET}@")
    ran = run("catalog", "move", url)
    assert ran.code == 0, ran.err
    settings = run.home / "settings.toml"
    assert SECRET in settings.read_text(encoding="utf-8")
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    again = run("catalog", "move", url)
    assert again.code == 2
    said = [ran, again, run("doctor"), run("doctor", "--json")]
    assert SECRET not in "".join(one.out + one.err for one in said)
    assert SECRET not in repr(Workspace.open(run.home))


def test_a_server_that_is_gone_is_told_in_a_sentence(run: CommandLine, database_url: str) -> None:
    assert run("catalog", "move", database_url).code == 0
    settings = run.home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("?host=", "?host=/gone"), encoding="utf-8")
    for command in (
        ("works", "list"),
        ("identify", work(MUSIC)),
        ("register", work(MUSIC), "--json"),
    ):
        ran = run(*command)
        assert ran.code == 2
        (said,) = ran.err.strip().splitlines()
        assert said.startswith("reelprint: postgresql://reelprint@/test")
    looked = run("doctor")
    assert looked.code == 3
    assert "catalogue: out of reach, postgresql://" in looked.out


def test_who_still_uses_the_old_one_is_told(
    run: CommandLine, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    late = CommandLine(shutil.copytree(run.home, run.home.parent / "late", symlinks=True))
    shutil.rmtree(late.home / "catalog")
    (late.home / "catalog").symlink_to(run.home / "catalog")
    assert run("catalog", "move", database_url).code == 0
    ran = late("doctor")
    assert ran.code == 3
    assert "was moved to postgresql://" in ran.out
    assert "what is new there is not found here" in caplog.text
    assert late("works", "remove", MUSIC).code == 2


def test_an_index_of_another_catalogue_is_not_used(run: CommandLine, suspects: Path) -> None:
    """The numbers are the same, and mean other works."""
    workspace = Workspace.open(run.home)
    other = run.home / "other"
    with workspace.catalog() as catalog, Catalog.create(other) as made:
        known = catalog.work(MUSIC)
        assert known is not None
        (old,) = known.references
        names = [*workspace.settings.schemes, *(one.name for one in beside_all())]
        has = [name for name in names if old.number in catalog.numbers(name)]
        kept = [catalog.fingerprint(old.number, name) for name in has]
        whole = NewReference(old.sha256, old.source, old.duration_s, (), tuple(kept))
        assert made.add(WorkDetails("another", "Another"), whole).number != old.number
    shutil.rmtree(run.home / "catalog")
    other.rename(run.home / "catalog")
    (answer,) = run("identify", suspects / "music.mp3", "--json").objects
    assert [match["work_id"] for match in answer["matches"]] == ["another"]


def test_jobs_move_with_it(run: CommandLine, database_url: str) -> None:
    file = run.home / "service" / "jobs.sqlite"
    with Queue.create(file) as queue:
        job = queue.submit("lint", "police", "ann", {})
    assert run("catalog", "move", database_url, "--json").objects[0]["jobs"] == 1
    with queue_of(Workspace.open(run.home)) as queue, Queue.open(file) as left:
        assert queue.get(job.id).state == "queued"
        assert left.counts() == {}
    assert "jobs moved with it: 1" in run("catalog", "move", "sqlite").out
    with queue_of(Workspace.open(run.home)) as queue:
        assert queue.get(job.id).state == "queued"
