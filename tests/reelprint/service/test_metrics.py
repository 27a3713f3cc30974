"""What Prometheus is told, and who else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from accounts.roles import ROLES
from reelprint.desk import readiness
from reelprint.service.config import Config
from tests.reelprint.service.running import Running, running


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Iterator[Running]:
    token = tmp_path / "token"
    token.write_text("a token\n", encoding="utf-8")
    with running(home, Config(port=0, workers=0, metrics_token_file=token)) as made:
        yield made


def measured(client: httpx.Client) -> dict[tuple[str, ...], float]:
    """Values by name and labels."""
    text = client.get("/metrics").raise_for_status().text
    return {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_what_is_counted(service: Running) -> None:
    service.add("all@police", "police", *ROLES)
    with service.client("all@police") as client, service.client() as nobody:
        upload = client.post("/v1/uploads", content=b"12345").json()["upload_id"]
        client.post("/v1/suspects", json={"upload_id": upload})
        client.get("/v1/works/a-secret-name")
        nobody.get("/v1/me")
        nobody.get("/a/path/that/is/none")
        found = measured(nobody)
        text = nobody.get("/metrics").text
    assert found["reelprint_uploaded_bytes_total",] == 5
    assert (found["reelprint_uploads",], found["reelprint_upload_bytes",]) == (1, 5)
    assert found["reelprint_upload_coming_bytes",] == 0
    assert found["reelprint_jobs", "identify", "queued"] == 1
    assert ("reelprint_oldest_waiting_seconds",) in found
    assert found["reelprint_requests_total", "404", "GET", "/v1/works/{work_id:path}"] == 1
    assert found["reelprint_requests_total", "401", "GET", "/v1/me"] == 1
    assert found["reelprint_requests_total", "404", "unknown", "unknown"] == 1
    assert found["reelprint_request_seconds_count", "POST", "/v1/uploads"] == 1
    assert not [word for word in ("secret", "police", upload) if word in text]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_a_stranger_behind_a_proxy_is_told_nothing(header: str, service: Running) -> None:
    with service.client() as nobody:
        assert nobody.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_with_a_token_set_it_takes_the_token(own: Running) -> None:
    with own.client() as nobody:
        for said in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer"}):
            assert nobody.get("/metrics", headers=said).status_code == 403
        good = {"Authorization": "Bearer a token", "X-Forwarded-For": "192.0.2.1"}
        assert nobody.get("/metrics", headers=good).status_code == 200


def test_too_many_requests_are_refused(home: Path) -> None:
    few = Config(port=0, workers=0, requests_a_minute=5, anonymous_requests_a_minute=3)
    with running(home, replace(few)) as made:
        made.add("kim", "police", "analyst")
        made.add("lee", "police", "analyst")
        with made.client("kim") as kim, made.client("lee") as lee, made.client() as nobody:
            statuses = [kim.get("/v1/me").status_code for _ in range(7)]
            assert statuses == [200] * 5 + [429] * 2
            assert int(kim.get("/v1/me").headers["retry-after"]) >= 1
            assert lee.get("/v1/me").status_code == 200
            assert [nobody.get("/v1/me").status_code for _ in range(4)] == [401] * 3 + [429]
            assert nobody.get("/healthz").status_code == 200


def test_readiness(service: Running) -> None:
    with service.client() as nobody:
        assert nobody.get("/healthz").json() == {"status": "ok"}
        got = nobody.get("/readyz")
        assert (got.status_code, got.json()["ready"]) == (200, True)


def test_it_is_not_ready_without_its_databases(home: Path) -> None:
    with running(home, Config(port=0, workers=0)) as made, made.client() as nobody:
        made.desk.queue.close()  # it opens the file again when it is asked
        (home / "service" / "jobs.sqlite-wal").unlink(missing_ok=True)
        (home / "service" / "jobs.sqlite").write_bytes(b"not a database" * 100)
        got = nobody.get("/readyz")
        assert (got.status_code, got.json()["checks"]["jobs"]) == (503, False)
        assert str(home) not in got.text
        assert nobody.get("/healthz").status_code == 200


def test_it_is_not_ready_when_the_disk_is_full(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "RESERVE", 1 << 62)
    with service.client() as nobody:
        got = nobody.get("/readyz")
        assert (got.status_code, got.json()["checks"]["disk"]) == (503, False)
