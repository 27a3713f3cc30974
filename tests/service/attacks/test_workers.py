"""Files and addresses that mean harm to whoever works on them: real workers, the real cage."""

from __future__ import annotations

import gzip
import io
import random
import socket
import struct
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from capture.clock import SystemClock
from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from capture.posting import NotPosted, post
from jobs.job import Job
from reelprint.working.crew import Crew
from tests.media.build import film
from tests.service.attacks.world import ALL, POLICE, World

pytestmark = pytest.mark.long

PATIENCE_S = 120.0
MIB = 1 << 20
ENDED = {"done", "failed", "cancelled"}


@pytest.fixture(scope="module")
def manned(attacked: World) -> Iterator[World]:
    """A world with workers."""
    with Crew(attacked.home, 1):
        yield attacked


class Trap:
    """A server inside that nobody from outside may be led to."""

    def __init__(self) -> None:
        self.caught = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                one, _ = self._socket.accept()
                self.caught += 1
                one.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.close()


def ended(world: World, jobs: list[str]) -> dict[str, Job]:
    """What became of jobs."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        found = {one: world.desk.queue.get(one) for one in jobs}
        if all(one.has_ended for one in found.values()):
            return found
        time.sleep(0.1)
    raise TimeoutError([one.state for one in found.values()])


def malformed(folder: Path) -> dict[str, bytes]:
    """Files of many kinds, none of which is what it says."""
    whole = film(folder / "whole.mp4").read_bytes()
    chance = random.Random(7)
    flipped = bytearray(whole)
    for _ in range(200):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../etc/passwd", bytes(20 * MIB))
    sound = struct.pack("<IHHIIHH", 16, 1, 65535, 1, 1, 1, 8)
    wide = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return {
        "empty": b"",
        "one byte": b"\x00",
        "text": b"not a film at all\n" * 100,
        "page": b"<html><script>alert(1)</script>",
        "drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
        "playlist of files": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "playlist of addresses": b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/\n#EXT-X-ENDLIST\n",
        "list": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "manifest": b'<!DOCTYPE a [<!ENTITY b SYSTEM "/etc/passwd">]><MPD>&b;</MPD>',
        "half": whole[: len(whole) // 2],
        "flipped": bytes(flipped),
        "wrong boxes": struct.pack(">I4s", 0xFFFFFFFF, b"ftyp") + whole[8:],
        "endless box": struct.pack(">I4sQ", 1, b"moov", 2**63) + bytes(100),
        "wide picture": b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 13, b"IHDR") + wide + bytes(64),
        "endless sound": b"RIFF\xff\xff\xff\xffWAVEfmt " + sound,
        "archive": zipped.getvalue(),
        "pressed": gzip.compress(bytes(50 * MIB)),
        "chance": chance.randbytes(100_000),
        "matroska of chance": b"\x1aE\xdf\xa3" + chance.randbytes(100_000),
        "ogg of chance": b"OggS" + chance.randbytes(100_000),
        "transport of chance": b"".join(b"G" + chance.randbytes(187) for _ in range(500)),
    }


QUICK = {"empty", "page", "drawing", "list", "flipped", "endless box", "wide picture", "chance"}


def test_no_file_harms_a_worker_or_says_where_it_lay(manned: World, tmp_path: Path) -> None:
    do_no_harm(manned, {k: v for k, v in malformed(tmp_path).items() if k in QUICK})


@pytest.mark.long
def test_nor_do_others(manned: World, tmp_path: Path) -> None:
    do_no_harm(manned, {k: v for k, v in malformed(tmp_path).items() if k not in QUICK})


def do_no_harm(manned: World, files: Mapping[str, bytes]) -> None:
    """Each has an answer that names nothing, from a worker that lives on."""
    jobs = {}
    for name, data in files.items():
        upload = manned.upload(data, f"{name}.mp4")
        said = manned.ask("POST", "/v1/suspects", json={"upload_id": upload})
        jobs[said.json()["id"]] = name
    for job_id, job in ended(manned, list(jobs)).items():
        assert job.attempts == 1, (jobs[job_id], job)
        said = manned.ask("GET", f"/v1/suspects/{job_id}/answer")
        text = manned.ask("GET", f"/v1/jobs/{job_id}").text + said.text
        assert str(manned.home) not in text, jobs[job_id]
        assert "/etc/passwd" not in text.replace("../../../etc/passwd", ""), jobs[job_id]
        assert "root:" not in text
        assert job.state == "done", (jobs[job_id], job.problem)
        assert said.json()["status"] in {"unreadable", "no_match", "too_short"}, jobs[job_id]
        assert said.json()["matches"] == []


def test_a_film_that_is_sound_is_read_after_all_these(manned: World, tmp_path: Path) -> None:
    upload = manned.upload(film(tmp_path / "film.mp4").read_bytes(), "film.mp4")
    job = manned.ask("POST", "/v1/suspects", json={"upload_id": upload}).json()["id"]
    assert ended(manned, [job])[job].state == "done"
    said = manned.ask("GET", f"/v1/suspects/{job}/answer").json()
    assert said["status"] in {"no_match", "too_short"}


def test_what_is_no_package_is_refused(manned: World) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("package.json", b"0" * (64 * MIB))
    climbing = io.BytesIO()
    with zipfile.ZipFile(climbing, "w") as archive:
        archive.writestr("../../evil", b"x")
        archive.writestr("package.json", b"[" * 100_000)
    some = [b"", b"PK\x03\x04", bomb.getvalue(), climbing.getvalue(), gzip.compress(bytes(MIB))]
    jobs = []
    for data in some:
        upload = manned.upload(data, "studio.fpk")
        said = manned.ask("POST", "/v1/packages", json={"upload_id": upload})
        jobs.append(said.json()["id"])
    for job in ended(manned, jobs).values():
        text = manned.ask("GET", f"/v1/jobs/{job.id}").text
        assert job.attempts == 1, text
        assert job.state == "failed" or '"outcome":"failed"' in text, text
        assert str(manned.home) not in text
    assert not list(manned.home.parent.rglob("evil"))


INSIDE = [
    *("http://127.0.0.1:{}/", "http://localhost:{}/", "http://[::1]:{}/", "http://127.1:{}/"),
    *("http://[::ffff:127.0.0.1]:{}/", "http://2130706433:{}/", "http://0x7f000001:{}/"),
    *("http://0177.0.0.1:{}/", "http://0:{}/", "http://0.0.0.0:{}/", "http://[::]:{}/"),
    *("http://user:pass@127.0.0.1:{}/", "http://LOCALHOST:{}/"),
    *("http://[0:0:0:0:0:ffff:7f00:1]:{}/", "http://[64:ff9b::7f00:1]:{}/", "http://10.0.0.1/"),
    *("http://169.254.169.254/latest/meta-data/", "http://[fe80::1]:{}/", "https://127.0.0.1:{}/"),
]
NO_ADDRESS = [
    *("file:///etc/passwd", "gopher://127.0.0.1:{}/x", "ftp://127.0.0.1:{}/", "//127.0.0.1:{}"),
    "http://\uff11\uff12\uff17.0.0.1:{}/",
]
AT_ONCE = 10  # webhooks: an organisation has a bounded number


def test_no_webhook_asks_inside(manned: World, trap: Trap) -> None:
    for first in range(0, len(INSIDE), AT_ONCE):
        some = [one.format(trap.port) for one in INSIDE[first : first + AT_ONCE]]
        hooks = [manned.ask("POST", "/v1/webhooks", json={"url": one}).json()["id"] for one in some]
        jobs = [manned.ask("POST", f"/v1/webhooks/{one}/test").json()["id"] for one in hooks]
        for url, job in zip(some, ended(manned, jobs).values(), strict=True):
            assert (job.state, job.attempts) == ("failed", 1), (url, job)
            assert "127.0.0.1" not in str(job.problem)
        for one in hooks:
            assert manned.ask("DELETE", f"/v1/webhooks/{one}").status_code == 204
    for url in NO_ADDRESS:
        said = manned.ask("POST", "/v1/webhooks", json={"url": url.format(trap.port)})
        assert said.status_code == 422, url
    assert trap.caught == 0


def test_no_capture_asks_inside(manned: World, trap: Trap) -> None:
    actor = f"{ALL}@{POLICE}.example"
    case_id = manned.things[POLICE].ids["case_id"]
    jobs = []
    for url in [*INSIDE[:10], *NO_ADDRESS]:
        body = {"source": url.format(trap.port), "site": "evil.example", "duration_s": 1}
        said = manned.ask("POST", f"/v1/cases/{case_id}/samples", actor, json=body)
        assert said.status_code in {202, 422}, (url, said.text)
        if said.status_code == 202:
            jobs.append(said.json()["id"])
    assert jobs
    for job in ended(manned, jobs).values():
        assert job.state in ENDED
    samples = manned.ask("GET", f"/v1/cases/{case_id}/samples", actor).json()
    assert {one["outcome"] for one in samples} <= {"empty", None}
    assert trap.caught == 0


def test_a_name_that_leads_inside_is_refused(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with a good address and a bad one, or with another address each time."""
    answers = iter([["93.184.216.34", "127.0.0.1"], ["127.0.0.1"], ["::ffff:127.0.0.1"]])

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, 1, 6, "", (one, port)) for one in next(answers, ["127.0.0.1"])]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    network = Network(Policy(), Limits(), SystemClock())
    for _ in range(3):
        with pytest.raises(NotPosted):
            post(f"http://evil.example:{trap.port}/", b"{}", (), network, within_s=2)
    assert trap.caught == 0
