"""Bodies that are too large, too deep, not what they say, or names that mean to be paths."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path

import pytest

from tests.service.attacks.world import ALL, OURS, World

pytestmark = pytest.mark.long

JSON = {"Content-Type": "application/json"}
RAW = {"Content-Type": "application/octet-stream"}
MIB = 1 << 20
NAMES = [
    *("../../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "C:\\a.mp4", ".", "..", "", " "),
    *("a\x00.mp4", "a\r\nSet-Cookie: x=1", "a\nX: y", 'a"; filename="b', "con", "~", "|id", "`id`"),
    *(
        "<script>alert(1)</script>.mp4",
        "\u202egpj.exe",
        "a" * 400,
        "\ud7ff\U0001f600.mp4",
        "%2e%2e%2f",
    ),
]


@pytest.mark.parametrize(
    "body",
    [
        b"{" + b" " * MIB + b"}",
        b'{"upload_id": "' + b"a" * (2 * MIB) + b'"}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"[" * 33 + b"]" * 33,
        b"\xff\xfe{}",
        b'{"upload_id": "\xed\xa0\x80"}',
        b'{"upload_id": 1e999}',
        b'{"upload_id": ' + b"9" * 5000 + b"}",
        b'{"fast": NaN, "upload_id": "u"}',
        b"null",
        b"",
        b"\x00",
        b'{"upload_id": "x", "upload_id": "y", "extra": 1}',
    ],
    ids=lambda one: f"{one[:12]!r}{len(one)}",
)
def test_json_that_is_none_is_refused_with_a_problem(attacked: World, body: bytes) -> None:
    said = attacked.ask("POST", "/v1/suspects", content=body, headers=JSON)
    assert said.status_code in {400, 413, 422}
    assert said.headers["content-type"] == "application/problem+json"
    assert len(said.content) < 10_000  # what was said is not said again


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_compressed_body_is_not_unpacked(attacked: World, coding: str) -> None:
    plain = json.dumps({"upload_id": "u_" + "0" * 32}).encode().ljust(50 * MIB)
    data = gzip.compress(plain) if coding == "gzip" else zlib.compress(plain)
    assert len(data) < MIB
    headers = {**JSON, "Content-Encoding": coding}
    said = attacked.ask("POST", "/v1/suspects", content=data, headers=headers)
    assert said.status_code in {400, 415, 422}


def test_a_compressed_upload_is_kept_as_it_came(attacked: World) -> None:
    data = gzip.compress(bytes(20 * MIB))
    headers = {**RAW, "Content-Encoding": "gzip"}
    said = attacked.ask("POST", "/v1/uploads", content=data, headers=headers)
    assert said.status_code in {201, 415}
    if said.status_code == 201:
        assert said.json()["bytes"] == len(data)


def test_a_body_that_says_it_is_longer_than_allowed_is_not_read(attacked: World) -> None:
    headers = {**RAW, "Content-Length": str(10**15)}
    assert attacked.ask("POST", "/v1/uploads", content=b"x", headers=headers).status_code == 413
    headers = {**JSON, "Content-Length": str(2 * MIB)}
    assert attacked.ask("POST", "/v1/suspects", content=b"x", headers=headers).status_code == 413


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_files_name_is_text_and_never_a_path(attacked: World, name: str) -> None:
    before = everything(attacked.home)
    said = attacked.ask("POST", "/v1/uploads", params={"name": name}, content=b"x", headers=RAW)
    assert said.status_code in {201, 422}, said.text
    if said.status_code == 201:
        made = {
            one.relative_to(attacked.home).parts[:2] for one in everything(attacked.home) - before
        }
        assert made <= {("service", "uploads")}
        found = attacked.ask("GET", f"/v1/uploads/{said.json()['upload_id']}")
        assert found.headers.get("set-cookie") is None
        assert found.headers["content-type"] == "application/json"


def test_a_forms_file_name_is_text_too(attacked: World) -> None:
    before = everything(attacked.home)
    for name in ("../../x", "a\\..\\b", 'q"uote'):
        said = attacked.ask("POST", "/v1/uploads", files={"file": (name, b"x", "text/html")})
        assert said.status_code == 201, said.text
    made = {one.relative_to(attacked.home).parts[:2] for one in everything(attacked.home) - before}
    assert made <= {("service", "uploads")}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nno name\r\n--x--\r\n',
        b"--x\r\n" + b"A: b\r\n" * 10_000,
        b"--x\r\nA: " + b"b" * 100_000,
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a" * 100_000 + b"\r\n--x--",
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 50) + b"--x--",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nunfinished',
    ],
    ids=lambda one: f"{len(one)}",
)
def test_forms_that_are_none_are_refused_and_leave_nothing(attacked: World, body: bytes) -> None:
    before = everything(attacked.home)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    said = attacked.ask("POST", "/v1/uploads", content=body, headers=headers)
    assert said.status_code in {400, 413, 422}, said.text
    left = {one for one in everything(attacked.home) - before if "uploads" in one.parts}
    assert not left


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../settings.toml",
        "/static/%2e%2e/%2e%2e/settings.toml",
        "/static/..%2f..%2fsettings.toml",
        "/static/%252e%252e/settings.toml",
        "/static//etc/passwd",
        "/static/..\\..\\settings.toml",
        "/v1/works/..%2f..%2fsettings.toml",
        "/v1/uploads/..%2f..%2f..%2fsettings.toml",
        "/v1/uploads/u_%2e%2e",
        "/v1/explanations/{job_id}/..%2f..%2f..%2fsettings.toml",
        "/v1/explanations/{job_id}/%2fetc%2fpasswd",
        "/v1/explanations/..%2f../upload.json",
        "/v1/frames/{job_id}/..%2fresult.json",
        "/v1/frames/..%2f../x",
        "/v1/evidence/..%2f..%2f",
        "/v1/cases/..%2f..%2fcatalog",
        "/v1/cases/%2e%2e/captures",
    ],
)
def test_no_path_leads_out(attacked: World, path: str) -> None:
    to = path.replace("{job_id}", attacked.things[OURS].ids["job_id"])
    for actor in (f"{ALL}@{OURS}.example", f"{ALL}@police.example"):
        said = attacked.ask("GET", to, actor)
        assert said.status_code in {400, 403, 404, 422}, (path, said.status_code)
        assert b"max_e_value" not in said.content
        assert b"root:" not in said.content


def test_ids_of_cases_and_works_make_no_paths(attacked: World) -> None:
    before = everything(attacked.home)
    police = f"{ALL}@police.example"
    for name in ("../../x", "a/../b", "..", "/tmp/x", "a\x00b", "a b", "CON", "a" * 65, "\u202ex"):
        body = {"case_id": name, "authority": "x"}
        said = attacked.ask("POST", "/v1/cases", police, json=body)
        assert said.status_code in {201, 422}, (name, said.text)
        said = attacked.ask("PUT", "/v1/works/x", json={"title": name, "owner": name})
        assert said.status_code in {200, 201, 422}, (name, said.text)
    made = everything(attacked.home) - before
    assert {one.relative_to(attacked.home).parts[0] for one in made} <= {
        "cases",
        "service",
        "catalog",
    }


def everything(home: Path) -> set[Path]:
    """All files below and beside a workspace."""
    return {one for one in home.parent.rglob("*") if one.is_file()}
