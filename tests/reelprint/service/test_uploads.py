"""Files that come in: whole or not at all, in bounded memory, within bounds of size and pace."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from accounts.roles import ROLES
from reelprint.service import streams
from reelprint.service.config import Config
from reelprint.service.cookies import SESSION
from reelprint.service.problems import Refused
from reelprint.service.streams import WINDOW_S, Pace
from reelprint.workspace import Workspace
from tests.reelprint.service.running import Running, running
from tests.reelprint.service.talking import Raw

MIB = 2**20
MOST = 3 * MIB


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service that takes small files."""
    home = Workspace.create(tmp_path_factory.mktemp("small") / "home").home
    config = Config(port=0, workers=0, max_upload_bytes=MOST, slowest_upload_bytes_s=1000)
    with running(home, config) as made:
        made.add("all@studio", "studio", *ROLES)
        yield made


@pytest.fixture
def client(small: Running) -> Iterator[httpx.Client]:
    with small.client("all@studio") as made:
        yield made


def kept(service: Running) -> list[Path]:
    folder = service.desk.workspace.home / "service" / "uploads"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_what_was_sent_is_what_is_kept(small: Running, client: httpx.Client) -> None:
    data = os.urandom(2 * MIB + 17)
    got = client.post("/v1/uploads", params={"name": "../../etc/\u202egpj.mp4"}, content=data)
    assert got.status_code == 201
    made = small.desk.files.upload(got.json()["upload_id"])
    assert made.path.read_bytes() == data
    assert got.json()["sha256"] == hashlib.sha256(data).hexdigest()
    assert (got.json()["bytes"], got.json()["name"]) == (len(data), "../../etc/\u202egpj.mp4")
    assert made.path.name == "media"
    assert client.get(f"/v1/uploads/{made.id}").json() == got.json()
    assert client.delete(f"/v1/uploads/{made.id}").status_code == 204
    assert client.get(f"/v1/uploads/{made.id}").status_code == 404


def test_a_form_is_the_same(small: Running, client: httpx.Client) -> None:
    data = os.urandom(MIB)
    got = client.post("/v1/uploads", data={"a": "b"}, files={"file": ("clip.mp4", data)})
    assert got.status_code == 201
    assert small.desk.files.upload(got.json()["upload_id"]).path.read_bytes() == data
    assert got.json()["name"] == "clip.mp4"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"--b\r\n", "multipart/form-data; boundary=b", 400),
        (b"", "multipart/form-data; boundary=b", 400),
        (b"x", "multipart/form-data", 400),
        (b"--b--\r\n", "multipart/form-data; boundary=b", 422),
        (
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nabc',
            "multipart/form-data; boundary=b",
            400,
        ),
        (
            b"--b\r\nContent-Disposition: " + b"x" * 20_000 + b"\r\n\r\nabc\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
            400,
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n'
            + b"x" * 100_000
            + b"\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
            413,
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nabc\r\n' * 2
            + b"--b--\r\n",
            "multipart/form-data; boundary=b",
            422,
        ),
    ],
)
def test_a_form_that_is_none_leaves_nothing(
    body: bytes, kind: str, status: int, small: Running, client: httpx.Client
) -> None:
    before = kept(small)
    got = client.post("/v1/uploads", content=body, headers={"Content-Type": kind})
    assert got.status_code == status, got.text
    assert kept(small) == before


def test_a_file_that_is_too_large_is_refused_before_it_comes(
    small: Running, client: httpx.Client
) -> None:
    before = kept(small)
    with Raw(small.url) as raw:
        raw.say("POST /v1/uploads HTTP/1.1", **_said(small, MOST + 1))
        assert raw.status() == 413
    assert kept(small) == before


def test_a_file_that_turns_out_too_large_leaves_nothing(
    small: Running, client: httpx.Client
) -> None:
    before = kept(small)

    def chunks() -> Iterator[bytes]:
        for _ in range(5):
            yield bytes(MIB)

    assert client.post("/v1/uploads", content=chunks()).status_code == 413
    assert kept(small) == before


def test_an_upload_that_breaks_off_leaves_nothing(small: Running) -> None:
    before = kept(small)
    with Raw(small.url) as raw:
        raw.say("POST /v1/uploads HTTP/1.1", **_said(small, MOST))
        raw.send(bytes(MIB))
        give_up = time.monotonic() + 10
        while kept(small) == before and time.monotonic() < give_up:
            time.sleep(0.01)
        assert kept(small) != before
    while kept(small) != before and time.monotonic() < give_up:
        time.sleep(0.01)
    assert kept(small) == before


def test_a_silent_client_is_cut_off(small: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "WINDOW_S", 0.2)
    before = kept(small)
    with Raw(small.url) as raw:
        raw.say("POST /v1/uploads HTTP/1.1", **_said(small, MOST))
        raw.send(b"a little")
        assert raw.status() == 408
    assert kept(small) == before


def test_whoever_may_do_nothing_with_files_sends_none(small: Running) -> None:
    before = kept(small)
    small.add("auditor@studio", "studio", "auditor")
    with small.client("auditor@studio") as client:
        assert client.post("/v1/uploads", content=b"x").status_code == 403
    assert kept(small) == before


def test_pace() -> None:
    now = 0.0
    pace = Pace(1000, lambda: now)
    for _ in range(100):  # a second each, and fast enough
        now += 1.0
        pace.advance(1001)
    now += WINDOW_S
    with pytest.raises(Refused) as refused:
        pace.advance(1000)
    assert refused.value.status == 408


def _said(service: Running, length: int) -> dict[str, str]:
    key = service.keys["all@studio"]
    return {"Authorization": f"Bearer {key}", "Content-Length": str(length)}


@pytest.mark.parametrize("ended", ["revoked", "disabled", "without a role"])
def test_who_may_no_more_when_all_has_come_has_sent_nothing(small: Running, ended: str) -> None:
    """An upload may take hours; what was taken back meanwhile counts."""
    actor = small.add(f"slow.{ended.replace(' ', '.')}@studio", "studio", "holder")
    before = kept(small)
    with Raw(small.url) as raw:
        key = f"Bearer {small.keys[actor]}"
        raw.say("POST /v1/uploads HTTP/1.1", Authorization=key, Content_Length="6")
        raw.send(b"abc")
        waited(lambda: kept(small) != before)
        accounts = small.desk.accounts
        if ended == "revoked":
            (one,) = (k for k in accounts.keys("studio") if k.actor == actor)
            accounts.revoke_key(one.id)
        elif ended == "disabled":
            accounts.disable(actor)
        else:
            accounts.set_roles(actor, ["auditor"])
        raw.send(b"def")
        assert raw.status() == (403 if ended == "without a role" else 401)
    waited(lambda: kept(small) == before)


def test_so_is_it_with_a_session(small: Running) -> None:
    accounts, before = small.desk.accounts, kept(small)
    session = accounts.log_in_by_token(accounts.one_time_token("all@studio"))
    with Raw(small.url) as raw:
        said = {"Cookie": f"{SESSION}={session.token}", "X_CSRF_Token": session.csrf}
        raw.say("POST /v1/uploads HTTP/1.1", Content_Length="6", **said)
        raw.send(b"abc")
        waited(lambda: kept(small) != before)
        accounts.log_out(session.token)
        raw.send(b"def")
        assert raw.status() == 401
    waited(lambda: kept(small) == before)


def waited(until: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not until() and time.monotonic() < give_up:
        time.sleep(0.005)
    assert until()
