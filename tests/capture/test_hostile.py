"""Servers that mean ill: none holds a capture up, fills a disk, or is believed."""

from __future__ import annotations

import gzip
import time
import zlib

import pytest

from capture.capturing import Captured
from capture.clock import SystemClock
from capture.failures import Unreadable
from capture.limits import Limits
from capture.playlists import parse
from tests.capture.conftest import Lab, exchanges, gaps, listed, playlist, segment, stock
from tests.capture.server import Answer, Asked, Site, in_turn, raw, reply

ONCE = Limits(tries=1, pause_s=0.01)
LONG = 2000  # times 0.05 s
SMALL = Limits(playlist_bytes=2000, segment_bytes=5000, tries=1)


# A server that is left gets an error from what it writes, or reads the end: none goes on for long.


def drip(asked: Asked) -> None:
    asked.send_response(200)
    asked.send_header("Content-Length", "100000")
    asked.end_headers()
    for _ in range(LONG):
        asked.wfile.write(b"#EXTM3U\n"[:1])
        asked.wfile.flush()
        time.sleep(0.05)


def slow_headers(asked: Asked) -> None:
    asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(LONG):
        asked.wfile.write(b"X-%d: y\r\n" % number)
        asked.wfile.flush()
        time.sleep(0.05)


def silent(asked: Asked) -> None:
    asked.rfile.read()


def failure(done: Captured, number: int = 1) -> str:
    return str((exchanges(done)[number - 1]["failure"] or {}).get("kind"))


# The other limit is far off, so that on a busy machine only the one that is meant is met.
IMPATIENT = Limits(request_s=1.0, silence_s=60, tries=1, pause_s=0.01)
TALKATIVE = Limits(request_s=60, silence_s=1.0, tries=1, pause_s=0.01)


@pytest.mark.parametrize(
    ("answer", "limits", "kind"),
    [
        (drip, IMPATIENT, "timeout"),
        (slow_headers, IMPATIENT, "timeout"),
        (silent, TALKATIVE, "silent"),
    ],
)
def test_a_server_that_takes_its_time_is_left(
    lab: Lab, site: Site, answer: Answer, limits: Limits, kind: str
) -> None:
    site.put("/a.m3u8", playlist(*listed(range(2))))
    site.answers["/s0.ts"] = answer
    site.put("/s1.ts", segment(1))
    lab.clock = SystemClock()
    began = time.monotonic()
    done = lab(site.url("/a.m3u8"), limits=limits)
    assert time.monotonic() - began < 15
    assert failure(done, 2) == kind
    assert gaps(done) == [("failed", 0, 0)]
    assert done.media[0].read_bytes() == segment(1)
    assert not done.whole


def test_what_a_cut_off_exchange_brought_is_kept(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(1))))
    site.answers["/s0.ts"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nonly this")
    done = lab(site.url("/a.m3u8"), limits=ONCE)
    entry = exchanges(done)[1]
    assert entry["failure"]["kind"] == "dropped"
    assert (done.folder / entry["body"]["file"]).read_bytes() == b"only this"
    assert b"WARC-Truncated: disconnect" in (done.folder / "exchanges.warc").read_bytes()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000, "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000, "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nx", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nx", "too_large"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "protocol"),
        (b"ICY 200 OK\r\n\r\nx", "protocol"),
        (b"\x00\x01\x02", "protocol"),
        (b"", "dropped"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "None"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "None"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "protocol"),
    ],
)
def test_answers_that_are_none(lab: Lab, site: Site, answer: bytes, kind: str) -> None:
    site.put("/a.m3u8", playlist(*listed(range(1))))
    site.answers["/s0.ts"] = raw(answer)
    done = lab(site.url("/a.m3u8"), limits=ONCE)
    assert failure(done, 2) == kind
    assert gaps(done) == [("failed", 0, 0)]
    assert not done.media


def test_what_follows_a_body_is_in_the_warc_alone(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(1))))
    head = b"HTTP/1.1 103 Early\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 376\r\n\r\n"
    site.answers["/s0.ts"] = raw(head + segment(0) + b"and more")
    done = lab(site.url("/a.m3u8"))
    assert done.media[0].read_bytes() == segment(0)
    warc = (done.folder / "exchanges.warc").read_bytes()
    assert head + segment(0) + b"and more" in warc
    at = exchanges(done)[1]["warc"]["body_offset"]
    assert warc[at : at + 376] == segment(0)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\nA: b\r\n\nx: y\r\n\r\n",
        b"HTTP/1.1 200 OK\n\r\nx: y\r\n\r\n",
        b"HTTP/1.\x08 302 F\xff\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200\r\n \r\nx: y\r\n\r\n",
    ],
)
def test_odd_heads_make_no_odd_warc(lab: Lab, site: Site, head: bytes) -> None:
    site.answers["/a%20b%C3%BC.m3u8"] = reply(playlist(*listed(range(1))))
    site.answers["/s0.ts"] = raw(head + segment(0))
    done = lab(site.url("/a b\u00fc.m3u8"))
    assert head + segment(0) in (done.folder / "exchanges.warc").read_bytes() or not done.media
    assert b"/a%20b%C3%BC.m3u8\r\n" in (done.folder / "exchanges.warc").read_bytes()


def test_more_framing_than_content_is_cut_off(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(1))))
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    site.answers["/s0.ts"] = raw(head + (b"1;" + b"x" * 2000 + b"\r\nG\r\n") * 1000)
    done = lab(site.url("/a.m3u8"), limits=SMALL)
    assert exchanges(done)[1]["failure"]["detail"] == "more framing than content"


def test_endless_bodies_are_cut_off(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(1))))
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"G" * 20_000
    site.answers["/s0.ts"] = raw(endless)
    done = lab(site.url("/a.m3u8"), limits=SMALL)
    assert failure(done, 2) == "too_large"
    assert exchanges(done)[1]["body"]["bytes"] == SMALL.segment_bytes


def test_a_playlist_has_a_size(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(500))))
    done = lab(site.url("/a.m3u8"), limits=SMALL)
    assert done.manifest["outcome"] == "failed"
    assert site.asked == ["/a.m3u8"]


def test_a_capture_has_a_size(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(50))))
    stock(site, range(50))
    done = lab(site.url("/a.m3u8"), limits=Limits(total_bytes=10_000, tries=1))
    assert done.manifest["outcome"] == "limit"
    assert gaps(done)[-1][0] == "cut"
    assert done.manifest["bytes_received"] < 12_000


def test_a_capture_has_a_number_of_segments(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(9))))
    stock(site, range(9))
    done = lab(site.url("/a.m3u8"), limits=Limits(segments=4))
    assert done.manifest["outcome"] == "limit"
    assert not done.media
    site.answers["/a.m3u8"] = in_turn(
        *(reply(playlist(*listed(range(n, n + 3)), first=n, end=False)) for n in (0, 3, 6))
    )
    done = lab(site.url("/a.m3u8"), limits=Limits(segments=4))
    assert done.manifest["outcome"] == "limit"
    assert done.media[0].stat().st_size == 4 * 376
    assert gaps(done)[0] == ("cut", 4, 5)


def test_coded_bodies_are_kept_coded_and_understood(lab: Lab, site: Site) -> None:
    text = playlist(*listed(range(1))).encode()
    site.put("/a.m3u8", gzip.compress(text), **{"Content-Encoding": "gzip"})
    site.put("/s0.ts", zlib.compress(segment(0)), **{"Content-Encoding": "deflate"})
    done = lab(site.url("/a.m3u8"))
    assert (done.folder / "raw/000001.m3u8").read_bytes() == gzip.compress(text)
    assert done.media[0].read_bytes() == segment(0)


def test_a_bomb_does_not_go_off(lab: Lab, site: Site) -> None:
    bomb = gzip.compress(b"#EXTM3U\n" + b"\n" * 50_000_000)
    site.put("/a.m3u8", bomb, **{"Content-Encoding": "gzip"})
    done = lab(site.url("/a.m3u8"))
    assert not done.media
    site.put("/b.m3u8", playlist(*listed(range(1))))
    site.put("/s0.ts", bomb, **{"Content-Encoding": "gzip"})
    done = lab(site.url("/b.m3u8"), limits=Limits(segment_bytes=60_000))
    assert "grows beyond" in done.manifest["gaps"][0]["detail"]


@pytest.mark.parametrize(
    "text",
    [
        *("#EXTM3U\n#EXTINF:abc,\n/s0.ts\n", "#EXTM3U\n#EXT-X-TARGETDURATION:nan\n"),
        *("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:1e9\n#EXTINF:1,\n/s0.ts\n", "#EXTM3U\n#EXT-X-KEY:\n"),
        "#EXTM3U\n#EXT-X-BYTERANGE:-5@0\n#EXTINF:1,\n/s0.ts\n#EXT-X-ENDLIST\n",
        '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x' + "f" * 99 + "\n#EXTINF:1,\n/s0.ts\n",
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=x\n/v.m3u8\n",
    ],
)
def test_broken_playlists_are_said_to_be_broken(lab: Lab, site: Site, text: str) -> None:
    site.put("/a.m3u8", text)
    done = lab(site.url("/a.m3u8"), for_s=5, limits=Limits(tries=1))
    assert done.manifest["outcome"] in {"failed", "refused"}
    assert (done.folder / "raw/000001.m3u8").read_text() == text


@pytest.mark.parametrize(
    "line",
    [
        '#EXT-X-KEY:METHOD=AES-128,URI="{0}"\n#EXTINF:1,\n{0}\n',
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="{0}",URI="a"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH={0},AUDIO="g"\n{0}\n',
    ],
)
def test_playlists_that_would_take_minutes_to_read(line: str) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable, match="lines of"):
        parse(("#EXTM3U\n" + "".join(map(line.format, range(20_000)))).encode(), "http://a/b")
    assert time.process_time() - began < 1


def test_playlists_that_lead_in_a_circle(lab: Lab, site: Site) -> None:
    for here, there in (("a", "b"), ("b", "a")):
        site.put(f"/{here}.m3u8", f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/{there}.m3u8\n")
    done = lab(site.url("/a.m3u8"))
    assert done.manifest["outcome"] == "refused"
    assert site.asked == ["/a.m3u8", "/b.m3u8"]


def test_playlists_that_lead_ever_deeper(lab: Lab, site: Site) -> None:
    for n in range(20):
        site.put(f"/{n}.m3u8", f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n/{n + 1}.m3u8\n")
    done = lab(site.url("/0.m3u8"))
    assert done.manifest["outcome"] == "refused"
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (
            '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"',
            "FairPlay",
        ),
        (
            '#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="x",KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-'
            '27dcd51d21ed"',
            "Widevine",
        ),
        ('#EXT-X-KEY:METHOD=AES-128,URI="x",KEYFORMAT="com.microsoft.playready"', "PlayReady"),
        ('#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="x"', "SAMPLE-AES"),
    ],
)
def test_protected_streams_are_left_alone(lab: Lab, site: Site, key: str, name: str) -> None:
    site.put("/a.m3u8", playlist(key, *listed(range(1))))
    done = lab(site.url("/a.m3u8"))
    assert done.manifest["outcome"] == "refused"
    assert name in done.manifest["why"]
    assert "rights management" in done.manifest["why"]
    assert site.asked == ["/a.m3u8"]


def test_a_stream_that_becomes_protected_keeps_what_was_received(lab: Lab, site: Site) -> None:
    stock(site, range(2))
    clear = playlist(*listed(range(2)), end=False)
    key = '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x"'
    site.answers["/a.m3u8"] = in_turn(reply(clear), reply(playlist(key, *listed(range(3)))))
    done = lab(site.url("/a.m3u8"), for_s=60)
    assert done.manifest["outcome"] == "refused"
    assert done.media[0].read_bytes() == segment(0) + segment(1)


def test_a_web_page_is_no_stream(lab: Lab, site: Site) -> None:
    site.put("/watch", "<!DOCTYPE html><html>play</html>", **{"Content-Type": "text/html"})
    done = lab(site.url("/watch"))
    assert not done.media
    assert "web page" in done.manifest["why"]


def test_a_proxy_of_the_environment_is_not_used(
    lab: Lab, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    site.put("/a.m3u8", playlist(*listed(range(1))))
    stock(site, range(1))
    assert lab(site.url("/a.m3u8")).whole
