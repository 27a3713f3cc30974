"""Housekeeping: what is due goes, what is needed stays, and being stopped changes nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from accounts.store import Accounts
from jobs.errors import NoSuchJob
from jobs.queue import Queue
from reelprint.desk import housekeeping
from reelprint.desk.housekeeping import LEFT_S, TOLD_DAYS, AnotherTidies
from reelprint.service.config import Config
from reelprint.service.housekeeper import Housekeeper
from reelprint.working.files import Files, NoSuchResult, NoSuchUpload
from tests.reelprint.desk.house import (
    ANN,
    CASE,
    POLICE,
    SOURCE,
    STUDIO,
    House,
    house,
    in_days,
    opened,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("database_url") if request.param == "postgresql" else None
    with house(tmp_path / "home", url) as made:
        yield made


def lines(home: House, act: str, what: str) -> list[Any]:
    """What the audit log says of one thing, by an act."""
    every = home.desk.accounts.audit(None, limit=10_000)
    return [one for one in every if (one.act, one.what) == (act, what)]


def test_an_old_upload_goes_and_its_answer_stays(home: House) -> None:
    old, theirs = home.upload("old"), home.upload("theirs", STUDIO)
    job = home.ended("identify", upload=old)
    explained = home.ended("explain", upload=old)
    assert home.tidied(29) == []
    assert sorted(home.tidied(31)) == sorted([("upload", old), ("upload", theirs)])
    for gone in (old, theirs):
        with pytest.raises(NoSuchUpload):
            home.desk.files.upload(gone)
    kept = home.desk.queue.get(job.id)
    assert kept == job
    assert kept.result is not None
    assert kept.result["answer"]["query"]["sha256"] == "0" * 64
    assert home.desk.files.result(explained.id, "explanation.json").is_file()
    with pytest.raises(NoSuchResult):
        home.desk.files.result(explained.id, "match-1-1-suspect.jpg")
    (line,) = lines(home, "uploads.write", theirs)
    assert (line.by, line.via, line.organisation, line.outcome) == (None, "service", STUDIO, "done")
    assert (line.facts["removed"], line.facts["bytes"], line.facts["days"]) == (True, 6, 30)
    assert len(line.facts["sha256"]) == 64
    assert home.tidied(31) == []
    assert home.desk.accounts.verify_audit() == []


def test_what_jobs_need_and_what_is_a_works_stays(home: House) -> None:
    running, waiting, reference = home.upload("a"), home.upload("b"), home.registered("c")
    first = home.submitted("identify", upload=running)
    home.begun()
    second = home.submitted("explain", upload=waiting)
    assert home.tidied(1000) == []
    for job in (first, second):
        home.desk.queue.cancel(job.id)
    assert home.tidied(1000) == [("upload", waiting), ("job", second.id)]  # the other one runs
    assert home.desk.queue.gone("tests") == 1
    assert home.tidied(1000) == [("upload", running), ("job", first.id)]
    assert home.desk.files.upload(reference).name == "c.mp4"
    home.desk.catalog.remove("c")
    assert home.tidied(1000) == [("upload", reference)]


def test_old_jobs_go_with_what_they_made(home: House) -> None:
    job, package = home.ended("lint"), home.ended("export", case=CASE)
    key = home.desk.queue.submit("lint", POLICE, ANN, {}, key="again")
    assert home.tidied(59) == []
    assert home.tidied(61) == [("job", job.id), ("job", package.id)]
    for gone in (job, package):
        with pytest.raises(NoSuchJob):
            home.desk.queue.get(gone.id)
    assert home.folders() == set()
    assert home.desk.queue.submit("lint", POLICE, ANN, {}, key="again").id == key.id
    (line,) = lines(home, "jobs.remove", package.id)
    assert (line.by, line.organisation) == (None, POLICE)
    assert (line.facts["kind"], line.facts["case"]) == ("export", CASE)
    assert line.facts["sha256"] == "ef" * 32


@pytest.mark.long
def test_a_suspect_is_not_forgotten_before_its_media(home: House) -> None:
    upload = home.upload("a")
    job = home.ended("identify", upload=upload)
    waiting = home.submitted("explain", upload=upload)
    assert home.tidied(100) == []
    home.desk.queue.cancel(waiting.id)
    gone = [("upload", upload), ("job", job.id), ("job", waiting.id)]
    assert home.tidied(100) == gone


@pytest.mark.long
def test_a_job_whose_sample_has_no_end_stays(home: House) -> None:
    with home.case() as store:
        job, other = (home.ended("sample", case=CASE) for _ in range(2))
        sample = store.begin(CASE, ANN, "videos.example", SOURCE, None, job.id)
        assert home.tidied(100) == [("job", other.id)]
        store.lost(CASE, ANN, sample)
        assert home.tidied(100) == [("job", job.id)]
        assert store.begun_by(CASE, job.id) is not None  # the log still names it
        assert store.verify(CASE) == []


@pytest.mark.long
def test_deliveries_go_after_a_month_whatever_is_set(home: House) -> None:
    home.desk.queue.hooks.add(STUDIO, ANN, "https://hooks.example/", ["*"])
    dug = home.ended("lint", STUDIO)
    (told,) = home.desk.queue.list(STUDIO, "webhook")[0]
    lease = home.desk.queue.take("tests", ["webhook"])
    assert lease is not None
    lease.done({"status": 200})
    assert home.tidied(TOLD_DAYS - 1) == []
    assert home.tidied(TOLD_DAYS + 1) == [("deliveries", STUDIO)]
    assert home.desk.queue.get(dug.id) == dug
    with pytest.raises(NoSuchJob):
        home.desk.queue.get(told.id)
    (line,) = lines(home, "jobs.remove", STUDIO)
    assert (line.facts["deliveries"], line.organisation) == (1, STUDIO)


@pytest.mark.long
def test_unless_days_are_set_nothing_goes(tmp_path: Path) -> None:
    with house(tmp_path / "home") as home:
        home.ended("identify", upload=home.upload("a"))
        object.__setattr__(home.desk, "config", Config())
        assert home.tidied(10_000) == []


@pytest.mark.long
def test_what_is_said_to_be_due_is_what_goes(home: House) -> None:
    home.ended("identify", upload=home.upload("a"))
    home.ended("lint")
    due = list(housekeeping.due(home.desk, in_days(31)))
    assert [one.what for one in due] == ["upload"]
    assert (due[0].bytes, due[0].organisation) == (1, POLICE)
    before = home.folders()
    every = list(housekeeping.due(home.desk, in_days(61)))
    assert home.folders() == before
    assert [(one.what, one.id) for one in every] == home.tidied(61)
    assert [one.what for one in every] == ["upload", "job", "job"]


@pytest.mark.long
def test_what_was_begun_and_left_goes_after_two_days(home: House) -> None:
    begun = home.desk.files.new_upload()
    left = home.desk.workspace.home / "service" / "results" / ".j_x-0123"
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"x")
    assert home.tidied(1) == []
    assert home.folders() == {begun.id, left.name}
    assert home.tidied(LEFT_S / 86400 + 0.1) == []
    assert home.folders() == set()


@pytest.mark.long
def test_what_cannot_be_removed_is_said_and_tried_again(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, fine = sorted(home.upload(one) for one in "ab")
    remove = Files.remove

    def fail(files: Files, upload_id: str) -> None:
        if upload_id == stuck:
            raise PermissionError
        remove(files, upload_id)

    with monkeypatch.context() as patched:
        patched.setattr(Files, "remove", fail)
        assert home.tidied(31) == [("upload", fine)]
    assert [one.outcome for one in lines(home, "uploads.write", stuck)] == ["done", "failed"]
    assert home.tidied(31) == [("upload", stuck)]


class Killed(BaseException):
    """As a process is that is killed."""


STEPS: dict[str, tuple[Any, str]] = {
    "line": (Accounts, "record"),
    "pictures": (Files, "remove_pictures"),
    "upload": (Files, "remove"),
    "bytes": (shutil, "rmtree"),
    "results": (Files, "remove_results"),
    "job": (Queue, "purge"),
}


@pytest.mark.long
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_it_goes_on(
    step: str, after: bool, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, kept = home.upload("old"), home.registered("kept")
    jobs = [home.ended("identify", upload=upload), home.ended("explain", upload=upload)]
    due = {("upload", upload), *(("job", one.id) for one in jobs)}
    for nth in range(4):
        with monkeypatch.context() as patched:
            where, name = STEPS[step]
            patched.setattr(where, name, _killing(getattr(where, name), nth, after))
            with suppress(Killed):
                home.tidied(100)
        _check_whole(home, upload)
    home.tidied(100)
    assert home.tidied(100 + LEFT_S / 86400) == []
    assert home.folders() == {kept}
    assert home.desk.queue.counts() == {}
    for what, name in due:
        act = "uploads.write" if what == "upload" else "jobs.remove"
        assert lines(home, act, name), (what, name)
    assert home.desk.accounts.verify_audit() == []


def _killing(does: Callable[..., Any], nth: int, after: bool) -> Callable[..., Any]:
    """The same, but that the process is killed before or after it is done for the nth time."""
    left = [nth]

    def killing(*args: Any, **named: Any) -> Any:
        if left[0] == 0 and not after:
            raise Killed
        made = does(*args, **named)
        left[0] -= 1
        if left[0] < 0 and after:
            raise Killed
        return made

    return killing


def _check_whole(home: House, upload: str) -> None:
    """An upload is there with its bytes, or is not; of a job that is there all results are, or
    none."""
    with suppress(NoSuchUpload):
        assert home.desk.files.upload(upload).path.read_bytes() == b"old"
    for job_id in (name for name in home.folders() if name.startswith("j_")):
        home.desk.queue.get(job_id)  # nobody's results lie about
        names = set(os.listdir(home.desk.files.result_folder(job_id)))
        assert names >= {"explanation.json", "package.zip"}


@pytest.mark.long
def test_killed_at_random_it_leaves_nothing_half(tmp_path: Path) -> None:
    random = Random(7)
    with house(tmp_path / "home") as home:
        kept = home.registered("kept")
        for n in range(12):
            upload = home.upload(f"old {n}")
            home.ended("identify", upload=upload)
            home.ended("explain", upload=upload)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.reelprint.desk.house", str(tmp_path / "home")]
    for _ in range(3):
        _killed(command, environment, random.randint(1, 5), random.uniform(0, 0.02))
    with opened(tmp_path / "home") as home:
        home.tidied(100)
        assert home.tidied(100 + LEFT_S / 86400) == []
        assert home.folders() == {kept}
        assert home.desk.queue.counts() == {}
        assert home.desk.accounts.verify_audit() == []


def _killed(command: list[str], environment: dict[str, str], gone: int, after_s: float) -> None:
    """Kill housekeeping a moment after so much was gone; nothing is half gone."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    with process.stdout as said:
        assert all(said.readline() for _ in range(gone))
        time.sleep(after_s)
        process.kill()
    assert process.wait() == -signal.SIGKILL
    with opened(Path(command[-1])) as home:
        for upload_id in home.desk.files.upload_ids():
            with suppress(NoSuchUpload):
                assert home.desk.files.upload(upload_id).path.is_file()
        for job_id in (name for name in home.folders() if name.startswith("j_")):
            home.desk.queue.get(job_id)


def test_one_of_two_servers_does_it(home: House) -> None:
    ids = {home.upload(f"old {n}") for n in range(3)}
    with opened(home.desk.workspace.home) as other:
        going = housekeeping.tidy(home.desk, in_days(31))
        first = next(going)
        with pytest.raises(AnotherTidies):
            other.tidied(31)
        assert home.folders() == ids - {first.id}
        going.close()
        assert {name for _, name in other.tidied(31)} == ids - {first.id}
    for one in ids:
        assert len(lines(home, "uploads.write", one)) == 1


def test_who_lost_it_meanwhile_ends(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "LEASE_S", 0.0)
    ids = {home.upload(f"old {n}") for n in range(2)}
    going = housekeeping.tidy(home.desk, in_days(31))
    first = next(going)
    with opened(home.desk.workspace.home) as other:
        others = housekeeping.tidy(other.desk, in_days(31))
        assert {first.id, next(others).id} == ids
        assert list(going) == []
        others.close()


@pytest.mark.long
def test_two_servers_at_once_leave_one_line_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelprint.service.housekeeper.PAUSE_S", 0.0)
    with house(tmp_path / "home") as home, opened(tmp_path / "home") as other:
        ids = [home.upload(f"old {n}") for n in range(30)]
        monkeypatch.setattr("reelprint.service.housekeeper.datetime", later(31))
        with (
            Housekeeper(home.desk, first_s=0.0, every_s=0.01),
            Housekeeper(other.desk, first_s=0.0, every_s=0.01),
        ):
            until_empty(home)
        assert home.folders() == set()
        assert [len(lines(home, "uploads.write", one)) for one in ids] == [1] * 30


def later(days: float) -> type[datetime]:
    """A clock that is so many days ahead."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return in_days(days)

    return Later


def until_empty(home: House) -> None:
    give_up = time.monotonic() + 30
    while home.folders() and time.monotonic() < give_up:
        time.sleep(0.01)


@pytest.mark.long
def test_a_thread_does_it_while_others_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with house(tmp_path / "home") as home:
        home.upload("old")
        monkeypatch.setattr("reelprint.service.housekeeper.datetime", later(31))
        with Housekeeper(home.desk, first_s=0.0, every_s=0.01):
            until_empty(home)
        assert home.folders() == set()
