"""Captures are time-stamped as they are made, by a real authority over loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from evidence.stamps import Stamp, roots_of
from reelprint.prompting import PATIENCE_S
from tests.capture.server import Site, serving
from tests.evidence.authority import OPENSSL, Authority, new_authority
from tests.evidence.forging import files_of, sha256
from tests.reelprint.conftest import CommandLine, Ran, new_workspace

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="there is no openssl to be an authority")
WORDS = ("--site", "a.example", "--allow-private", "--by", "ann", "--json")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def site(authority: Authority) -> Iterator[Site]:
    with serving() as running:
        running.answers["/tsa"] = authority.over_http
        yield running


@pytest.fixture
def run(tmp_path: Path) -> CommandLine:
    """A workspace with a case."""
    made = new_workspace(tmp_path / "home")
    assert made("case", "new", "C-1", "--authority", "complaint 7").code == 0
    return made


@pytest.fixture
def recordings(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.mp4" for name in "ab"]
    for path in paths:
        path.write_bytes(b"\0\0\0\x10ftypisom" + path.name.encode() * 99)
    return paths


def stamps_of(run: CommandLine, kind: str) -> set[str]:
    return {path.stem for path in (run.home / "time-stamps").glob(f"*.{kind}")}


def manifests(ran: Ran) -> set[str]:
    return {str(said["sample"]["manifest_sha256"]) for said in ran.objects}


def test_each_capture_is_stamped_as_it_is_made(
    run: CommandLine, site: Site, authority: Authority, recordings: list[Path]
) -> None:
    asked = ("--tsa", site.url("/tsa"), *WORDS)
    one = run("case", "sample", "C-1", *recordings, *asked)
    two = run("capture", recordings[0], "--case", "C-1", *asked)
    assert (one.code, two.code, one.err, two.err) == (0, 0, "", "")
    names = manifests(one) | manifests(two)
    assert (stamps_of(run, "tsr"), stamps_of(run, "tsq")) == (names, set())
    assert (len(names), len(site.asked)) == (3, 3)
    for name in names:
        answer = Stamp.of((run.home / "time-stamps" / f"{name}.tsr").read_bytes())
        assert answer.sha256 == name
        assert answer.trusted(roots_of(authority.roots)) is None


def test_export_takes_what_is_there(
    run: CommandLine, site: Site, recordings: list[Path], tmp_path: Path
) -> None:
    by = ("--by", "ann", "--json")
    made = run("capture", recordings[0], "--case", "C-1", "--tsa", site.url("/tsa"), *WORDS)
    (name,) = manifests(made)
    assert run("key", "new").code == 0
    for tsa, asked in ((), 1), (("--tsa", site.url("/tsa"), "--allow-private"), 2):
        out = tmp_path / f"{asked}.evidence.zip"
        assert run("export", "C-1", "--out", out, *tsa, *by).code == 0
        assert len(site.asked) == asked  # for the capture, when it was made; for the package
        files = files_of(out)
        (stamp,) = (data for path, data in files.items() if path.startswith("stamps/"))
        assert stamp == (run.home / "time-stamps" / f"{name}.tsr").read_bytes()


def test_the_one_that_is_set_is_asked(run: CommandLine, site: Site, recordings: list[Path]) -> None:
    settings = run.home / "settings.toml"
    said = settings.read_text(encoding="utf-8")
    url = f'time_stamp_authority = "{site.url("/tsa")}"\n'
    settings.write_text(url + said, encoding="utf-8")
    made = run("capture", recordings[0], "--case", "C-1", *WORDS)
    assert stamps_of(run, "tsr") == manifests(made)


def test_without_one_nothing_waits(run: CommandLine, recordings: list[Path]) -> None:
    made = run("capture", recordings[0], "--case", "C-1", *WORDS)
    assert (made.code, made.err) == (0, "")
    assert not (run.home / "time-stamps").exists()


def test_what_is_not_answered_waits_and_is_asked_for_later(
    run: CommandLine, site: Site, authority: Authority, recordings: list[Path]
) -> None:
    del site.answers["/tsa"]
    asked = ("--tsa", site.url("/tsa"), *WORDS)
    made = run("case", "sample", "C-1", *recordings, *asked)
    assert made.code == 0
    assert made.err == "2 capture(s) not yet time-stamped: reelprint timestamp asks again\n"
    assert stamps_of(run, "tsq") == manifests(made)
    site.answers["/tsa"] = authority.over_http
    assert run("timestamp", "--tsa", site.url("/tsa"), "--allow-private").code == 0
    assert stamps_of(run, "tsr") == manifests(made)


def test_an_authority_that_says_nothing_holds_nothing_up(
    run: CommandLine, site: Site, recordings: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = Event()

    def silent(_: Any) -> None:
        done.wait(30)

    site.answers["/tsa"] = silent
    monkeypatch.setattr("reelprint.prompting.PATIENCE_S", 0.3)
    began = time.monotonic()
    made = run("case", "sample", "C-1", *recordings, "--tsa", site.url("/tsa"), *WORDS)
    took_s = time.monotonic() - began
    done.set()
    assert (made.code, len(made.objects)) == (0, 2)
    assert took_s < PATIENCE_S / 2
    assert stamps_of(run, "tsq") == manifests(made)
    assert run("case", "log", "C-1", "--verify").code == 0


def test_a_full_disk_loses_no_capture(run: CommandLine, site: Site, recordings: list[Path]) -> None:
    (run.home / "time-stamps").write_bytes(b"no folder")
    made = run("capture", recordings[0], "--case", "C-1", "--tsa", site.url("/tsa"), *WORDS)
    assert made.code == 0
    assert "no time stamp can be asked for" in made.err
    (said,) = made.objects
    sealed = Path(said["capture"]) / "manifest.json"
    assert sha256(sealed.read_bytes()) == said["sample"]["manifest_sha256"]
