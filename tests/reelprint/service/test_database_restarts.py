"""PostgreSQL is stopped and started beneath `serve` and `work`: they go on with what they were."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from reelprint.workspace import Workspace
from tests.postgresql import Server
from tests.reelprint.service.test_serving import PATIENCE_S, ended, key_for, served

pytestmark = pytest.mark.long

WORKERS = 4  # for jobs, for webhooks, and two for plans


@contextmanager
def working(home: Path, said: Path) -> Iterator[None]:
    """`reelprint work`, which says in a file what it does, until the block ends."""
    command = [sys.executable, "-m", "reelprint", "work", "--jobs", "1", "--json"]
    environment = {**os.environ, "REELPRINT_HOME": str(home)}
    with (
        said.open("wb") as file,
        subprocess.Popen(command, stdout=file, env=environment) as process,
    ):
        try:
            yield
            assert process.poll() is None
        finally:
            process.terminate()


def until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def submitted(client: httpx.Client) -> str:
    """The id of a search that ends at once, for what is sent is no media."""
    sent = client.post("/v1/uploads", content=b"x").raise_for_status().json()
    job = client.post("/v1/suspects", json={"upload_id": sent["upload_id"]}).raise_for_status()
    return str(job.json()["id"])


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_they_come_back_by_themselves(
    end: str, tmp_path: Path, postgresql: Server, database_url: str
) -> None:
    home = Workspace.create(tmp_path / "home", catalog=database_url).home
    key, said = key_for(home), tmp_path / "said.jsonl"

    def heard(event: str) -> list[dict[str, Any]]:
        lines = said.read_text(encoding="utf-8").split("\n")[:-1]
        return [one for one in map(json.loads, lines) if one["event"] == event]

    with served(home, "--workers", "0") as service, working(home, said):
        with service.client(key) as client:
            assert ended(client, f"/v1/jobs/{submitted(client)}")["state"] == "done"
            until(lambda: len(heard("started")) == WORKERS)
            getattr(postgresql, end)()
            try:
                until(lambda: len({one["worker"] for one in heard("unavailable")}) == WORKERS)
                assert client.get("/readyz").status_code == 503
                assert client.get("/v1/works").status_code == 503
                assert client.get("/healthz").status_code == 200
            finally:
                postgresql.start()
            until(lambda: client.get("/readyz").json()["ready"])
            assert ended(client, f"/v1/jobs/{submitted(client)}")["state"] == "done"
            assert service.process.poll() is None
        assert heard("died") == []
        assert len(heard("started")) == WORKERS
