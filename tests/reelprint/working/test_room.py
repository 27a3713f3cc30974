"""Room for uploads: who holds what, and that no two get the same bytes."""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from reelprint.working.files import COMING, Files, Incoming, Upload
from reelprint.working.room import LIVE_S, Held, NoRoom, Room

QUOTA = 1000


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def room(files: Files) -> Room:
    return Room(files, no_captures)


def no_captures(_: str) -> int:
    return 0


def come(files: Files, incoming: Incoming, size: int, organisation: str = "police") -> Upload:
    incoming.path.write_bytes(bytes(size))
    return files.keep(incoming, organisation, "ann", "film.mp4", "ab" * 32)


def fits(files: Files, size: int, organisation: str = "police") -> bool:
    """Whether a file of a size could come now, asked by somebody who saw nothing before."""
    incoming = files.new_upload()
    try:
        Room(files, no_captures).keep_free(incoming, organisation, size, QUOTA)
    except NoRoom:
        return False
    finally:
        files.remove(incoming.id)
    return True


def test_nothing_is_held_at_first(room: Room) -> None:
    assert (dict(room.held()), room.uploads()) == ({}, [])


def test_captures_count(files: Files) -> None:
    room = Room(files, {"police": 600, "studio": 0}.__getitem__)
    come(files, files.new_upload(), 300)
    room.keep_free(files.new_upload(), "police", 99, QUOTA)
    assert room.held_by("police") == Held(1, 300, 99, 600)
    room.require("police", QUOTA)
    with pytest.raises(NoRoom, match="900 of 1000 bytes are held"):
        room.keep_free(files.new_upload(), "police", 2, QUOTA)
    room.keep_free(files.new_upload(), "police", 1, QUOTA)
    with pytest.raises(NoRoom, match="1000 of 1000 bytes are held"):
        room.require("police", QUOTA)
    room.require("police", 0)
    room.require("studio", 1)


def test_each_organisation_holds_its_own(files: Files, room: Room) -> None:
    made = [come(files, files.new_upload(), 300), come(files, files.new_upload(), 200)]
    come(files, files.new_upload(), 7, "studio")
    coming = files.new_upload()
    room.keep_free(coming, "police", 100, QUOTA)
    assert room.held() == {"police": Held(2, 500, 100), "studio": Held(1, 7, 0)}
    assert {one.id for one in room.uploads()} > {one.id for one in made}
    files.remove(made[0].id)
    come(files, coming, 60)
    assert room.held()["police"] == Held(2, 260, 0)


def test_the_last_byte_fits_and_no_more(files: Files, room: Room) -> None:
    come(files, files.new_upload(), 300)
    coming = files.new_upload()
    room.keep_free(coming, "police", 700, QUOTA)
    assert not fits(files, 1)
    assert fits(files, QUOTA, "studio")
    with pytest.raises(NoRoom):
        room.keep_free(coming, "police", 701, QUOTA)
    room.keep_free(coming, "police", 699, QUOTA)  # what it had before is not counted twice
    assert (fits(files, 1), fits(files, 2)) == (True, False)
    files.remove(coming.id)
    assert fits(files, 700)


def test_who_was_refused_takes_no_room(files: Files, room: Room) -> None:
    coming = files.new_upload()
    with pytest.raises(NoRoom):
        room.keep_free(coming, "police", QUOTA + 1, QUOTA)
    assert fits(files, QUOTA)


def test_without_a_quota_there_is_always_room(files: Files, room: Room) -> None:
    room.keep_free(files.new_upload(), "police", 10**15, 0)
    assert room.held()["police"].coming == 10**15


def test_room_that_nobody_renews_is_free_again(files: Files, room: Room) -> None:
    coming = files.new_upload()
    room.keep_free(coming, "police", QUOTA, QUOTA)
    note = coming.path.with_name(COMING)
    long_ago = note.stat().st_mtime - LIVE_S - 1
    os.utime(note, (long_ago, long_ago))
    assert fits(files, QUOTA)
    room.renew(coming)
    assert not fits(files, 1)
    files.remove(coming.id)
    with pytest.raises(FileNotFoundError):
        room.renew(coming)


def test_a_note_of_its_coming_is_gone_with_what_came(files: Files, room: Room) -> None:
    coming = files.new_upload()
    room.keep_free(coming, "police", 10, QUOTA)
    made = come(files, coming, 10)
    assert sorted(os.listdir(made.path.parent)) == ["media", "upload.json"]


def test_of_many_threads_one_gets_the_last_room(files: Files, room: Room) -> None:
    got: list[Incoming] = []
    line = threading.Barrier(8)

    def want() -> None:
        incoming = files.new_upload()
        line.wait()
        try:
            room.keep_free(incoming, "police", 600, QUOTA)
        except NoRoom:
            files.remove(incoming.id)
        else:
            got.append(incoming)

    threads = [threading.Thread(target=want) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(got) == 1
    assert room.held()["police"].coming == 600


@pytest.mark.long
def test_of_many_processes_no_two_get_the_last_room(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    line = spawn.Barrier(4)
    processes = [spawn.Process(target=_want, args=(tmp_path, line)) for _ in range(4)]
    for one in processes:
        one.start()
    for one in processes:
        one.join()
    assert [one.exitcode for one in processes] == [0] * 4
    assert all(len(path.read_text()) <= 1 for path in tmp_path.glob("round-*"))
    assert len(list(tmp_path.glob("round-*"))) > 0


def _want(home: Path, line: Barrier) -> None:
    """In rounds, each wants more than half; who gets it says so in the round's file."""
    files = Files(home)
    room = Room(files, no_captures)
    for n in range(40):
        incoming = files.new_upload()
        line.wait()
        try:
            room.keep_free(incoming, "police", 600, QUOTA)
            with (home / f"round-{n}").open("a") as file:
                file.write("x")
        except NoRoom:
            pass
        line.wait()
        files.remove(incoming.id)
        line.wait()
