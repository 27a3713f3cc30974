"""`reelprint serve` as people start it: on an empty folder, with workers, until it is stopped."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

import httpx
import pytest

from accounts.roles import ROLES
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.desk.desk import Desk
from reelprint.workspace import Workspace
from tests.reelprint.conftest import MUSIC, UNREGISTERED, CommandLine, copied, work

ROOT = Path(__file__).parents[3]
PATIENCE_S = 90.0  # a machine may be busy


@dataclass(frozen=True, slots=True)
class Served:
    """A process that serves."""

    process: subprocess.Popen[str]
    url: str
    said: list[str]

    def client(self, key: str | None = None) -> httpx.Client:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, verify=False)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


@contextmanager
def served(home: Path, *options: str) -> Iterator[Served]:
    """`reelprint serve` on any port, until the block ends."""
    command = [sys.executable, "-m", "reelprint", "serve", "--home", str(home), "--port", "0"]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            url = re.search(r"http://\S+", first)
            assert url, first
            yield Served(process, url[0], [first])
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def key_for(home: Path, organisation: str = "police", kind: Any = "authority") -> str:
    """A key of somebody who may do everything."""
    desk = Desk.open(home)
    try:
        desk.accounts.add_organisation(organisation, organisation.title(), kind)
        desk.accounts.add_account(organisation, f"all@{organisation}", ROLES)
        return desk.accounts.issue_key(f"all@{organisation}", "tests")[0]
    finally:
        desk.close()


def ended(client: httpx.Client, path: str) -> dict[str, Any]:
    """A job once it has ended."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        job: dict[str, Any] = client.get(path).raise_for_status().json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"{path} did not end")


def test_on_an_empty_folder_it_is_ready_and_lets_the_first_person_in(tmp_path: Path) -> None:
    home = tmp_path / "new"
    with served(home, "--workers", "0") as service:
        assert service.process.stdout is not None
        link = service.process.stdout.readline()
        token = re.search(r"/login\?token=(\S+)", link)
        assert token, link
        with service.client() as nobody:
            assert nobody.get("/readyz").json()["ready"]
        desk = Desk.open(home)
        session = desk.accounts.log_in_by_token(token[1])
        assert desk.accounts.principal_of_session(session.token)[0].roles == set(ROLES)
        desk.close()
        assert service.stop() == 0
    with served(home, "--workers", "0") as again:
        assert again.stop() == 0
        assert again.process.stdout is not None
        assert again.process.stdout.read() == ""  # somebody was in: no link


@dataclass(frozen=True, slots=True)
class Site:
    """A service with real works, and the key of somebody who may do everything."""

    home: Path
    key: str
    served: Served

    def client(self) -> httpx.Client:
        return self.served.client(self.key)


@pytest.fixture(scope="module")
def site(reelprint: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = copied(reelprint, tmp_path_factory.mktemp("site") / "home").home
    key = key_for(home)
    with served(home) as service:
        yield Site(home, key, service)


@pytest.mark.long
@pytest.mark.skipif(not (which("curl") and which("jq")), reason="the guide takes curl and jq")
def test_the_guide_is_true(site: Site, tmp_path: Path) -> None:
    """What docs/api.md has people type, as they would."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.+?)^```", text, re.MULTILINE | re.DOTALL)
    calm = UNREGISTERED / "calm-race.ogg"
    makers.music(Cut(calm, 0, 20), tmp_path / "master.mp3")
    makers.music(Cut(calm, 10, 16), tmp_path / "upload.mp3")
    script = "set -euo pipefail\n" + "".join(blocks)
    told = {**os.environ, "URL": site.served.url, "KEY": site.key}
    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=told, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran
    assert '"founders-live"' in ran.stdout
    assert '"identified"' in ran.stdout


@pytest.mark.long
def test_a_round_trip(site: Site, tmp_path: Path) -> None:
    """A work is sent and registered, a suspect is sent and identified; the answer is that of the
    command line. A job that is there when the service stops is not lost."""
    home = site.home
    clip = tmp_path / "clip.mp3"
    makers.music(Cut(work(MUSIC), 21.7, 27.7), clip)
    with site.client() as client:
        answer = _identified(client, clip)
        said = CommandLine(home)("identify", "--json", clip).objects[0]
        assert answer["query"].pop("path") == "clip.mp3"
        assert said["query"].pop("path") == str(clip)
        assert answer == said
        assert answer["matches"][0]["work_id"] == MUSIC
        coverage = client.get(f"/v1/works/{MUSIC}/coverage").json()
        assert coverage["ranges"][0]["engine"] == answer["engine"]
        last = client.post("/v1/suspects", json={"upload_id": _sent(client, clip)}).json()
        assert site.served.stop() == 0
    with closing(Desk.open(home)) as desk:
        # It waits for the next who serve, or was done in time.
        assert desk.queue.get(last["id"]).state in ("queued", "done")


def _sent(client: httpx.Client, path: Path) -> str:
    with path.open("rb") as file:
        got = client.post("/v1/uploads", params={"name": path.name}, content=file)
    assert got.status_code == 201
    return str(got.json()["upload_id"])


def _identified(client: httpx.Client, path: Path) -> Mapping[str, Any]:
    job = client.post("/v1/suspects", json={"upload_id": _sent(client, path)}).json()
    assert ended(client, f"/v1/jobs/{job['id']}")["state"] == "done"
    answer: dict[str, Any] = client.get(f"/v1/suspects/{job['id']}/answer").json()
    assert answer == json.loads(json.dumps(answer))
    return answer


@pytest.mark.long
@pytest.mark.parametrize("as_form", [False, True])
def test_memory_does_not_grow_with_an_upload(as_form: bool, tmp_path: Path) -> None:
    home = Workspace.create(tmp_path / "home").home
    key = key_for(home)
    with served(home, "--workers", "0") as service, service.client(key) as client:
        client.post("/v1/uploads", content=_bytes(1)).raise_for_status()
        before = _peak_kib(service.process.pid)
        got = client.post("/v1/uploads", content=_bytes(GIGABYTES * 1024), headers=_kind(as_form))
        assert got.status_code == (400 if as_form else 201)
        assert _peak_kib(service.process.pid) - before < 32 * 1024


GIGABYTES = 2


def _kind(as_form: bool) -> dict[str, str]:
    return {"Content-Type": "multipart/form-data; boundary=b"} if as_form else {}


def _bytes(mebibytes: int) -> Iterator[bytes]:
    block = bytes(2**20)
    if mebibytes > 1:
        yield b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
    for _ in range(mebibytes):
        yield block


def _peak_kib(pid: int) -> int:
    """The most memory that a process had at once."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1])
