"""The settings of a service."""

from __future__ import annotations

from pathlib import Path

import pytest

from reelprint.service.config import Config, Oidc, config, read
from reelprint.workspace import SETTINGS


def test_everything_has_a_default(home: Path) -> None:
    assert read(home) == Config()


def test_what_is_said_is_read(home: Path) -> None:
    with (home / SETTINGS).open("a", encoding="utf-8") as file:
        file.write(
            """
[service]
port = 9000
public_url = "https://reelprint.example/"
allowed_hosts = ["other.example"]
request_timeout_s = 5
quotas = {studio = 1000, police = 0}
keep_uploads_days = 30
keep_jobs_days = 365
timestamp_authorities = ["/etc/tsa.pem", "tsa.pem"]
oidc = {issuer = "https://id.example", client_id = "reelprint"}
"""
        )
    said = read(home)
    assert (said.url, said.is_https, said.port) == ("https://reelprint.example", True, 9000)
    assert {"reelprint.example", "other.example", "localhost"} <= said.hosts
    assert [said.quota_of(one) for one in ("studio", "police")] == [1000, 0]
    assert said.quota_of("rival") == said.quota_bytes == 256 * 2**30
    assert (said.keep_uploads_days, said.keep_jobs_days) == (30, 365)
    assert said.timestamp_authorities == (Path("/etc/tsa.pem"), Path("tsa.pem"))
    assert said.oidc == Oidc("https://id.example", "reelprint")


@pytest.mark.parametrize(
    "said",
    [
        {"ports": 1},
        {"port": "8470"},
        {"port": True},
        {"port": 70000},
        {"workers": -1},
        {"public_url": "ftp://x"},
        {"max_upload_bytes": 0},
        {"request_timeout_s": 0},
        {"request_timeout_s": float("inf")},
        {"requests_a_minute": 0},
        {"allowed_hosts": "x"},
        {"quota_bytes": -1},
        {"quotas": {"studio": -1}},
        {"quotas": {"studio": "1 GB"}},
        {"quotas": {"studio": True}},
        {"keep_uploads_days": -1},
        {"keep_uploads_days": 0.5},
        {"keep_jobs_days": 10**6, "keep_uploads_days": 1},
        {"keep_jobs_days": 30},
        {"keep_jobs_days": 30, "keep_uploads_days": 31},
        {"timestamp_authorities": "tsa.pem"},
        {"timestamp_authorities": [1]},
        {"oidc": {"issuer": "https://id.example"}},
        {"oidc": {"issuer": "https://id.example", "client_id": "x", "secret": "x"}},
    ],
)
def test_what_cannot_be_meant_is_refused(said: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        config(said)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_who_listens_everywhere_is_found_on_this_machine(host: str) -> None:
    assert Config(host=host).url == "http://127.0.0.1:8470"
