"""Backups of a workspace: taken while it is written to, killed, damaged, and restored."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from accounts.errors import NotKnown
from accounts.store import Accounts
from casework.store import CaseStore
from jobs.queue import Queue
from reelprint.backup import reading
from reelprint.backup.manifest import FILES, checked
from reelprint.workspace import Workspace
from reference_catalog import sqlite
from reference_catalog.work import Reference
from tests.postgresql import Server
from tests.reelprint.conftest import CommandLine, copied
from tests.reference_catalog.builders import details, new_reference

ROOT = Path(__file__).parents[2]
CAPTURE = "20261123T120000Z-site"
UPLOAD = Path("service/uploads/u_1")
CASE = ("case", "new", "c", "--authority", "a complaint", "--by", "kim")


@pytest.fixture
def own(small: CommandLine, tmp_path: Path) -> CommandLine:
    """A small workspace that may be changed."""
    return copied(small, tmp_path / "home")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A workspace of a few small references, a case with a sample, a job and an account."""
    run = CommandLine(tmp_path_factory.mktemp("small") / "home")
    assert run("init").code == 0
    with Workspace.open(run.home).catalog() as catalog:
        for seed in range(3):
            catalog.add(details("a work"), new_reference(seed))
    assert run(*CASE).code == 0
    with CaseStore.open(run.home / "cases") as cases:
        begun = cases.begin("c", "kim", "site.example", "https://site.example/a")
        (cases.captures("c") / CAPTURE).mkdir(parents=True)
        (cases.captures("c") / CAPTURE / "body").write_bytes(b"as received")
        sealed = replace(
            begun, outcome="empty", reason="nothing", capture=CAPTURE, ended_at=begun.taken_at
        )
        cases.sampled("c", "kim", replace(sealed, manifest_sha256="0" * 64))
    (run.home / "signing-key.pem").write_text("a secret")
    note = run.home / UPLOAD / "upload.json"
    note.parent.mkdir(parents=True)
    note.write_text("{}")
    (run.home / UPLOAD / "media").write_bytes(b"a suspect")
    with Queue.create(run.home / "service" / "jobs.sqlite") as queue:
        queue.submit("identify", "acme", "kim", {"upload": UPLOAD.name})
    with Accounts.create(run.home / "service" / "accounts.sqlite") as accounts:
        accounts.add_organisation("acme", "Acme", "holder")
        accounts.add_account("acme", "kim@acme.example", ["holder"], None)
    return run


def backed_up(run: CommandLine, to: Path, *more: str) -> Path:
    """The path of a new backup."""
    ran = run("backup", to, "--json", *more)
    assert ran.code == 0, ran
    return Path(ran.objects[0]["path"])


def writer(module: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def written_to(home: Path) -> Iterator[None]:
    """Works are registered, and samples recorded, for as long as the block."""
    some = [
        writer("tests.reference_catalog.adder", str(home / "catalog"), "100", "100000", "busy"),
        writer("tests.casework.writer", str(home / "cases"), "c", "100000", "lee"),
    ]
    try:
        for one in some:
            assert one.stdout is not None
            assert one.stdout.readline()
        yield
    finally:
        for one in some:
            one.kill()
            one.communicate()


def test_what_is_restored_answers_to_the_byte(
    reelprint: CommandLine, suspects: Path, tmp_path: Path
) -> None:
    run = copied(reelprint, tmp_path / "home")
    assert run(*CASE).code == 0
    made = backed_up(run, tmp_path / "backups")
    assert run("backup", made, "--verify").code == 0
    ran = run("restore", made, "--home", tmp_path / "new", "--json")
    assert (ran.code, ran.objects[0]["works"], ran.objects[0]["cases"]) == (0, 3, 1), ran
    new = CommandLine(tmp_path / "new")
    assert not (new.home / "index").exists()
    for asked in (
        ("identify", suspects / "music.mp3", "--json"),
        ("works", "list", "--json"),
        ("case", "list", "--json"),
        ("doctor",),
    ):
        before, after = run(*asked), new(*asked)
        assert after.out.replace(str(new.home), str(run.home)) == before.out
        assert (after.code, after.out != "") == (before.code, True)


@pytest.mark.long
def test_a_backup_under_writes_holds_together(own: CommandLine, tmp_path: Path) -> None:
    with written_to(own.home):
        for _ in range(2):
            before = {one.sha256 for one in references(own.home)}
            made = backed_up(own, tmp_path / "backups")
            assert own("backup", tmp_path / "backups", "--verify").code == 0
            new = tmp_path / made.name
            ran = own("restore", made, "--home", new, "--json")
            assert (ran.code, ran.objects[0]["wrong"]) == (0, []), ran
            assert before <= {one.sha256 for one in references(new)}
            assert CommandLine(new)("doctor").code == 0


@pytest.mark.long
@pytest.mark.parametrize("name", ["backups", "one.tar"])
def test_each_flipped_byte_is_found_and_not_restored(
    own: CommandLine, tmp_path: Path, name: str
) -> None:
    made = backed_up(own, tmp_path / name)
    every = [one for one in made.rglob("*") if one.is_file()] if made.is_dir() else [made]
    assert len(every) == (16 if made.is_dir() else 1)
    for path in every:
        data = path.read_bytes()
        for at in (len(data) // 2,) if made.is_dir() else inside(data):
            with path.open("r+b") as file:
                file.seek(at)
                file.write(bytes([data[at] ^ 1]))
            assert own("backup", made, "--verify").code in {2, 3}, (path, at)
            ran = own("restore", made, "--home", tmp_path / "new")
            assert (ran.code, ran.out) == (2, ""), (path, at)
            assert not (tmp_path / "new").exists()
            path.write_bytes(data)
    assert own("backup", made, "--verify").code == 0


def inside(data: bytes) -> list[int]:
    """Places in a tar file at which there is something: not the blanks between."""
    return [data.index(one) for one in (b"as received", b"SQLite", b"max_e_value", b"begun_at")]


@pytest.mark.long
@pytest.mark.parametrize(("name", "shares"), [("backups", (0, 1)), ("one.tar", (1,))])
def test_one_that_was_killed_does_not_look_whole(
    own: CommandLine, tmp_path: Path, name: str, shares: tuple[int, ...]
) -> None:
    to = tmp_path / name
    made = backed_up(own, tmp_path / "other" / name)
    with reading.opened(made) as source:
        total = sum(one.bytes for one in source.manifest.files.values())
    for most in (share * total for share in shares):
        killed = subprocess.run(
            [sys.executable, "-m", "tests.reelprint.backup_killed", own.home, to, str(most)],
            cwd=ROOT,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        assert own("backup", to, "--verify").code == 2
        assert own("restore", to, "--home", tmp_path / "new").code == 2
    assert own("backup", backed_up(own, to), "--verify").code == 0
    assert not list(tmp_path.glob("**/.*.partial"))


def test_what_did_not_change_is_kept_once(own: CommandLine, tmp_path: Path) -> None:
    old = 1_000_000_000
    for path in own.home.rglob("*"):
        os.utime(path, (old, old))
    first = backed_up(own, tmp_path / "backups")
    (own.home / UPLOAD / "media").write_bytes(b"a suspecT")
    os.utime(own.home / "settings.toml", (old + 1, old + 1))
    with Workspace.open(own.home).catalog() as catalog:
        catalog.add(details("more"), new_reference(7))
    second = backed_up(own, tmp_path / "backups")
    changed = {
        path.relative_to(second / FILES).as_posix()
        for path in (second / FILES).rglob("*")
        if path.is_file() and path.stat().st_nlink == 1
    }
    media, catalogue = f"{UPLOAD}/media", "catalog/catalog.sqlite"
    assert {media, catalogue} <= changed
    assert len(changed - {media, catalogue, "settings.toml"}) == 2  # the new fingerprints
    assert (second / FILES / media).read_bytes() == b"a suspecT"
    assert (first / FILES / media).read_bytes() == b"a suspect"
    shutil.rmtree(first)
    assert own("backup", tmp_path / "backups", "--verify").code == 0


def test_an_upload_that_a_waiting_job_names_is_in_it(own: CommandLine, tmp_path: Path) -> None:
    coming = own.home / "service" / "uploads" / "u_2"
    coming.mkdir()
    (coming / "media").write_bytes(b"half of")
    made = backed_up(own, tmp_path / "backups")
    assert (made / FILES / UPLOAD / "media").read_bytes() == b"a suspect"
    assert not (made / FILES / "service" / "uploads" / "u_2").exists()
    assert own("restore", made, "--home", tmp_path / "new").code == 0
    with Queue.open(tmp_path / "new" / "service" / "jobs.sqlite") as queue:
        (job,) = queue.unfinished()
        assert (job.state, job.payload) == ("queued", {"upload": "u_1"})


def test_the_queue_is_copied_again_when_a_job_ends_meanwhile(
    own: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the copy of the queue and that of uploads a job ends, and its upload is removed."""
    copied_before = sqlite.copy

    def copy(path: Path, to: Path) -> None:
        copied_before(path, to)
        late = own.home / "service" / "uploads" / "u_3"
        if path.name == "jobs.sqlite" and not to.with_name("once").exists():
            to.with_name("once").touch()
            late.mkdir()
            with Queue.open(path) as queue:
                job = queue.submit("identify", "acme", "kim", {"upload": "u_3"})
                copied_again(path, to)
                late.rmdir()
                queue.cancel(job.id)

    def copied_again(path: Path, to: Path) -> None:
        to.unlink()
        copied_before(path, to)

    monkeypatch.setattr("reference_catalog.sqlite.copy", copy)
    made = backed_up(own, tmp_path / "backups")
    monkeypatch.undo()
    assert own("restore", made, "--home", tmp_path / "new").code == 0
    with Queue.open(tmp_path / "new" / "service" / "jobs.sqlite") as queue:
        assert [job.payload["upload"] for job in queue.unfinished()] == ["u_1"]


def test_nobody_stays_logged_in_and_the_audit_log_says_so(own: CommandLine, tmp_path: Path) -> None:
    file = "service/accounts.sqlite"
    with Accounts.open(own.home / file) as accounts:
        session = accounts.log_in_by_token(accounts.one_time_token("kim@acme.example"))
        unused = accounts.one_time_token("kim@acme.example")
        secret, _ = accounts.issue_key("kim@acme.example", "a program", None, None)
        head = accounts.head()
    made = backed_up(own, tmp_path / "backups")
    assert own("restore", made, "--home", tmp_path / "new").code == 0
    with Accounts.open(tmp_path / "new" / file) as accounts:
        with pytest.raises(NotKnown):
            accounts.principal_of_session(session.token)
        with pytest.raises(NotKnown):
            accounts.log_in_by_token(unused)
        assert accounts.principal_of_key(secret).actor == "kim@acme.example"
        assert accounts.verify_audit(head.sha256) == []
        assert accounts.audit(None, head.entries - 1, 10)[0].act == "sessions.end"
    with Accounts.open(own.home / file) as accounts:
        assert accounts.principal_of_session(session.token)[0].actor == "kim@acme.example"


def test_an_audit_log_that_was_changed_is_said(own: CommandLine, tmp_path: Path) -> None:
    with closing(sqlite3.connect(own.home / "service" / "accounts.sqlite")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE audit SET line = replace(line, 'acme', 'acne') WHERE n = 0")
        database.commit()
    made = backed_up(own, tmp_path / "backups")
    ran = own("restore", made, "--home", tmp_path / "new")
    assert (ran.code, "audit log" in ran.err) == (3, True), ran


def test_secrets_are_in_it_only_if_asked(own: CommandLine, tmp_path: Path) -> None:
    without, made = (
        backed_up(own, tmp_path / name, *more) for name, more in (("a", ()), ("b", ("--secrets",)))
    )
    assert not (without / FILES / "signing-key.pem").exists()
    assert (made / FILES / "signing-key.pem").read_text() == "a secret"
    for path in (made, *made.rglob("*.*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_what_is_amiss_in_the_workspace_is_said(own: CommandLine, tmp_path: Path) -> None:
    gone, hurt, *_ = sorted((own.home / "catalog" / "fingerprints").glob("*/*.npz"))
    gone.unlink()
    hurt.write_bytes(b"")
    ran = own("backup", tmp_path / "backups")
    assert ran.code == 3
    assert f"fingerprint {gone.stem} is missing" in ran.err
    assert f"fingerprint {hurt.stem} is damaged" in ran.err
    ran = own("restore", tmp_path / "backups", "--home", tmp_path / "new")
    assert (ran.code, gone.stem in ran.err, hurt.stem in ran.err) == (3, True, True)


def test_a_capture_that_is_missing_is_said(own: CommandLine, tmp_path: Path) -> None:
    shutil.rmtree(own.home / "cases" / "c")
    backed_up(own, tmp_path / "backups")
    ran = own("restore", tmp_path / "backups", "--home", tmp_path / "new")
    assert (ran.code, f"case c: the capture {CAPTURE} is missing" in ran.err) == (3, True), ran


def test_a_damaged_database_is_not_backed_up(own: CommandLine, tmp_path: Path) -> None:
    path = own.home / "cases" / "casework.db"
    data = bytearray(path.read_bytes())
    data[5000:9000] = bytes(4000)
    path.write_bytes(data)
    ran = own("backup", tmp_path / "backups")
    assert (ran.code, "casework.db" in ran.err) == (2, True), ran
    assert own("restore", tmp_path / "backups", "--home", tmp_path / "new").code == 2


def test_nothing_is_written_over(own: CommandLine, tmp_path: Path) -> None:
    inside_of_it = own("backup", own.home / "backups")
    assert (inside_of_it.code, "inside of the workspace" in inside_of_it.err) == (2, True)
    made = backed_up(own, tmp_path / "one.tar")
    assert own("backup", made).code == 2
    there = own("restore", made, "--home", own.home)
    assert (there.code, "is there already" in there.err) == (2, True)
    (tmp_path / "empty").mkdir()
    assert own("restore", made, "--home", tmp_path / "empty").code == 0


def test_no_backup_names_a_file_outside(own: CommandLine) -> None:
    for name in ("../a", "/etc/passwd", "a/../../b", "", ".", "a//b", "a\0b", "./a"):
        with pytest.raises(ValueError, match="cannot be one of it"):
            checked(name)
    assert checked("a/b..c/.d") == "a/b..c/.d"


def test_with_postgresql_the_dump_and_the_folders_belong_together(
    own: CommandLine, tmp_path: Path, postgresql: Server
) -> None:
    live, again, another = (postgresql.new_database() for _ in range(3))
    assert own("catalog", "move", live, "--blobs", tmp_path / "shared").code == 0
    ran = own("backup", tmp_path / "backups")
    assert (ran.code, "pg_dump" in ran.err) == (2, True)
    dump = tmp_path / "works.dump"
    dump.write_bytes(postgresql.dump(live))
    made = backed_up(own, tmp_path / "backups", "--dump", str(dump))
    ran = own("restore", made, "--home", tmp_path / "new")
    assert (ran.code, "pg_restore" in ran.err) == (2, True)
    postgresql.restore(again, (made / FILES / "postgresql.dump").read_bytes())
    ran = own("restore", made, "--home", tmp_path / "new", "--catalog", again)
    assert ran.code == 0, ran
    new = CommandLine(tmp_path / "new")
    assert new("works", "list", "--json").out == own("works", "list", "--json").out
    assert CommandLine(tmp_path / "other")("init", "--catalog", another).code == 0
    ran = own("restore", made, "--home", tmp_path / "wrong", "--catalog", another)
    assert (ran.code, (tmp_path / "wrong").exists()) == (2, False), ran


def references(home: Path) -> list[Reference]:
    with Workspace.open(home).catalog() as catalog:
        return [one for work in catalog.works() for one in work.references]
