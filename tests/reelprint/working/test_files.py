"""Files of a service: nothing that a client says is part of a path."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from reelprint.working.files import FOLDER, Files, NoSuchResult, NoSuchUpload, Upload

JOB = "j_" + "0" * 32


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def kept(files: Files, name: str = "film.mp4") -> Upload:
    incoming = files.new_upload()
    incoming.path.write_bytes(b"media")
    return files.keep(incoming, "police", "ann", name, "ab" * 32)


def test_an_upload_is_there_once_it_is_kept(files: Files) -> None:
    incoming = files.new_upload()
    incoming.path.write_bytes(b"media")
    with pytest.raises(NoSuchUpload):
        files.upload(incoming.id)
    made = files.keep(incoming, "police", "ann", "film.mp4", "ab" * 32)
    assert files.upload(made.id) == made
    assert (made.bytes, made.path.read_bytes()) == (5, b"media")
    assert files.upload_at(made.path) == made
    files.remove(made.id)
    files.remove(made.id)
    assert not made.path.parent.exists()
    assert files.upload_at(made.path) is None
    with pytest.raises(NoSuchUpload):
        files.upload(made.id)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\x00b", "\udcff\u202e.mp4", "x" * 5000, "", "<script>"]
)
def test_names_of_files_are_kept_and_never_used(files: Files, tmp_path: Path, name: str) -> None:
    made = kept(files, name)
    assert files.upload(made.id).name == name[:400]
    there = [path.name for path in (tmp_path / FOLDER).rglob("*") if path.is_file()]
    assert sorted(there) == ["media", "upload.json"]


@pytest.mark.parametrize(
    "said",
    [
        *("", "..", "../results", "/etc", "u_", "u_\x00"),
        *("u_" + "g" * 32, "U_" + "0" * 32, "u_" + "0" * 32, "u_" + "0" * 31),
        *("u_" + "0" * 32 + "/../x", "u_" + "0" * 32 + "\n"),
    ],
)
def test_no_other_id_leads_anywhere(files: Files, said: str) -> None:
    kept(files)
    with pytest.raises(NoSuchUpload):
        files.upload(said)
    for name in ("..", "../uploads", "/etc/passwd", "", ".", "\x00", "a/b"):
        with pytest.raises(NoSuchResult):
            files.result(JOB, name)
        with pytest.raises(NoSuchResult):
            files.result(said, name)


def test_only_uploads_are_found_by_their_path(files: Files, tmp_path: Path) -> None:
    made = kept(files)
    (made.path.parent / "other").write_bytes(b"")
    for path in (made.path.parent / "other", tmp_path / "media", Path("upload:film.mp4")):
        assert files.upload_at(path) is None


def test_results_are_there_whole_or_not_at_all(files: Files) -> None:
    with files.making(JOB) as folder:
        (folder / "a.txt").write_text("first")
        with pytest.raises(NoSuchResult):
            files.result(JOB, "a.txt")
    assert files.result(JOB, "a.txt").read_text() == "first"

    def fail() -> None:
        with files.making(JOB) as folder:
            (folder / "a.txt").write_text("second")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert files.result(JOB, "a.txt").read_text() == "first"
    with files.making(JOB) as folder:
        (folder / "b.txt").write_text("second")
    assert os.listdir(files.result_folder(JOB)) == ["b.txt"]
    assert len(os.listdir(files.result_folder(JOB).parent)) == 1
    files.remove_results(JOB)
    files.remove_results(JOB)
    with pytest.raises(NoSuchResult):
        files.result(JOB, "b.txt")


def test_what_never_came_in_whole_is_found_after_a_while(files: Files) -> None:
    assert files.unfinished(time.time()) == []
    kept(files)
    begun = files.new_upload()
    begun.path.write_bytes(b"the beginning")
    assert files.unfinished(time.time() - 3600) == []
    assert files.unfinished(time.time() + 1) == [begun.id]
    os.utime(begun.path.parent, (0, 0))  # as of a file that takes days
    assert files.unfinished(time.time() - 3600) == []
    os.utime(begun.path, (0, 0))
    assert files.unfinished(time.time() - 3600) == [begun.id]


def test_pictures_go_and_numbers_stay(files: Files) -> None:
    files.remove_pictures(JOB)
    with files.making(JOB) as folder:
        for name in ("match-1-1-suspect.jpg", "explanation.html", "explanation.json"):
            (folder / name).write_bytes(b"x")
    files.remove_pictures(JOB)
    assert os.listdir(files.result_folder(JOB)) == ["explanation.json"]


def test_results_that_were_being_removed_are_gone(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    with files.making(JOB) as folder:
        (folder / "a.txt").write_text("first")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            files.remove_results(JOB)
    with pytest.raises(NoSuchResult):
        files.result(JOB, "a.txt")
    assert files.leftovers(time.time() - 3600) == []
    (left,) = files.leftovers(time.time() + 1)
    assert left.name.startswith(f".{JOB}-")


def test_what_is_kept_is_nobody_elses(files: Files) -> None:
    made = kept(files)
    with files.making(JOB):
        pass
    for folder in (made.path.parent, files.result_folder(JOB)):
        assert folder.stat().st_mode & 0o077 == 0
