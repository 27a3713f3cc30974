"""What is put into the cage comes out whole, or not at all, and harms nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from socket import create_server

import numpy as np
import pytest

from media.clip import Unreadable
from media.source import open_regular
from reelprint.cage.caged import Keeper
from reelprint.cage.description import look
from reelprint.cage.keeper import Work
from reelprint.cage.limits import GIB, Limits
from reelprint.cage.parcel import Parcel
from tests.reelprint.cage import jobs

LIMITS = Limits(wall_s=120, processor_s=10, memory_bytes=GIB // 4, output_bytes=GIB // 64)


@pytest.fixture(scope="module")
def keeper() -> Iterator[Keeper]:
    """One keeper for all: what one file does must not show in the next."""
    one = Keeper(f"{jobs.__name__}:prepare")
    yield one
    one.close()


@pytest.fixture(scope="module")
def missing() -> Mapping[str, str]:
    """What this kernel refuses of the cage."""
    return look().missing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "suspect"
    path.write_bytes(b"suspect bytes")
    return path


def run(
    keeper: Keeper, work: Work, media: Path, limits: Limits = LIMITS, **asked: object
) -> Parcel:
    with open_regular(media) as source:
        return keeper.run(work, source, asked, limits)


def test_what_is_asked_goes_in_and_what_is_read_comes_out(keeper: Keeper, file: Path) -> None:
    parcel = run(keeper, jobs.sound, file, times=[1.5, 2])
    data, more = parcel.arrays
    assert bytes(data) == b"suspect bytes"
    assert more.tolist() == [0.0, 1.0, 2.0]
    assert parcel.said["asked"] == {"times": [1.5, 2]}
    assert data.flags.aligned
    assert more.flags.aligned


def test_a_file_finds_nothing_that_another_left(keeper: Keeper, file: Path) -> None:
    assert [run(keeper, jobs.sound, file).said["seen"] for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("work", "limits", "reason"),
    [
        (jobs.crash, LIMITS, r"^the decoder crashed \(SIGSEGV\)$"),
        (jobs.abort, LIMITS, r"^the decoder crashed \(SIGABRT\)$"),
        (jobs.leave, LIMITS, "ended with code 0 and no answer"),
        (jobs.lie, LIMITS, "ended with code 0 and no answer"),
        (jobs.grow, LIMITS, r"^the decoder was stopped: more than 0.25 GiB of memory$"),
        (jobs.spin, Limits(120, 1), r"^the decoder was stopped: more than 1 s of processor time$"),
        (jobs.sleep, Limits(1, 10), r"^the decoder was stopped: more than 1 s$"),
        (jobs.pour, LIMITS, "more than 0.0156 GiB of output$"),
        (jobs.give_up, LIMITS, r"^not media \\x1b\[2J$"),
    ],
)
def test_what_goes_wrong_is_the_outcome_of_that_file(
    keeper: Keeper, file: Path, work: Work, limits: Limits, reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        run(keeper, work, file, limits)
    assert run(keeper, jobs.sound, file).said["seen"] == 1  # the next file is answered


@pytest.mark.parametrize(
    "work", [jobs.write, jobs.look_around, jobs.list_folder, jobs.append, jobs.start]
)
def test_nothing_can_be_opened_or_written(
    keeper: Keeper, file: Path, tmp_path: Path, work: Work
) -> None:
    target = tmp_path if work is jobs.list_folder else tmp_path / "secret"
    (tmp_path / "secret").write_text("nobody's business", encoding="ascii")
    with pytest.raises(Unreadable, match="the decoder failed"):
        run(keeper, work, file, path=str(target))
    assert (tmp_path / "secret").read_text(encoding="ascii") == "nobody's business"
    assert file.read_bytes() == b"suspect bytes"


@pytest.mark.parametrize("work", [jobs.fork, jobs.thread, jobs.execute, jobs.end_parent])
def test_nothing_can_be_started_or_ended(
    keeper: Keeper, file: Path, missing: Mapping[str, str], work: Work
) -> None:
    if "calls" in missing:
        pytest.skip(f"system calls cannot be filtered here: {missing['calls']}")
    with pytest.raises(Unreadable, match="the decoder failed"):
        run(keeper, work, file)


def test_there_is_no_network(keeper: Keeper, file: Path) -> None:
    with create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Unreadable, match="the decoder failed"):
            run(keeper, jobs.connect, file, port=port)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.skipif(os.getuid() != 0, reason="only root may read /etc/shadow outside")
def test_not_even_root_reads_the_passwords(keeper: Keeper, file: Path) -> None:
    assert Path("/etc/shadow").read_text(encoding="utf-8")
    with pytest.raises(Unreadable, match="the decoder failed"):
        run(keeper, jobs.look_around, file, path="/etc/shadow")


def test_a_keeper_that_was_killed_is_the_outcome_of_its_file(file: Path) -> None:
    one = Keeper(f"{jobs.__name__}:prepare")
    one._process.kill()
    one._process.wait()
    with pytest.raises((EOFError, ConnectionError)):
        run(one, jobs.sound, file)
    one.close()


def test_what_is_decoded_leaves_when_nobody_waits_for_it(file: Path) -> None:
    """The keeper is let go of while its file is read: both processes end."""
    one = Keeper(f"{jobs.__name__}:prepare")
    reading, writing = os.pipe()
    with open_regular(file) as source:
        one._ask(jobs.sleep, source.fileno(), {}, LIMITS, writing)
    os.close(writing)
    one.close()
    assert os.read(reading, 1) == b""  # the last process that could write is gone
    os.close(reading)


def test_arrays_are_of_the_two_kinds_there_are(keeper: Keeper, file: Path) -> None:
    data, more = run(keeper, jobs.sound, file).arrays
    assert (data.dtype, more.dtype) == (np.dtype(np.uint8), np.dtype(np.float64))
