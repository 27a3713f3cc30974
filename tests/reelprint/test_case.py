"""A case from its opening to its review, as an investigator leads it."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from capture.clock import iso
from casework.sampling import moments, policy
from casework.store import CaseStore
from reelprint.cage.description import described
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from tests.capture.conftest import listed, playlist, stock
from tests.capture.server import Site, serving
from tests.reelprint.conftest import MUSIC, CommandLine, Ran, new_workspace, work
from tests.reelprint.streams import pirated_music

LAB = "--allow-private"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pirated_music(tmp_path_factory.mktemp("stream"))


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    with serving() as running:
        for path in folder.iterdir():
            running.put(f"/{path.name}", path.read_bytes())
        running.put("/text.mp4", b"\x00\x00\x00\x10ftypisom" + b"no film at all" * 90)
        yield running


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A workspace in which each test has a case of its own."""
    return new_workspace(tmp_path_factory.mktemp("cases") / "home", (MUSIC,))


def case(run: CommandLine, *words: str | Path, by: str = "ann") -> Ran:
    return run("case", *words, "--by", by)


def said(ran: Ran) -> dict[str, Any]:
    """The one JSON object that a command printed."""
    assert ran.code == 0, ran
    (only,) = ran.objects
    return only


def test_from_the_opening_to_the_review(run: CommandLine, site: Site) -> None:
    opened = said(case(run, "new", "C-1", "--authority", "complaint 7", "--json"))
    assert opened["case"]["sampling"]["name"] == "each-once"
    captured = sampled(run, site)
    finding = examined(run)
    review = reviewed(run)
    shown = said(case(run, "show", "C-1", "--json", by="cyd"))
    assert [one["outcome"] for one in shown["samples"]] == ["readable", "unreadable", "empty"]
    assert (shown["findings"], shown["reviews"]) == ([finding], [review])
    assert said(run("case", "list", "--json"))["head"] == shown["custody"]["head"]
    checked(run, shown["custody"]["head"], captured)
    # What is for people holds the same.
    assert "confirmed by bob: seen" in case(run, "show", "C-1").out
    assert "cyd  log_shown" in case(run, "log", "C-1").out


def sampled(run: CommandLine, site: Site) -> dict[str, Any]:
    """Three samples: a copy, no media, nothing. What was said of the first."""
    words = ("--case", "C-1", LAB, "--json", "--by", "ann")
    captured = said(run("capture", site.url("/a.m3u8"), *words))
    assert captured["sample"]["site"] == "127.0.0.1"
    assert captured["sample"]["outcome"] == "unexamined"
    assert len(captured["sample"]["segments"]) >= 4
    assert Path(captured["capture"]).parent == run.home / "cases" / "C-1" / "captures"
    taken = said(run("capture", site.url("/text.mp4"), *words))
    assert taken["sample"]["sample_id"] == "S000002"
    nothing = run("capture", site.url("/gone"), *words)
    assert (nothing.code, nothing.objects[0]["sample"]["outcome"]) == (1, "empty")
    return captured


def examined(run: CommandLine) -> dict[str, Any]:
    """The finding."""
    ran = case(run, "identify", "C-1", "--json")
    assert ran.code == 3  # one of the samples is no media
    first, second = ran.objects
    assert (first["sample"]["outcome"], second["sample"]["outcome"]) == ("readable", "unreadable")
    (finding,) = first["findings"]
    assert (finding["match"]["work_id"], finding["sample_id"]) == (MUSIC, "S000001")
    assert finding["match"]["e_value"] <= finding["max_e_value"]
    assert first["sample"]["seconds"] == pytest.approx(8, abs=0.3)
    with CaseStore.open(run.home / "cases") as store:
        cages = [r.value["cage"] for r in store.records("C-1") if r.kind == "examined"]
    assert cages == [described(), described()]
    again = case(run, "identify", "C-1", "--json")
    assert (again.code, again.out) == (1, "")
    return dict(finding)


def reviewed(run: CommandLine) -> dict[str, Any]:
    """Confirmed, by somebody else than who analysed it."""
    words = ("review", "C-1", "F000001", "--reason", "seen", "--json", "--by")
    assert "analysed" in run(*words, "Ann", "--confirm").err
    assert run(*words, "bob").code == 2
    review = said(run(*words, "bob", "--confirm"))["review"]
    assert review["disposition"] == "confirmed"
    return dict(review)


def checked(run: CommandLine, noted: str, captured: dict[str, Any]) -> None:
    """The log can be checked by anyone, and what was changed is found."""
    log = case(run, "log", "C-1", "--json", by="cyd").out.encode()
    last = log.splitlines(keepends=True)[-1]
    assert json.loads(last)["event"] == "log_shown"
    found = said(run("case", "log", "C-1", "--verify", "--head", noted, "--json"))
    assert found["sound"]
    assert found["custody"]["head"] == hashlib.sha256(last).hexdigest()
    assert run("case", "log", "C-1", "--verify", "--head", "0" * 63 + "1").code == 1
    media = next(Path(path) for path in captured["media"])
    media.chmod(0o644)
    media.write_bytes(b"another")
    differs = run("case", "log", "C-1", "--verify")
    assert (differs.code, "media/main-000.ts" in differs.out) == (1, True)


def test_what_was_changed_since_is_not_examined(run: CommandLine, tmp_path: Path) -> None:
    case(run, "new", "C-changed", "--authority", "complaint 7")
    path = tmp_path / "song.mp3"
    makers.music(Cut(work(MUSIC), 30, 34), path)
    taken = said(run("capture", path, "--case", "C-changed", "--site", "a.example", "--json"))
    (media,) = map(Path, taken["media"])
    media.chmod(0o644)
    makers.music(Cut(work(MUSIC), 40, 44), media)
    refused = case(run, "identify", "C-changed")
    assert (refused.code, "not what was captured" in refused.err) == (2, True)
    assert said(case(run, "show", "C-changed", "--json"))["findings"] == []


def test_several_sources_are_each_tried_once(run: CommandLine, site: Site) -> None:
    case(run, "new", "C-2", "--authority", "complaint 7")
    urls = [site.url(path) for path in ("/a.m3u8", "/gone", "/copy.mp3", "/a.m3u8")]
    ran = case(run, "sample", "C-2", *urls, LAB, "--json")
    assert ran.code == 0, ran
    outcomes = {one["sample"]["source"]: one["sample"]["outcome"] for one in ran.objects}
    assert outcomes == dict(zip(urls[:3], ["unexamined", "empty", "unexamined"], strict=True))
    assert all(one["sample"]["planned_at"] for one in ran.objects)
    again = case(run, "sample", "C-2", *urls, LAB, "--json")
    assert (again.code, again.out) == (1, "")
    log = case(run, "log", "C-2", "--json").objects
    events = [entry["event"] for entry in log]
    assert events[1:4] == ["planned"] * 3
    assert run("case", "log", "C-2", "--verify").code == 0


def test_what_is_asked_wrongly(run: CommandLine, tmp_path: Path) -> None:
    case(run, "new", "C-3", "--authority", "complaint 7")
    song = tmp_path / "song.mp3"
    song.write_bytes(b"whatever")
    for words, why in [
        (("case", "new", "C-3", "--authority", "x"), "there is a case C-3 already"),
        (("case", "new", "../x", "--authority", "x"), "no id for a case"),
        (("case", "new", "C-4", "--authority", "x", "--sampling", "often"), "no sampling policy"),
        (("case", "new", "C-4", "--authority", "x", "--policy", "none.toml"), "none.toml"),
        (("case", "new", "C-4", "--authority", "x", "--territory", "KOR"), "no territory"),
        (("case", "show", "C-9"), "there is no case C-9"),
        (("capture", str(song), "--case", "C-3"), "name one with --site"),
        (("case", "sample", "C-3", "no-such-file", "--site", "a"), "neither a URL nor a file"),
        (("review", "C-3", "F000001", "--confirm", "--reason", "x"), "no finding"),
    ]:
        ran = run(*words)
        assert (ran.code, why in ran.err) == (2, True), ran


def test_hostile_words_reach_no_terminal(run: CommandLine) -> None:
    words = ("--authority", "seen \N{RIGHT-TO-LEFT OVERRIDE} there")
    refused = case(run, "new", "C-5", *words)
    assert (refused.code, "\\u202e" in refused.err) == (2, True)


@pytest.fixture
def live(site: Site) -> str:
    """A stream that goes on, and brings nothing new."""
    site.put("/live.m3u8", playlist(*listed(range(3)), end=False, target=30))
    stock(site, range(3))
    return site.url("/live.m3u8")


def stopped(run: CommandLine, case_id: str, live: str, ready: Callable[[], object]) -> None:
    """Sample in a process of its own, until it is ready and gets a Ctrl-C."""
    words = ["-m", "reelprint", "case", "sample", case_id, live, LAB]
    running = subprocess.Popen(
        [sys.executable, *words], env=run.environment, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while time.monotonic() < until and not ready():
        time.sleep(0.02)
    time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) == 130


def test_a_live_stream_is_sampled_at_its_moment(run: CommandLine, live: str) -> None:
    name, begin = "live-1x1s-per-hour", datetime(2026, 11, 23, tzinfo=UTC)
    soon = iso(begin + timedelta(seconds=1))
    drawn = (seed for seed in count() if moments(policy(name, seed), live, begin)[0] < soon)
    words = ("--authority", "x", "--sampling", name, "--seed", str(next(drawn)))
    case(run, "new", "C-8", *words)
    sample = said(case(run, "sample", "C-8", live, LAB, "--json"))["sample"]
    late = datetime.fromisoformat(sample["taken_at"]) - datetime.fromisoformat(sample["planned_at"])
    assert 0 <= late.total_seconds() < 60
    assert (sample["outcome"], len(sample["segments"])) == ("unexamined", 3)
    assert "1 of 1 planned samples tried" in case(run, "show", "C-8").out


def test_stopped_while_it_waits_it_goes_on_later(run: CommandLine, live: str) -> None:
    case(run, "new", "C-6", "--authority", "x", "--sampling", "live-1x1s-per-hour", "--seed", "1")
    with CaseStore.open(run.home / "cases") as store:
        stopped(run, "C-6", live, lambda: store.head("C-6").entries >= 2)
        assert store.due("C-6", "ann", live) == list(store.dossier("C-6", "ann").plans[0].moments)
        assert store.verify("C-6") == []


def test_stopped_while_it_samples_what_it_has_is_on_record(run: CommandLine, live: str) -> None:
    case(run, "new", "C-7", "--authority", "x")
    with CaseStore.open(run.home / "cases") as store:
        captures = store.captures("C-7")
        stopped(run, "C-7", live, lambda: list(captures.glob("*/raw/000004.ts")))
        (sample,) = store.dossier("C-7", "ann").samples
    assert (sample.outcome, len(sample.segments)) == ("unexamined", 3)
    manifest = json.loads((captures / str(sample.capture) / "manifest.json").read_bytes())
    assert manifest["outcome"] == "interrupted"
