"""The service behind nginx and Caddy, each with the file that deploy/ has for it."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from shutil import which
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from reelprint.service import problems
from reelprint.service.server import KEEP_ALIVE_S
from tests.deploy.front import (
    ANONYMOUS,
    MIB,
    MOST_UPLOAD,
    Front,
    front,
    heard,
    kept_bytes,
    peak_kib,
    until,
)
from tests.deploy.proxies import CADDY, DEPLOY, NGINX

pytestmark = pytest.mark.long

LARGE, MEDIUM = 200 * MIB, 64 * MIB
LITTLE_KIB = 32 * 1024
SOME = bytes(64 * 1024)  # of a body: Caddy asks the service nothing before there are 4 kB of it
OURS = b"content-security-policy"  # every answer of the service has it, and none of a proxy's own


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("nginx", marks=pytest.mark.skipif(not NGINX, reason="there is no nginx")),
        pytest.param("caddy", marks=pytest.mark.skipif(not CADDY, reason="there is no Caddy")),
    ],
)
def there(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    with front(request.param, tmp_path_factory.mktemp(request.param)) as made:
        yield made


def blocks(size: int) -> Iterator[bytes]:
    """Bytes, a mebibyte at a time."""
    block = os.urandom(MIB)
    for _ in range(size // MIB):
        yield block


def suspect(there: Front, client: httpx.Client, size: int) -> str:
    """The path of the media of a suspect of that size."""
    sent = client.post("/v1/uploads?name=a.mp4", content=blocks(size)).raise_for_status().json()
    assert sent["bytes"] == size
    job = client.post("/v1/suspects", json={"upload_id": sent["upload_id"]}).raise_for_status()
    return f"/suspects/{job.json()['id']}/media"


def test_somebody_comes_in_with_a_cookie_that_goes_over_tls_alone(there: Front) -> None:
    assert there.link.startswith(there.url)
    token = parse_qs(urlsplit(there.link).query)["token"][0]
    with there.client() as browser:
        assert token in browser.get(there.link).text
        other = {"Origin": "https://evil.example"}
        asked = {"token": token}
        assert browser.post("/login/once", data=asked, headers=other).status_code == 403
        own = {"Origin": there.url, "Sec-Fetch-Site": "same-origin"}
        came = browser.post("/login/once", data=asked, headers=own)
        cookie = came.headers["set-cookie"]
        assert (came.status_code, came.headers["location"]) == (303, "/")
        assert {"Secure", "HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
        page = browser.get("/", follow_redirects=True)
        assert page.status_code == 200
        form = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert form
        out = browser.post("/logout", data={"csrf": form[1]}, headers=own)
        assert (out.status_code, out.headers["location"]) == (303, "/login")


def test_answers_say_once_that_tls_is_a_must_and_not_what_serves(there: Front) -> None:
    with there.client(there.key) as client:
        for path in ("/v1/me", "/metrics", "/login", "/nothing", "/static/console.js"):
            got = client.get(path)
            assert got.headers.get_list("strict-transport-security") == ["max-age=31536000"], path
            assert not re.search(r"[0-9.]{3}|caddy|uvicorn", got.headers.get("server", ""), re.I)
            assert not {"via", "x-powered-by", "content-encoding"} & set(got.headers)


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics?a", "//metrics", "/%6detrics", "/a/../metrics", "/metrics/"]
)
def test_what_is_counted_is_not_for_the_public(there: Front, path: str) -> None:
    for asked in (path, f"{there.url}{path}"):
        said = there.said(f"GET {asked} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert statuses(said)[0] in (301, 308, 400, 403, 404), said
        assert b"reelprint_requests" not in said


def statuses(answer: bytes) -> list[int]:
    """The status of each response in what was received."""
    return [int(one) for one in re.findall(rb"^HTTP/1\.1 (\d{3})", answer, re.MULTILINE)]


def test_an_upload_of_which_nothing_is_kept_in_memory_and_a_part_that_is_asked_for(
    there: Front,
) -> None:
    pids = [there.service.pid, *there.proxy.pids]
    with there.client(there.key) as client:
        suspect(there, client, MIB)
        before = [peak_kib(pid) for pid in pids]
        path = suspect(there, client, LARGE)
        assert [peak_kib(pid) - was < LITTLE_KIB for pid, was in zip(pids, before, strict=True)]
        for wanted, size in {"bytes=1048570-1048585": 16, "bytes=-5": 5}.items():
            part = client.get(path, headers={"Range": wanted})
            assert (part.status_code, len(part.content)) == (206, size)
            assert part.headers["content-range"].endswith(f"/{LARGE}")
        assert client.get(path, headers={"Range": f"bytes={LARGE}-"}).status_code == 416


@pytest.mark.skipif(not which("curl"), reason="HTTP/2 is curl's")
def test_an_upload_over_http_2(there: Front, tmp_path: Path) -> None:
    before = peak_kib(there.service.pid)
    (tmp_path / "large").write_bytes(b"".join(blocks(MEDIUM)))
    sent = tmp_path / "large"
    said = subprocess.run(
        [
            *("curl", "-sS", "--http2", "--cacert", there.proxy.folder / "certificate.pem"),
            *("-H", f"Authorization: Bearer {there.key}", "-T", sent, "-X", "POST"),
            *("-w", "\n%{http_version} %{http_code}", f"{there.url}/v1/uploads?name=large.mp4"),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.endswith("\n2 201"), said
    assert f'"bytes":{MEDIUM}' in said
    assert peak_kib(there.service.pid) - before < LITTLE_KIB


def begun(there: Front, length: str, path: str = "/v1/uploads?name=a") -> ssl.SSLSocket:
    """A connection on which an upload was begun."""
    one = there.connected()
    one.sendall(
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {there.key}\r\n"
        f"Content-Type: application/octet-stream\r\n{length}\r\n\r\n".encode()
    )
    return one


def test_an_upload_arrives_while_it_is_sent(there: Front) -> None:
    half = 8 * MIB
    before = set(there.uploads)
    with closing(begun(there, f"Content-Length: {2 * half}")) as one:
        one.sendall(bytes(half))
        until(lambda: any(f.stat().st_size > half // 2 for f in set(there.uploads) - before))
        assert kept_bytes(there.proxy.pids, there.proxy.folder) < MIB
        one.sendall(bytes(half))
        assert statuses(heard(one, 5.0)) == [201]


def test_an_upload_that_breaks_off_leaves_nothing(there: Front) -> None:
    before = set(there.uploads)
    with closing(begun(there, f"Content-Length: {LARGE}")) as one:
        one.sendall(bytes(4 * MIB))
        until(lambda: bool(set(there.uploads) - before))
    until(lambda: set(there.uploads) == before)


def test_who_reads_slowly_gets_all_of_it_and_the_proxy_keeps_none(there: Front) -> None:
    with there.client(there.key) as client:
        path = suspect(there, client, MEDIUM)
    with closing(there.connected()) as one:
        asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {there.key}"
        one.sendall(f"{asked}\r\nConnection: close\r\n\r\n".encode())
        assert one.recv(1 << 16)
        time.sleep(2)
        assert kept_bytes(there.proxy.pids, there.proxy.folder) < MIB
        one.settimeout(30)
        size = 0
        while piece := one.recv(1 << 20):
            size += len(piece)
        assert size >= MEDIUM - (1 << 16)


@pytest.mark.parametrize("way", ["announced", "in chunks"])
def test_what_is_larger_than_the_service_takes_is_refused_by_it(there: Front, way: str) -> None:
    before = set(there.uploads)
    headers = {"Content-Length": str(MOST_UPLOAD + MIB)} if way == "announced" else {}
    with there.client(there.key) as client:
        got = client.post("/v1/uploads", content=blocks(MOST_UPLOAD + MIB), headers=headers)
        assert got.status_code == 413
    assert set(there.uploads) == before


def test_what_is_larger_than_documented_does_not_arrive(there: Front) -> None:
    """The proxy's limit is as large as `max_upload_bytes` in docs/operations.md."""
    text = (DEPLOY.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    said = re.search(r"^max_upload_bytes = (\d+)", text, re.MULTILINE)
    assert said
    assert int(said[1]) == 20 * 1024**3
    before = set(there.uploads)
    with closing(begun(there, f"Content-Length: {int(said[1]) + 1}")) as one:
        one.sendall(SOME)
        said_back = heard(one, 3.0)
        # Caddy says it when more comes, or when its sender stops.
        assert statuses(said_back) in ([413], [])
        assert OURS not in said_back.lower()
        if b"Server: nginx" in said_back:  # Caddy's has no content
            head, _, body = said_back.partition(b"\r\n\r\n")
            assert b"Content-Type: application/problem+json" in head
            assert b"Strict-Transport-Security" in head
            assert json.loads(body) == problems.problem(413).model_dump(exclude_none=True)
        assert set(there.uploads) == before


def test_who_may_not_send_is_told_so_and_not_heard_out(there: Front) -> None:
    with there.client("rp_" + "0" * 64, "127.0.0.2") as stranger:
        got = stranger.post("/v1/uploads", content=blocks(LARGE))
        assert got.status_code == 401
        assert got.headers["content-type"] == "application/problem+json"


def test_an_address_that_a_client_claims_is_not_believed(there: Front) -> None:
    claims = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host")
    with there.client(address="127.0.0.7") as forger, there.client(address="127.0.0.8") as other:
        found = [
            forger.get("/v1/me", headers=dict.fromkeys(claims, f"10.0.0.{n}")).status_code
            for n in range(ANONYMOUS + 20)
        ]
        assert found[:ANONYMOUS] == [401] * ANONYMOUS
        assert found.count(429) >= 10
        # Whoever comes from elsewhere is somebody else: the proxy's own address is nobody's.
        assert other.get("/v1/me").status_code == 401


def test_the_scheme_that_a_client_claims_is_not_believed(there: Front) -> None:
    """An origin counts as own if it is the one that was asked: by https, whatever is claimed."""
    claims = {"X-Forwarded-Proto": "http", "Origin": f"http://localhost:{there.proxy.ports.tls}"}
    with there.client(address="127.0.0.3") as one:
        assert one.post("/login/once", data={"token": "a"}, headers=claims).status_code == 403


def test_other_names_are_not_answered(there: Front) -> None:
    for name in ("evil.example", "localhost.evil.example", "127.0.0.1@evil.example"):
        said = there.said(f"GET /login HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        assert b"<form" not in said
        assert statuses(said) in ([200], [400], [421]), said  # 200: Caddy's empty answer


def test_plain_http_leads_to_the_own_name(there: Front) -> None:
    to = [to_tls(there, name) for name in ("localhost", "evil.example")]
    assert to[0].startswith("https://localhost")
    assert "evil" not in to[1]


def to_tls(there: Front, name: str) -> str:
    """Where somebody is sent who comes without TLS and asks for this name; to nowhere: ""."""
    with closing(socket.create_connection(("127.0.0.1", there.proxy.ports.plain), 5)) as one:
        one.sendall(f"GET /login?a HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        said = heard(one, 1.0)
    to = re.search(rb"(?im)^Location: (\S+)", said)
    return to[1].decode() if to else ""


HOST = b"Host: localhost\r\n"
POST, GET = b"POST /v1/suspects HTTP/1.1\r\n" + HOST, b"GET /healthz HTTP/1.1\r\n" + HOST
INNER = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n"
NO_CHUNKS = b"\r\n\r\n0\r\n\r\n" + INNER
READ_IN_TWO_WAYS = [
    POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked" + NO_CHUNKS,
    POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5" + NO_CHUNKS,
    POST + b"Content-Length: 100\r\nTransfer-Encoding: chunked" + NO_CHUNKS,
    POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity" + NO_CHUNKS,
    POST + b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked" + NO_CHUNKS,
    POST + b"Transfer-Encoding: xchunked" + NO_CHUNKS,
    POST + b"Transfer-Encoding: chunked, identity" + NO_CHUNKS,
    POST + b"Transfer-Encoding:\x0bchunked" + NO_CHUNKS,
    POST + b"Transfer-Encoding : chunked" + NO_CHUNKS,
    POST + b" Transfer-Encoding: chunked" + NO_CHUNKS,
    POST + b"X: a\nTransfer-Encoding: chunked" + NO_CHUNKS,
    POST + b"Content-Length: 5\r\nX: a\r\n Transfer-Encoding: chunked" + NO_CHUNKS,
    POST + b"Content-Length: 4\r\nContent-Length: 60\r\n\r\n0000" + INNER,
    POST + b"Content-Length: 4, 60\r\n\r\n0000" + INNER,
    POST + b"Content-Length: +4\r\n\r\n0000" + INNER,
    POST + b"Content-Length: 0x4\r\n\r\n0000" + INNER,
    POST + b"Content_Length: 4\r\n\r\n" + INNER,
    POST + b"Transfer-Encoding: chunked\r\n\r\n4;\r\n0000\r\n0\r\n\r\n" + INNER,
    POST + b"Transfer-Encoding: chunked\r\n\r\n4\n0000\n0\n\n" + INNER,
    POST + b"Transfer-Encoding: chunked\r\n\r\n00000000000000000\r\n\r\n" + INNER,
    POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n" + INNER,
    POST + b"Connection: Content-Length\r\nContent-Length: %d\r\n\r\n" % len(INNER) + INNER,
    POST + b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\n0000" + INNER,
    GET + b"Content-Length: %d\r\n\r\n" % len(INNER) + INNER,
    GET + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
    b"HTTP2-Settings: AA\r\n\r\n" + INNER,
    GET + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n" + INNER,
]  # fmt: skip


@pytest.mark.parametrize("asked", READ_IN_TWO_WAYS, ids=lambda one: ascii(one[40:90])[2:-1])
def test_proxy_and_service_agree_on_where_a_request_ends(there: Front, asked: bytes) -> None:
    """The service saw as many requests as it answered to this client, and the next client, on
    whose connection to the service a rest would lie, has an answer of its own."""
    before = there.seen()
    said = there.said(asked, 0.5).lower()
    until(lambda: there.seen() - before <= said.count(OURS), 2.0)
    assert there.seen() - before == said.count(OURS), said
    with there.client() as next_one:
        for _ in range(3):
            assert next_one.get("/healthz").json() == {"status": "ok"}
    assert there.seen() - before == said.count(OURS) + 3


def test_who_does_not_say_what_it_wants_is_let_go_and_keeps_nobody_out(there: Front) -> None:
    """Headers one by one, a body of which nothing comes, and many who are silent."""
    before = set(there.uploads)
    with (
        closing(there.connected()) as dripping,
        closing(begun(there, "Content-Length: 1000000")) as promising,
        there.client() as other,
        ExitStack() as silent,
    ):
        for _ in range(100):
            silent.enter_context(closing(there.connected()))
        promising.sendall(SOME)
        dripping.sendall(b"GET /healthz HTTP/1.1\r\n")
        begun_at = time.monotonic()
        until(lambda: set(there.uploads) != before)
        assert other.get("/healthz").elapsed.total_seconds() < 5
        with pytest.raises((ConnectionError, ssl.SSLError)):
            _drip(dripping, begun_at + 30)
        assert time.monotonic() - begun_at < 20
        # What began to come in is given up; Caddy tells its sender when more comes.
        until(lambda: set(there.uploads) == before, 40.0)


def _drip(one: ssl.SSLSocket, until_s: float) -> None:
    """Send a header now and then."""
    while time.monotonic() < until_s:
        one.sendall(b"X: a\r\n")
        time.sleep(0.2)


def test_the_log_says_no_query(there: Front) -> None:
    with there.client() as one:
        one.get("/login?token=a-secret&next=/a-secret", headers={"Referer": "/?a-secret"})
        one.get("/healthz")  # what was said before is written down by now
    written = [one for one in there.proxy.folder.iterdir() if one.is_file()]
    assert not [one for one in written if b"a-secret" in one.read_bytes()]


def test_caddy_lets_go_of_a_connection_before_the_service_does() -> None:
    text = (DEPLOY / "Caddyfile").read_text(encoding="ascii")
    said = re.search(r"^\t*keepalive (\d+)s$", text, re.MULTILINE)
    assert said
    assert int(said[1]) < KEEP_ALIVE_S
