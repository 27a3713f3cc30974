"""Sources, names and packages of people who mean harm."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from threading import Thread

import pytest

from reelprint.desk import checking
from tests.capture.server import Site, reply
from tests.reelprint.cases.office import Office

pytestmark = pytest.mark.long

ANN, CAP, EXP = "ann@police", "cap@police", "exp@police"


@pytest.mark.parametrize(
    "source",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "ftp://host/a",
        "http://",
        "http://user:secret@host/a.m3u8",
        "http://host:22/a.m3u8",
        "http://host/a\nb",
        "https://h\u202eost/a",
        "settings.toml",
    ],
)
def test_a_source_is_an_address_that_may_be_asked(led: Office, source: str) -> None:
    for path in ("/cases/C-1/samples", "/cases/C-1/sources"):
        actor = CAP if path.endswith("samples") else ANN
        refused = led.ask(actor, "POST", path, json={"source": source, "site": "a.example"})
        assert refused.status_code == 422, refused.text
    assert led.desk.queue.list("police", "sample", "queued")[0] == []


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "[::1]", "0x7f000001"])
def test_private_addresses_are_refused_and_that_is_a_sample(led: Office, host: str) -> None:
    led.allow_private = False
    source = {"source": f"http://{host}:8000/latest/meta-data", "site": "a.example"}
    job = led.did(CAP, "/cases/C-1/samples", source)
    assert job.result is not None
    sample = job.result["sample"]
    assert (sample["outcome"], sample["reason"][:7]) in {("empty", "refused"), ("empty", "failed:")}


def test_a_redirect_inside_is_refused(led: Office, site: Site) -> None:
    site.answers["/r"] = reply(b"", 302, {"Location": "http://169.254.169.254/latest"})
    job = led.did(CAP, "/cases/C-1/samples", {"source": site.url("/r"), "site": "a.example"})
    assert job.result is not None
    assert "169.254.169.254" in job.result["sample"]["reason"]
    assert job.result["sample"]["outcome"] == "empty"


def test_policies_are_named_and_no_file_is_opened(bureau: Office, tmp_path: Path) -> None:
    policy = tmp_path / "mine.toml"
    policy.write_text("name = 'mine'\n")
    for name in (str(policy), "../../etc/passwd", "standard.toml", ""):
        body = {"case_id": "C-1", "authority": "complaint", "policy": name}
        assert bureau.ask(ANN, "POST", "/cases", json=body).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("case_id", "../C-1"),
        ("case_id", "casework.db"),
        ("case_id", "a\u202eb"),
        ("authority", "x\ny"),
        ("authority", "\ud800"),
        ("territory", "K\u0000"),
        ("sampling", "live-9999x99999s-per-hour"),
        ("seed", 2**53),
    ],
)
def test_names_that_are_none_open_no_case(bureau: Office, field: str, value: object) -> None:
    body = {"case_id": "C-1", "authority": "complaint", field: value}
    answer = bureau.ask(
        ANN,
        "POST",
        "/cases",
        content=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422, answer.text
    assert bureau.get(ANN, "/cases")["items"] == []


def test_titles_come_back_as_they_were_and_not_as_markup(bureau: Office, site: Site) -> None:
    evil = "<script>alert(1)</script>'\"&"
    bureau.post(ANN, "/cases", {"case_id": "C-1", "authority": evil}, 201)
    answer = bureau.ask(ANN, "GET", "/cases/C-1")
    assert answer.json()["authority"] == evil
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def bomb() -> bytes:
    """A zip file that would be large."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("dossier.json", bytes(1 << 24))
    return file.getvalue()


@pytest.mark.parametrize("data", [b"", bomb()])
def test_what_is_no_package_does_not_hold(led: Office, data: bytes) -> None:
    said = led.ask(None, "POST", "/verify", content=data)
    assert said.status_code == 200, said.text
    assert (said.json()["verify"], said.json()["checks"][0]["name"]) == ("fail", "archive")
    left = [one.name for one in (led.desk.workspace.home / "service").iterdir()]
    assert not [name for name in left if name.startswith("verify-")]


def test_few_packages_are_checked_at_once(led: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with checking.place_for(led.desk), checking.place_for(led.desk):
        busy = led.ask(None, "POST", "/verify", content=b"PK")
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "60")
    monkeypatch.setattr(checking, "MOST_BYTES", 1000)
    assert led.ask(None, "POST", "/verify", content=bytes(1001)).status_code == 413

    def chunks() -> object:
        yield from (bytes(400) for _ in range(5))

    assert led.ask(None, "POST", "/verify", content=chunks()).status_code == 413
    assert led.ask(None, "POST", "/verify?signer=me", content=b"PK").status_code == 422


def test_a_result_is_not_reached_by_another_name(half: Office) -> None:
    (package,) = half.get(EXP, "/evidence")["items"]
    frames = next(o.id for o in half.desk.queue.list("police")[0] if o.kind == "frames")
    for path in (
        f"/evidence/{frames}",
        f"/evidence/{package['job_id']}%2f..",
        f"/frames/{package['job_id']}/package.zip",
        f"/frames/{frames}/..%2f{package['job_id']}%2fpackage.zip",
        "/evidence/j_" + "0" * 32,
        "/evidence/..%2f..%2fsettings.toml",
    ):
        assert half.ask(EXP, "GET", path).status_code == 404, path


def test_one_case_asked_by_many_at_once(led: Office) -> None:
    """Readers write lines of the log: they take turns, and the chain holds."""
    answers: list[int] = []
    asking = [
        Thread(target=lambda: answers.append(led.ask(ANN, "GET", "/cases/C-1").status_code))
        for _ in range(12)
    ]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert answers == [200] * 12
    assert led.get("aud@police", "/cases/C-1/custody/soundness")["sound"]
