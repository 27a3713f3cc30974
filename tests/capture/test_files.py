"""Single files: over HTTP, where connections break, and from this machine."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from capture.brake import Brake
from capture.limits import Limits
from tests.capture.conftest import Lab, exchanges, gaps
from tests.capture.server import Answer, Asked, Site, in_turn, reply

FILM = b"\x00\x00\x00\x10ftypisom" + os.urandom(5000)


def breaking(at: int, tag: str = '"1"') -> Answer:
    def answer(asked: Asked) -> None:
        first = int((asked.headers.get("Range") or "bytes=0-")[6:-1])
        asked.send_response(206 if first else 200)
        asked.send_header("ETag", tag)
        if first:
            asked.send_header("Content-Range", f"bytes {first}-{len(FILM) - 1}/{len(FILM)}")
        asked.send_header("Content-Length", str(len(FILM) - first))
        asked.end_headers()
        asked.wfile.write(FILM[first : first + at])

    return answer


def test_a_file_is_kept_once(lab: Lab, site: Site) -> None:
    site.put("/film.mp4", FILM)
    done = lab(site.url("/film.mp4"))
    assert done.whole
    assert [path.relative_to(done.folder).as_posix() for path in done.media] == ["raw/000001.mp4"]
    assert done.media[0].read_bytes() == FILM


def test_a_broken_connection_is_taken_up_again(lab: Lab, site: Site) -> None:
    site.answers["/film.mp4"] = breaking(2000)
    done = lab(site.url("/film.mp4"))
    assert done.manifest["outcome"] == "finished"
    assert done.media[0].read_bytes() == FILM
    assert [kind for kind, *_ in gaps(done)] == ["resumed", "resumed"]
    assert 'Range: bytes=2000-\r\nIf-Range: "1"' in exchanges(done)[1]["request"]
    assert done.whole


def test_a_server_that_begins_anew(lab: Lab, site: Site) -> None:
    site.answers["/film.mp4"] = in_turn(breaking(2000), reply(FILM, headers={"no-ranges": "1"}))
    done = lab(site.url("/film.mp4"))
    assert done.media[0].read_bytes() == FILM
    assert done.whole


@pytest.mark.parametrize(
    "then", [reply(b"gone", 410), reply(b"x", 206, {"Content-Range": "bytes 7-7/9"})]
)
def test_a_rest_that_is_not_to_be_had(lab: Lab, site: Site, then: Answer) -> None:
    site.answers["/film.mp4"] = in_turn(breaking(2000), then)
    done = lab(site.url("/film.mp4"))
    assert done.manifest["outcome"] == "lost"
    assert gaps(done)[-1][0] == "dropped"
    assert done.media[0].read_bytes() == FILM[:2000]
    assert not done.whole


def test_it_is_not_taken_up_for_ever(lab: Lab, site: Site) -> None:
    site.answers["/film.mp4"] = in_turn(breaking(2000), breaking(0))
    done = lab(site.url("/film.mp4"), limits=Limits(resumes=2, tries=1))
    assert done.manifest["outcome"] == "lost"
    assert len(site.asked) <= 4


def test_too_long_a_file_is_cut(lab: Lab, site: Site) -> None:
    site.put("/film.mp4", FILM)
    done = lab(site.url("/film.mp4"), limits=Limits(total_bytes=3000))
    assert done.manifest["outcome"] == "limit"
    assert done.media[0].read_bytes() == FILM[:3000]
    assert "cut" in {kind for kind, *_ in gaps(done)}


def test_what_had_come_when_it_was_stopped_is_kept(lab: Lab, site: Site) -> None:
    def stopping(asked: Asked) -> None:
        asked.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + FILM[:2000])
        asked.wfile.flush()
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)
        asked.rfile.read()  # until it is let go of

    site.answers["/film.mp4"] = stopping
    brake, before = Brake(), signal.getsignal(signal.SIGINT)
    with brake.installed():
        done = lab(site.url("/film.mp4"), brake=brake)
    assert signal.getsignal(signal.SIGINT) == before
    assert done.manifest["outcome"] == "interrupted"
    assert done.media[0].read_bytes() == FILM[:2000]
    assert gaps(done)[-1][0] == "cut"


def test_a_missing_file(lab: Lab, site: Site) -> None:
    done = lab(site.url("/none.mp4"))
    assert done.manifest["outcome"] == "failed"
    assert done.manifest["why"] == "status 404"
    assert not done.media


def test_a_recording(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "screen.MKV"
    path.write_bytes(FILM)
    done = lab(str(path))
    assert done.whole
    assert done.media[0].name == "000000.mkv"
    assert done.media[0].read_bytes() == FILM
    assert done.media[0].stat().st_ino != path.stat().st_ino


def test_a_playlist_on_this_machine_is_a_file_like_any(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "a.m3u8"
    path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    done = lab(str(path))
    assert [p.name for p in (done.folder / "raw").iterdir()] == ["000000.m3u8"]


def test_only_regular_files(lab: Lab, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="regular"):
        lab(str(tmp_path / "pipe"))
