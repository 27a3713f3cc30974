"""What a proxy says of who asks counts, and what they say of themselves does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reelprint.service.config import Config
from reelprint.workspace import Workspace
from tests.reelprint.service.running import Running, running

FEW = 3
EVIL = "evil.example"


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Running]:
    """A service that believes a proxy on this machine, and lets each address ask a few times."""
    home = Workspace.create(tmp_path / "home").home
    config = Config(
        port=0, workers=0, proxies=("127.0.0.1",), anonymous_requests_a_minute=FEW,
        public_url="https://reelprint.example",
    )  # fmt: skip
    with running(home, config) as made:
        yield made


def asked(service: Running, *lines: tuple[str, str]) -> int:
    """The status of a stranger's request."""
    with service.client() as client:
        return client.get("/v1/me", headers=list(lines)).status_code


@pytest.mark.parametrize(
    "pretended",
    [
        lambda n: [("X-Forwarded-For", f"192.0.2.{n}, 203.0.113.9")],
        lambda n: [("X-Forwarded-For", f"192.0.2.{n}"), ("X-Forwarded-For", "203.0.113.9")],
        lambda n: [("X-Forwarded-For", f"2001:db8:1:2::{n:x}")],
        lambda n: [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", f"for=192.0.2.{n}")],
        lambda n: [("X-Forwarded-For", "203.0.113.9"), ("X-Real-IP", f"192.0.2.{n}")],
    ],
    ids=["in front", "in a line before", "of one network", "forwarded", "real ip"],
)
def test_who_claims_to_be_many_is_one(behind: Running, pretended: object) -> None:
    assert callable(pretended)
    said = [asked(behind, *pretended(n)) for n in range(1, FEW + 3)]
    assert said == [401] * FEW + [429] * 2
    assert asked(behind, ("X-Forwarded-For", "198.51.100.7")) == 401


def test_what_is_said_of_host_and_scheme_is_in_no_answer(behind: Running) -> None:
    """An answer that is kept somewhere, or a link in a message, would lead others there."""
    said = {
        "X-Forwarded-Host": EVIL,
        "X-Forwarded-Proto": "javascript",
        "X-Forwarded-Port": "666",
        "X-Forwarded-Prefix": f"//{EVIL}",
        "X-Original-URL": f"//{EVIL}/",
        "X-Rewrite-URL": "/v1/openapi.json",
        "Forwarded": f"host={EVIL};proto=javascript",
        "X-HTTP-Method-Override": "DELETE",
    }
    with behind.client() as client:
        for path in ("/", "/login", "/works", "/v1/nothing", "//evil.example/", "/v1/me/"):
            host = {"Host": "reelprint.example:666"}
            address = {"X-Forwarded-For": f"192.0.2.{len(path)}"}
            got = client.get(path, headers={**said, **host, **address})
            whole = got.text + str(got.headers)
            assert EVIL not in whole.replace("//evil.example/", ""), path
            assert "666" not in whole, path
            assert got.headers.get("location", "/").startswith("/"), path
            assert not got.headers.get("location", "").startswith("//"), path
            assert got.headers["cache-control"] == "no-store"
