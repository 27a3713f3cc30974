"""Captures count for what an organisation may hold: the next one is refused, none is broken off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from capture.store import MANIFEST
from reelprint.working.captured import Captured
from tests.capture.server import Site
from tests.reelprint.cases.office import Office, office

ANN, CAP, ALL, EVE = "ann@police", "cap@police", "all@customs", "eve@police"
SAMPLES = "/cases/C-1/samples"


@contextmanager
def bounded(home: Path, quota: int, others: int = 0) -> Iterator[Office]:
    """An office in which the police may hold so much, as worker and service have it."""
    said = f"\n[service]\nquota_bytes = {others}\nquotas = {{ police = {quota} }}\n"
    with (home / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write(said)
    with office(home, quota_bytes=others, quotas={"police": quota}) as made:
        yield made


def captured(home: Path) -> int:
    """Bytes of all captures of the workspace."""
    there = (home / "cases").glob("*/captures/**/*")
    return sum(path.stat().st_size for path in there if path.is_file())


@pytest.fixture
def home(found: Path, tmp_path: Path) -> Path:
    """Of an office whose police took a sample for C-1."""
    return shutil.copytree(found, tmp_path / "home")


def source(site: Site) -> dict[str, Any]:
    return {"source": site.url("/a.m3u8"), "site": "pirate.example"}


def test_the_next_is_refused_and_so_are_uploads(home: Path, site: Site) -> None:
    held = captured(home)
    with bounded(home, held + 1) as led:
        before = led.get(EVE, "/usage")
        assert (before["captured_bytes"], before["bytes"]) == (held, 0)
        job = led.did(CAP, SAMPLES, source(site))  # there was room as it began, and it is kept
        assert job.result is not None
        assert job.result["sample"]["outcome"] == "unexamined"
        assert led.get(EVE, "/usage")["captured_bytes"] == captured(home) > held + 1
        refused = led.post(CAP, SAMPLES, source(site), 507)
        assert "your organisation may hold no more" in refused["detail"]
        assert led.ask(EVE, "POST", "/uploads", content=b"x").status_code == 507
        assert led.ask(ALL, "POST", "/uploads", content=b"x").status_code == 201
        last = led.desk.accounts.audit_before("police", None, 20)
        assert ("samples.take", "refused") in [(one.act, one.outcome) for one in last]


def test_what_was_asked_for_before_is_refused_as_it_begins(home: Path, site: Site) -> None:
    with bounded(home, captured(home) + 1) as led:
        first, second = (led.post(CAP, SAMPLES, source(site)) for _ in range(2))
        begun = len(led.get(ANN, "/cases/C-1")["samples"])
        done = {job.id: job for job in led.work()}
        assert done[first["id"]].state == "done"
        assert done[second["id"]].state == "failed"
        assert "may hold no more" in str(done[second["id"]].problem)
        assert len(led.get(ANN, "/cases/C-1")["samples"]) == begun + 1


def test_the_same_request_is_the_same_job(home: Path, site: Site) -> None:
    with bounded(home, captured(home) + 1) as led:
        ask = {"json": source(site), "headers": {"Idempotency-Key": "k"}}
        first = led.ask(CAP, "POST", SAMPLES, **ask)
        led.work()
        again = led.ask(CAP, "POST", SAMPLES, **ask)
        assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


def test_what_is_whole_is_counted_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(home) as led:
        sums = Captured(home / "cases")
        first = sums.bytes_of(led.desk.accounts, "police")
        assert (first, sums.bytes_of(led.desk.accounts, "customs")) == (captured(home), 0)
        (capture,) = (home / "cases" / "C-1" / "captures").iterdir()
        assert (capture / MANIFEST).is_file()
        monkeypatch.setattr(Path, "rglob", lambda *_: pytest.fail("it was looked at again"))
        assert sums.bytes_of(led.desk.accounts, "police") == first
        monkeypatch.undo()
        shutil.rmtree(capture)
        assert sums.bytes_of(led.desk.accounts, "police") == 0
