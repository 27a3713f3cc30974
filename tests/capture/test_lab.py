"""The site for demonstrations: what it serves, and what it never does."""

from __future__ import annotations

from pathlib import Path

import pytest

from capture.capturing import Captured, Surroundings, Wanted, capture
from capture.lab import LabSite, Live, serving, shown_live
from tests.capture.conftest import LAB, gaps, segment
from tests.capture.server import QuickClock

SEGMENTS = 8
WHOLE = "#EXTM3U\n" + "".join(f"#EXTINF:2,\nlive{n}.ts\n" for n in range(SEGMENTS))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "site" / "live"
    place.mkdir(parents=True)
    (place / "index.m3u8").write_text(WHOLE + "#EXT-X-ENDLIST\n")
    for n in range(SEGMENTS):
        (place / f"live{n}.ts").write_bytes(segment(n))
    (tmp_path / "secret").write_text("no part of the site")
    return place.parent


def captured(site: LabSite, clock: QuickClock, parent: Path) -> Captured:
    wanted = Wanted(site.url("live/index.m3u8"), parent / "captures", policy=LAB)
    return capture(wanted, Surroundings("test", clock))


def test_a_folder_is_captured_whole(folder: Path, tmp_path: Path) -> None:
    clock = QuickClock()
    with serving(folder, clock) as site:
        done = captured(site, clock, tmp_path)
    assert done.whole
    assert done.media[0].read_bytes() == b"".join(segment(n) for n in range(SEGMENTS))


def test_a_live_stream_goes_by_and_what_is_withheld_is_a_gap(folder: Path, tmp_path: Path) -> None:
    clock = QuickClock()
    with serving(folder, clock, Live("live/index.m3u8", frozenset({4}))) as site:
        done = captured(site, clock, tmp_path)
    assert gaps(done) == [("failed", 4, 4)]
    assert done.manifest["outcome"] == "finished"
    before, after = (path.read_bytes() for path in done.media)
    assert before == b"".join(segment(n) for n in range(4))
    assert after == b"".join(segment(n) for n in range(5, SEGMENTS))


def test_of_a_live_stream_the_newest_three_segments_are_listed_until_it_ends() -> None:
    first, later, last = (shown_live(WHOLE, passed) for passed in (0.0, 4.1, 1000.0))
    assert [line for line in first.splitlines() if line.endswith(".ts")] == [
        f"live{n}.ts" for n in range(3)
    ]
    assert "MEDIA-SEQUENCE:2" in later
    assert "ENDLIST" not in later
    assert last.endswith("#EXT-X-ENDLIST\n")


@pytest.mark.parametrize("path", ["../secret", "live/../../secret", "live", "nothing"])
def test_nothing_else_is_served(folder: Path, path: str) -> None:
    with serving(folder, QuickClock()) as site:
        assert site.body(path) is None
