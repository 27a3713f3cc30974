"""`reelprint capture` as it is called, stopped and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.verifying import verify
from tests.capture.conftest import listed, playlist, stock
from tests.capture.server import Site, serving
from tests.reelprint.conftest import CommandLine, Ran

LIVE = playlist(*listed(range(3)), end=False, target=30)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        running.put("/live.m3u8", LIVE)
        running.put("/vod.m3u8", playlist(*listed(range(4))))
        stock(running, range(3))
        yield running


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "home")


def capture(run: CommandLine, *words: str) -> Ran:
    return run("capture", *words, cwd=run.home.parent)


def test_a_capture_says_what_it_has_and_has_not(run: CommandLine, site: Site) -> None:
    said = capture(run, site.url("/vod.m3u8"), "--allow-private", "--json", "-o", "here")
    assert said.code == 0, said
    (found,) = said.objects
    assert found["outcome"] == "finished"
    assert not found["whole"]
    assert [gap["kind"] for gap in found["gaps"]] == ["failed"]
    folder = run.home.parent / found["capture"]
    assert folder.parent.name == "here"
    assert all((run.home.parent / path).exists() for path in found["media"])
    checked = capture(run, str(folder), "--verify", "--json")
    assert checked.code == 0
    assert checked.objects[0]["manifest_sha256"] == found["manifest_sha256"]
    log = folder / "log.jsonl"
    log.chmod(0o644)
    log.write_bytes(log.read_bytes().replace(b"/s0.ts", b"/s1.ts", 1))
    assert capture(run, str(folder), "--verify").code == 1


def test_what_the_codes_say(run: CommandLine, site: Site) -> None:
    refused = capture(run, site.url("/vod.m3u8"))
    assert (refused.code, "private address" in refused.out) == (1, True)
    assert capture(run, "no-such-file.mp4").code == 2
    assert capture(run, site.url("/x"), "--for", "soon").code == 2
    assert capture(run, site.url("/x"), "--referer", "a\r\nb").code == 2


def started(site: Site, folder: Path) -> subprocess.Popen[bytes]:
    """A capture of a live stream that has all there is, and waits."""
    words = ["capture", site.url("/live.m3u8"), "--allow-private", "-o", str(folder), "--json"]
    running = subprocess.Popen(
        [sys.executable, "-m", "reelprint", *words], stdout=subprocess.PIPE, env=dict(os.environ)
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and not list(folder.glob("*/raw/000004.ts")):
        time.sleep(0.02)
    return running


def test_killed_it_is_readable_and_says_so(site: Site, tmp_path: Path) -> None:
    running = started(site, tmp_path)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    (folder,) = tmp_path.iterdir()
    found = verify(folder)
    assert (found.state, found.problems) == ("cut short", ())
    assert not (folder / "manifest.json").exists()
    assert (folder / "raw/000003.ts").stat().st_mode & 0o777 == 0o444
    assert CommandLine(tmp_path)("capture", folder, "--verify").code == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_is_sealed(site: Site, tmp_path: Path, number: signal.Signals) -> None:
    running = started(site, tmp_path)
    time.sleep(0.1)
    running.send_signal(number)
    out, _ = running.communicate(timeout=300)
    assert running.returncode == 130
    found = json.loads(out)
    assert found["outcome"] == "interrupted"
    assert verify(Path(found["capture"])).state == "finished"
    assert len(found["media"]) == 1
