"""Errors are problems, and say nothing that is nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import httpx
import pytest

from accounts.roles import ROLES
from reelprint.service.headers import STRICT
from reelprint.service.limits import MOST_BODY, MOST_DEPTH, Buckets, depth
from reelprint.service.problems import MEDIA_TYPE, Refused
from tests.reelprint.service.running import PATIENCE_S, UNHURRIED, Running, running
from tests.reelprint.service.talking import Raw


@pytest.fixture(scope="module")
def client(service: Running) -> Iterator[httpx.Client]:
    service.add("all@police", "police", *ROLES)
    with service.client("all@police") as made:
        yield made


NESTED = b'{"title": ' + b"[" * MOST_DEPTH + b"]" * MOST_DEPTH + b"}"


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/v1/nothing", None, 404),
        ("GET", "/v1/works/none", None, 404),
        ("PATCH", "/v1/me", None, 405),
        ("GET", "/v1/works?limit=0", None, 422),
        ("GET", "/v1/works?limit=many", None, 422),
        ("GET", "/v1/jobs?after=j_x", None, 404),
        ("GET", "/v1/jobs?state=lost", None, 422),
        ("PUT", "/v1/works/x", b"", 422),
        ("PUT", "/v1/works/x", b"{", 422),
        ("PUT", "/v1/works/x", b"[]", 422),
        ("PUT", "/v1/works/x", b'{"title": "X", "more": 1}', 422),
        ("PUT", "/v1/works/x", b'{"title": "\\ud800"}', 422),
        ("PUT", "/v1/works/x", b'{"title": "a\\u0000b"}', 422),
        ("PUT", "/v1/works/x", b'{"title": "X", "kind": "poem"}', 422),
        ("PUT", "/v1/works/%00", b'{"title": "X"}', 422),
        ("PUT", "/v1/works/%ff", b'{"title": "X"}', 201),  # the sign for what is no character
        ("PUT", "/v1/works/..", b'{"title": "X"}', 404),  # clients make of it what lies above
        ("PUT", "/v1/works/%2e%2e", b'{"title": "X"}', 422),
        ("PUT", "/v1/works/" + "x" * 300, b'{"title": "X"}', 422),
        ("PUT", "/v1/works/x", NESTED, 422),
        ("PUT", "/v1/works/x", b"x" * (MOST_BODY + 1), 413),
        (
            "PUT",
            "/v1/works/x",
            b'{"title": "X", "identifiers": [{"scheme": "isan", "value": "1"}]}',
            422,
        ),
        ("PUT", "/v1/works/none/licences", b'{"licences": [{"distributor": "vod.example"}]}', 404),
        ("POST", "/v1/suspects", b'{"upload_id": "../../etc/passwd"}', 404),
        ("POST", "/v1/suspects", b'{"upload_id": "u_' + b"0" * 32 + b'"}', 404),
        ("GET", "/v1/jobs/..%2f..%2fetc%2fpasswd", None, 404),
        ("GET", "/v1/explanations/j_" + "0" * 32 + "/..", None, 404),
        ("POST", "/v1/webhooks", b'{"url": "file:///etc/passwd"}', 422),
        ("POST", "/v1/webhooks", b'{"url": "https://a.example/", "events": ["A B"]}', 422),
        ("POST", "/v1/keys", b'{"label": "x", "expires_at": "tomorrow"}', 422),
        ("POST", "/v1/keys", b'{"label": "x", "roles": []}', 422),
        ("POST", "/v1/organisations", b'{"id": "police", "name": "P"}', 409),
    ],
)
def test_errors_are_problems(
    method: str, path: str, content: bytes | None, status: int, client: httpx.Client
) -> None:
    headers = {"Content-Type": "application/json"} if content is not None else {}
    got = client.request(method, path, content=content, headers=headers)
    assert got.status_code == status, got.text
    if status >= 400:
        assert got.headers["content-type"] == MEDIA_TYPE
        said = got.json()
        assert said["status"] == status
        assert said["type"] == f"urn:reelprint:problem:{status}"
        assert said["title"]
    assert not [
        word for word in ("Traceback", "/tmp", "/site-packages", "sqlite") if word in got.text
    ]


def test_what_was_said_is_not_said_again(client: httpx.Client) -> None:
    got = client.put("/v1/works/x", json={"title": ["<script>"]})
    assert got.json()["errors"] == [
        {"pointer": "body/title", "detail": "Input should be a valid string"}
    ]


def test_an_error_of_ours_says_nothing(
    service: Running, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("/etc/passwd")

    monkeypatch.setattr("reelprint.desk.works.works", broken)
    with service.client("all@police") as own:  # the server hangs up after such an error
        got = own.get("/v1/works")
    assert (got.status_code, got.headers["content-type"]) == (500, MEDIA_TYPE)
    assert "passwd" not in got.text
    assert got.headers["content-security-policy"]


def test_a_database_that_is_gone_is_said_without_its_place(
    service: Running, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OSError("/srv/secret/catalogue.db cannot be used now")

    monkeypatch.setattr("reelprint.desk.works.works", gone)
    got = client.get("/v1/works")
    assert (got.status_code, got.headers["content-type"]) == (503, MEDIA_TYPE)
    assert "secret" not in got.text


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/me", "/v1/nothing", "/nothing", "/v1/openapi.json"]
)
def test_every_response_is_strict(path: str, client: httpx.Client) -> None:
    got = client.get(path)
    assert {name: got.headers[name] for name in STRICT} == dict(STRICT)
    assert got.headers["cache-control"] == "no-store"
    assert "server" not in got.headers
    policy = dict(one.split(" ", 1) for one in STRICT["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert not [value for value in policy.values() if "unsafe" in value or "*" in value]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "a b", "[::1"]
)
def test_another_host_is_not_answered(host: str, service: Running) -> None:
    with Raw(service.url) as raw:
        raw.say("GET /healthz HTTP/1.1", Host=host)
        assert raw.status() in (400, 421)


def test_two_hosts_are_none(service: Running) -> None:
    with Raw(service.url) as raw:
        raw.send(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n")
        assert raw.status() in (400, 421)


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 30, "+5"])
def test_a_length_that_is_none(length: str, service: Running) -> None:
    with Raw(service.url) as raw:
        raw.say("PUT /v1/works/x HTTP/1.1", Content_Length=length)
        assert raw.status() in (400, 413)


def test_a_large_body_is_refused_before_it_comes(service: Running) -> None:
    with Raw(service.url) as raw:
        raw.say("PUT /v1/works/x HTTP/1.1", Content_Length=str(MOST_BODY + 1))
        assert raw.status() == 413


def test_large_headers_are_refused(service: Running) -> None:
    with Raw(service.url) as raw:
        raw.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100_000)
        assert raw.status() in (0, 400, 431)


def test_a_slow_body_is_cut_off(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reelprint.service.limits.BODY_S", 0.1)
    with Raw(service.url) as raw:
        raw.say("PUT /v1/works/x HTTP/1.1", Content_Length="100")
        assert raw.status() == 408


def test_slow_headers_are_cut_off(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reelprint.service.server.HEADERS_S", 0.1)
    for begun in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "):
        with Raw(service.url) as raw:
            raw.send(begun)
            assert raw.hear() == b""
        with Raw(service.url) as raw:
            raw.say("GET /healthz HTTP/1.1")
            assert raw.status() == 200
            raw.send(begun or b"G")
            raw.hear()


def test_an_answer_that_takes_too_long_is_not_waited_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()
    monkeypatch.setattr("reelprint.desk.works.works", lambda *_: go_on.wait(PATIENCE_S))
    with running(home, replace(UNHURRIED, request_timeout_s=0.1)) as made:
        made.add("kim", "police", "analyst")
        with made.client("kim") as client:
            got = client.get("/v1/works")
        assert (got.status_code, got.headers["content-type"]) == (504, MEDIA_TYPE)
        go_on.set()


def test_buckets() -> None:
    now = 0.0
    buckets = Buckets(60, lambda: now)
    for _ in range(60):
        buckets.take("kim")
    with pytest.raises(Refused) as refused:
        buckets.take("kim")
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "1"})
    buckets.take("lee")
    now = 1.0
    buckets.take("kim")
    with pytest.raises(Refused):
        buckets.take("kim")


def test_buckets_forget_who_asked_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reelprint.service.limits.CALLERS", 3)
    buckets = Buckets(1, lambda: 0.0)
    for caller in "abcd":
        buckets.take(caller)
    buckets.take("a")
    with pytest.raises(Refused):
        buckets.take("d")


@pytest.mark.parametrize(
    ("text", "deep"),
    [(b"", 0), (b'"[[["', 0), (b'{"a": [[]]}', 3), (b'"\\\\" [', 1), (b'"\\"[" [{', 2)],
)
def test_depth(text: bytes, deep: int) -> None:
    assert depth(text) == deep
