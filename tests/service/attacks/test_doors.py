"""Who knocks too often, asks for names, or writes where others read."""

from __future__ import annotations

import json
import logging
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from accounts.errors import NotKnown, Throttled
from reelprint.service.config import Config
from tests.service.attacks.world import ALL, OURS, THEIRS, World, world

pytestmark = pytest.mark.long

ACTOR = f"{ALL}@{OURS}.example"


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[World]:
    """A service that allows few requests."""
    config = Config(requests_a_minute=30, anonymous_requests_a_minute=10)
    with world(tmp_path / "home", config) as made:
        yield made


def test_who_asks_too_often_is_told_when_to_come_back(strict: World) -> None:
    said = [strict.ask("GET", "/v1/me") for _ in range(40)]
    refused = [one for one in said if one.status_code == 429]
    assert len(refused) >= 8
    assert all(int(one.headers["retry-after"]) > 0 for one in refused)
    assert strict.ask("GET", "/v1/me", f"{ALL}@{THEIRS}.example").status_code == 200


def test_strangers_who_try_keys_are_stopped_whatever_address_they_say(strict: World) -> None:
    """No proxy is trusted, so what X-Forwarded-For says counts for nothing."""
    found = [
        strict.client.get(
            "/v1/me",
            headers={"Authorization": f"Bearer rp_{n:064x}", "X-Forwarded-For": f"10.0.0.{n}"},
        ).status_code
        for n in range(20)
    ]
    assert found[:10] == [401] * 10
    assert found.count(429) >= 8


def test_whether_a_name_is_known_shows_in_no_answer_and_no_time(attacked: World) -> None:
    """A wrong password of a known name takes as long as one of a name that there is not."""
    accounts = attacked.desk.accounts
    accounts.set_password(ACTOR, "a long enough password, 7 words")
    took = {name: list[float]() for name in (ACTOR, "nobody@nowhere.example")}
    for _ in range(2):
        for name, times in took.items():
            begun = time.thread_time()  # not disturbed by what else the machine does
            with pytest.raises((NotKnown, Throttled)) as raised:
                accounts.log_in(name, "wrong", "203.0.113.7")
            times.append(time.thread_time() - begun)
            assert raised.type is NotKnown
    known, unknown = (statistics.median(times) for times in took.values())
    assert min(known, unknown) > 0.005
    assert 0.5 < known / unknown < 2


def test_nobody_guesses_for_long(fresh: World) -> None:
    with pytest.raises(Throttled) as raised:
        guess(fresh, 100)
    assert raised.value.retry_after_s > 0


def guess(world: World, times: int) -> None:
    """Try so many passwords."""
    for n in range(times):
        with suppress(NotKnown):
            world.desk.accounts.log_in(ACTOR, f"guess {n}", "203.0.113.8")


def test_what_is_asked_writes_no_line_of_its_own_into_logs(
    attacked: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Line feeds and terminal codes in paths, names and headers."""
    evil = "x%0aWARNING%20root:%20forged%0d%1b[31m"
    with caplog.at_level(logging.DEBUG):
        attacked.ask("GET", f"/v1/jobs/{evil}")
        attacked.ask("GET", f"/{evil}", headers={"User-Agent": "a\tb"})
        attacked.ask("POST", "/v1/uploads", params={"name": "a\nforged\r\x1b[31m"}, content=b"x")
        attacked.desk.accounts.record(ACTOR, "test", "what\nforged", "done", {"a": "b\nc"})
    for record in caplog.records:
        if record.name.startswith(("reelprint", "accounts", "jobs", "uvicorn")):
            assert "\n" not in record.getMessage(), record
            assert "\x1b" not in record.getMessage(), record
    lines = attacked.desk.accounts.audit_before(None, limit=20)
    assert all(one.line.count(b"\n") == 1 for one in lines)
    assert attacked.desk.accounts.verify_audit() == []


def test_every_refusal_stands_in_the_audit_log_that_only_auditors_read(attacked: World) -> None:
    reviewer, auditor = f"reviewer@{OURS}.example", f"auditor@{OURS}.example"
    assert (
        attacked.ask(
            "POST", "/v1/webhooks", reviewer, json={"url": "https://a.example"}
        ).status_code
        == 403
    )
    assert attacked.ask("GET", "/v1/audit", reviewer).status_code == 403
    said = attacked.ask("GET", "/v1/audit?limit=200", auditor).json()
    refused = [one for one in said["items"] if one["outcome"] == "refused"]
    assert {(one["by"], one["act"]) for one in refused} >= {(reviewer, "webhooks.write")}
    assert THEIRS not in json.dumps(said["items"])


def test_a_session_has_no_rights_that_its_account_lost(fresh: World) -> None:
    cookies, _ = fresh.session(f"holder@{OURS}.example")
    headers = {"Cookie": f"reelprint_session={cookies['reelprint_session']}"}
    assert fresh.client.get("/v1/works", headers=headers).status_code == 200
    fresh.desk.accounts.set_roles(f"holder@{OURS}.example", ["auditor"], by=ACTOR)
    assert fresh.client.get("/v1/works", headers=headers).status_code == 200
    said = fresh.client.get("/v1/webhooks", headers=headers)
    assert said.status_code == 403


def test_metrics_are_for_this_machine(attacked: World) -> None:
    assert attacked.client.get("/metrics").status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        said = attacked.client.get("/metrics", headers={header: "203.0.113.9"})
        assert said.status_code == 403, header
    text = attacked.client.get("/metrics").text
    assert OURS not in text
    assert THEIRS not in text
