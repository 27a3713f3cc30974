"""How much an organisation may hold: refused before it comes, or while it does, and never passed by
two at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from accounts.roles import ROLES
from reelprint.desk import uploads
from reelprint.service.config import Config
from reelprint.workspace import Workspace
from tests.reelprint.service.running import MANY, PATIENCE_S, Running, running
from tests.reelprint.service.talking import Raw

KIB = 1024
QUOTA = 100 * KIB
CONFIG = Config(
    port=0,
    workers=0,
    requests_a_minute=MANY,
    quota_bytes=QUOTA,
    quotas={"rival": 0, "customs": 10},
    keep_uploads_days=30,
    keep_jobs_days=60,
)


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service in which organisations may hold little."""
    home = Workspace.create(tmp_path_factory.mktemp("bounded") / "home").home
    with running(home, CONFIG) as made:
        for organisation in ("studio", "rival", "police", "customs"):
            made.add(f"all@{organisation}", organisation, *ROLES)
        yield made


@pytest.fixture
def client(bounded: Running) -> Iterator[httpx.Client]:
    """Of a studio that holds nothing."""
    with bounded.client("all@studio") as made:
        yield made
        for one in made.get("/v1/uploads").json()["items"]:
            made.delete(f"/v1/uploads/{one['upload_id']}")


def chunks(size: int) -> Iterator[bytes]:
    """A body of which nobody says how long it is."""
    for _ in range(size // KIB):
        yield bytes(KIB)


def folders(service: Running) -> set[Path]:
    folder = service.desk.files.folder
    return set(folder.iterdir()) if folder.is_dir() else set()


def until_coming(client: httpx.Client, size: int) -> None:
    """Wait until so many bytes are kept free."""
    give_up = time.monotonic() + PATIENCE_S
    while client.get("/v1/usage").json()["coming_bytes"] != size:
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_what_fits_is_taken_and_what_does_not_is_refused(client: httpx.Client) -> None:
    assert client.post("/v1/uploads", content=bytes(60 * KIB)).status_code == 201
    got = client.post("/v1/uploads", content=bytes(40 * KIB + 1))
    assert (got.status_code, got.headers["content-type"]) == (507, "application/problem+json")
    assert "may hold no more" in got.json()["detail"]
    assert client.post("/v1/uploads", content=bytes(40 * KIB)).status_code == 201
    assert client.post("/v1/uploads", content=b"x").status_code == 507
    used = client.get("/v1/usage").json()
    assert used == {
        **{"uploads": 2, "bytes": QUOTA, "coming_bytes": 0, "captured_bytes": 0},
        "quota_bytes": QUOTA,
        **{"keep_uploads_days": 30, "keep_jobs_days": 60},
    }


@pytest.mark.long
def test_it_is_refused_before_it_comes(bounded: Running, client: httpx.Client) -> None:
    before = folders(bounded)
    with Raw(bounded.url) as raw:
        key = {"Authorization": f"Bearer {bounded.keys['all@studio']}"}
        raw.say("POST /v1/uploads HTTP/1.1", **key, Content_Length=str(QUOTA + 1))
        assert raw.status() == 507
    assert folders(bounded) == before


@pytest.mark.long
@pytest.mark.parametrize("step", [16 * KIB, 64 * 2**20])
def test_what_turns_out_too_much_is_refused_while_it_comes(
    step: int, bounded: Running, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "STEP", step)
    before = folders(bounded)
    assert client.post("/v1/uploads", content=chunks(QUOTA + KIB)).status_code == 507
    assert folders(bounded) == before
    assert client.post("/v1/uploads", content=chunks(QUOTA)).status_code == 201
    assert client.post("/v1/uploads", content=chunks(KIB)).status_code == 507


@pytest.mark.long
def test_a_form_is_bounded_too(bounded: Running, client: httpx.Client) -> None:
    before = folders(bounded)
    large = {"file": ("a.mp4", bytes(QUOTA + 1))}
    assert client.post("/v1/uploads", files=large).status_code == 507
    assert folders(bounded) == before
    small = {"file": ("a.mp4", bytes(90 * KIB))}
    assert client.post("/v1/uploads", files=small).status_code == 201


@pytest.mark.long
def test_what_is_deleted_makes_room(client: httpx.Client) -> None:
    made = client.post("/v1/uploads", content=bytes(QUOTA)).json()["upload_id"]
    assert client.post("/v1/uploads", content=b"x").status_code == 507
    assert client.delete(f"/v1/uploads/{made}").status_code == 204
    assert client.post("/v1/uploads", content=b"x").status_code == 201


@pytest.mark.long
def test_what_breaks_off_takes_no_room(bounded: Running, client: httpx.Client) -> None:
    with Raw(bounded.url) as raw:
        key = {"Authorization": f"Bearer {bounded.keys['all@studio']}"}
        raw.say("POST /v1/uploads HTTP/1.1", **key, Content_Length=str(QUOTA))
        raw.send(b"x")
        until_coming(client, QUOTA)
        assert client.post("/v1/uploads", content=b"x").status_code == 507
    until_coming(client, 0)
    assert client.post("/v1/uploads", content=b"x").status_code == 201


def test_two_at_once_do_not_both_slip_under(bounded: Running, client: httpx.Client) -> None:
    said: list[int] = []

    def send() -> None:
        with bounded.client("all@studio") as mine:
            said.append(mine.post("/v1/uploads", content=bytes(60 * KIB)).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == [201, *[507] * 5]


def test_each_organisation_has_its_own(bounded: Running, client: httpx.Client) -> None:
    assert client.post("/v1/uploads", content=bytes(QUOTA)).status_code == 201
    with bounded.client("all@rival") as rival, bounded.client("all@customs") as customs:
        assert rival.post("/v1/uploads", content=bytes(2 * QUOTA)).status_code == 201
        assert rival.get("/v1/usage").json()["quota_bytes"] is None
        assert rival.get("/v1/usage").json()["bytes"] == 2 * QUOTA
        assert customs.post("/v1/uploads", content=bytes(11)).status_code == 507
        assert customs.get("/v1/usage").json()["bytes"] == 0
        assert customs.get("/v1/uploads").json()["items"] == []


@pytest.mark.long
def test_uploads_are_listed_newest_first_and_ones_own(
    bounded: Running, client: httpx.Client
) -> None:
    made = [client.post(f"/v1/uploads?name={n}", content=b"x").json() for n in range(5)]
    first = client.get("/v1/uploads", params={"limit": 3}).json()
    rest = client.get("/v1/uploads", params={"limit": 3, "after": first["next"]}).json()
    assert first["items"] + rest["items"] == made[::-1]
    assert rest["next"] is None
    assert made[0]["kept_until"] > made[0]["at"]
    with bounded.client("all@police") as police:
        theirs = police.post("/v1/uploads", content=b"y").json()["upload_id"]
    for none in (theirs, "u_" + "0" * 32, "x"):
        assert client.get("/v1/uploads", params={"after": none}).status_code == 404


@pytest.mark.long
def test_refusals_are_on_record(bounded: Running, client: httpx.Client) -> None:
    assert client.post("/v1/uploads", content=bytes(QUOTA + 1)).status_code == 507
    last = bounded.desk.accounts.audit_before("studio", None, 20)
    refused = [one for one in last if one.outcome == "refused"]
    assert (refused[0].act, refused[0].facts) == ("uploads.write", {"bytes": QUOTA + 1})
