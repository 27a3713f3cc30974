"""HLS: what is kept of it, and that what is missing is said."""

from __future__ import annotations

import os
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from warcio.archiveiterator import ArchiveIterator

from capture.capturing import Surroundings, Wanted, capture
from capture.limits import Limits
from tests.capture.conftest import LAB, Lab, exchanges, gaps, listed, log, playlist, segment, stock
from tests.capture.server import Answer, Asked, QuickClock, Site, in_turn, reply

KEY = bytes(range(16))


def encrypted(data: bytes, iv: bytes, key: bytes = KEY) -> bytes:
    padder, maker = PKCS7(128).padder(), Cipher(algorithms.AES128(key), modes.CBC(iv)).encryptor()
    return maker.update(padder.update(data) + padder.finalize()) + maker.finalize()


def test_everything_is_kept_as_received(lab: Lab, site: Site) -> None:
    text = playlist(*listed(range(3)))
    site.put("/a.m3u8", text, **{"X-Odd": "Ünï"})
    stock(site, range(3))
    done = lab(site.url("/a.m3u8"))
    assert done.whole
    assert gaps(done) == []
    assert (done.folder / "raw/000001.m3u8").read_text() == text
    assert done.media[0].read_bytes() == b"".join(map(segment, range(3)))
    first, *rest = exchanges(done)
    assert ["X-Odd", "Ünï"] in first["response"]["headers"]
    assert [e["sequence"] for e in rest] == [0, 1, 2]
    assert first["connection"]["address"] == "127.0.0.1"
    assert first["request"].startswith("GET /a.m3u8 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert first["started"]["wall"] == "2026-11-23T12:00:00.000000Z"


def test_servers_are_told_what_is_to_be_told(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(1))))
    stock(site, range(1))
    wanted = Wanted(
        site.url("/a.m3u8"), lab.parent, agent="A/1", referer="http://page/", policy=LAB
    )
    done = capture(wanted, Surroundings())
    for entry in exchanges(done):
        assert "\r\nUser-Agent: A/1\r\n" in entry["request"]
        assert "\r\nReferer: http://page/\r\n" in entry["request"]
    assert log(done)[0]["referer"] == "http://page/"


def test_times_in_the_file_map_to_the_clock(lab: Lab, site: Site) -> None:
    site.put(
        "/a.m3u8", playlist("#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z", *listed(range(2)))
    )
    stock(site, range(2))
    done = lab(site.url("/a.m3u8"))
    rows = done.manifest["media"][0]["parts"]
    assert [(r["media_s"], r["file_offset"], r["sequence"]) for r in rows] == [
        (0, 0, 0),
        (2, 376, 1),
    ]
    assert rows[0]["program_date_time"].startswith("2026-01-01T00:00:00")
    assert rows[1]["received"]["wall"].startswith("2026-11-23T12:00:00")


def test_the_warc_holds_each_exchange_to_the_byte(lab: Lab, site: Site) -> None:
    def chunked(asked: Asked) -> None:
        body = b"".join(b"5e\r\n" + segment(0)[i : i + 94] + b"\r\n" for i in range(0, 376, 94))
        head = b"HTTP/1.1 200 Fine\r\nx-LOWER:  spaced\r\ntransfer-encoding: chunked\r\n\r\n"
        asked.wfile.write(head + body + b"0\r\n\r\n")

    site.put("/a.m3u8", playlist(*listed(range(1))))
    site.answers["/s0.ts"] = chunked
    done = lab(site.url("/a.m3u8"))
    assert done.media[0].read_bytes() == segment(0)
    assert (
        b"HTTP/1.1 200 Fine\r\nx-LOWER:  spaced\r\n"
        in (done.folder / "exchanges.warc").read_bytes()
    )
    with (done.folder / "exchanges.warc").open("rb") as file:
        records = [
            (r.rec_type, r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read())
            for r in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, *_ in records] == ["warcinfo", *["response", "request"] * 2]
    assert records[3][1:] == (site.url("/s0.ts"), segment(0))


@pytest.mark.parametrize("stated", [True, False])
def test_keys_are_fetched_once_and_the_received_stays_encrypted(
    lab: Lab, site: Site, stated: bool
) -> None:
    iv = bytes(15) + b"\x09"
    line = '#EXT-X-KEY:METHOD=AES-128,URI="/key"' + (f",IV=0x{iv.hex()}" if stated else "")
    site.put("/a.m3u8", playlist(line, *listed(range(7, 9)), first=7))
    site.put("/key", KEY)
    sent = {n: encrypted(segment(n), iv if stated else n.to_bytes(16, "big")) for n in (7, 8)}
    for n, data in sent.items():
        site.put(f"/s{n}.ts", data)
    done = lab(site.url("/a.m3u8"))
    assert site.asked.count("/key") == 1
    assert done.media[0].read_bytes() == segment(7) + segment(8)
    assert (done.folder / "raw/000003.ts").read_bytes() == sent[7]
    assert done.manifest["media"][0]["parts"][0]["decrypted"]["key_exchange"] == 2


def test_what_a_key_does_not_open_is_a_gap(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist('#EXT-X-KEY:METHOD=AES-128,URI="/key"', *listed(range(3))))
    site.put("/key", KEY)
    site.put("/s0.ts", encrypted(segment(0), bytes(16)))
    site.put("/s1.ts", encrypted(segment(1), bytes(16), os.urandom(16))[:-16])
    site.put("/s2.ts", b"no whole block")
    done = lab(site.url("/a.m3u8"))
    assert gaps(done) == [("undecryptable", 1, 1), ("undecryptable", 2, 2)]
    kept = [e["body"]["file"] for e in exchanges(done) if e.get("sequence") == 2]
    assert (done.folder / kept[0]).read_bytes() == b"no whole block"


def test_a_key_that_changes_at_its_url(lab: Lab, site: Site) -> None:
    other = bytes(reversed(KEY))
    site.put("/a.m3u8", playlist('#EXT-X-KEY:METHOD=AES-128,URI="/key"', *listed(range(3))))
    site.answers["/key"] = in_turn(reply(KEY), reply(other))
    for n, key in enumerate((KEY, other, other)):
        site.put(f"/s{n}.ts", encrypted(segment(n), n.to_bytes(16, "big"), key))
    done = lab(site.url("/a.m3u8"))
    assert site.asked.count("/key") == 2
    assert done.media[0].read_bytes() == b"".join(map(segment, range(3)))
    assert done.whole


def test_a_key_that_is_none(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist('#EXT-X-KEY:METHOD=AES-128,URI="/key"', *listed(range(1))))
    site.put("/key", "please log in")
    stock(site, range(1))
    done = lab(site.url("/a.m3u8"), limits=Limits(tries=1))
    assert "its key: 13 bytes" in done.manifest["gaps"][0]["detail"]


def test_the_declared_variant_and_its_sound(lab: Lab, site: Site) -> None:
    site.put(
        "/m.m3u8",
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="en",URI="/en.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="ko",URI="/ko.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="h",NAME="no",URI="/no.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=100,AUDIO="h"\n/low.m3u8\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO="g"\n/high.m3u8\n',
    )
    for n, name in enumerate(("high", "en", "ko")):
        site.put(f"/{name}.m3u8", playlist(*listed(range(n, n + 1)), first=n))
    stock(site, range(3))
    done = lab(site.url("/m.m3u8"))
    assert [path.name for path in done.media] == ["main-000.ts", "audio0-000.ts", "audio1-000.ts"]
    choice = next(entry for entry in log(done) if entry["event"] == "choice")
    assert choice["rule"] == "highest bandwidth"
    assert choice["chosen"]["url"] == site.url("/high.m3u8")
    assert [one["said"] for one in choice["audio"]] == ["en", "ko"]
    assert len(choice["left"]) == 1


def test_ranges_and_an_init_section(lab: Lab, site: Site) -> None:
    whole = b"\x00\x00\x00\x10ftypisom" + bytes(4) + segment(1) + segment(2)
    site.put("/f.mp4", whole)
    lines = ['#EXT-X-MAP:URI="/f.mp4",BYTERANGE="16@0"', "#EXT-X-BYTERANGE:376@16", "#EXTINF:2,"]
    lines += ["/f.mp4", "#EXT-X-BYTERANGE:376", "#EXTINF:2,", "/f.mp4"]
    site.put("/a.m3u8", playlist(*lines))
    done = lab(site.url("/a.m3u8"))
    assert done.media[0].read_bytes() == whole
    assert done.media[0].suffix == ".mp4"
    assert exchanges(done)[3]["response"]["status"] == 206
    site.put("/f.mp4", whole, **{"no-ranges": "1"})
    assert lab(site.url("/a.m3u8")).media[0].read_bytes() == whole


def test_a_range_that_was_not_asked_for(lab: Lab, site: Site) -> None:
    site.answers["/f.ts"] = reply(segment(0), 206, {"Content-Range": "bytes 5-380/999"})
    site.put("/a.m3u8", playlist("#EXT-X-BYTERANGE:376@0", "#EXTINF:2,", "/f.ts"))
    assert gaps(lab(site.url("/a.m3u8"))) == [("failed", 0, 0)]


def test_breaks_begin_a_new_file(lab: Lab, site: Site) -> None:
    before = {2: ["#EXT-X-DISCONTINUITY"], 4: ["#EXT-X-GAP"]}
    site.put("/a.m3u8", playlist(*listed(range(7), lambda n: before.get(n, []))))
    stock(site, range(6))
    done = lab(site.url("/a.m3u8"))
    assert gaps(done) == [("discontinuity", 2, 2), ("declared", 4, 4), ("failed", 6, 6)]
    runs = [[part["sequence"] for part in one["parts"]] for one in done.manifest["media"]]
    assert runs == [[0, 1], [2, 3], [5]]
    assert "/s4.ts" not in site.asked


def test_a_failed_segment_is_tried_again(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(1))))
    site.answers["/s0.ts"] = in_turn(reply(b"", 503), reply(segment(0)))
    done = lab(site.url("/a.m3u8"))
    assert [e["response"]["status"] for e in exchanges(done)] == [200, 503, 200]
    assert done.whole


def test_only_so_much_of_a_stream_that_ends(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(30))))
    stock(site, range(30))
    done = lab(site.url("/a.m3u8"), for_s=5)
    assert done.manifest["outcome"] == "enough"
    assert len(site.asked) == 4
    assert gaps(done) == [("not_taken", 3, 29)]
    assert done.whole


def live(*windows: tuple[int, int], end: bool = False) -> Answer:
    """A playlist that shows these windows of segments, one at each look."""
    shown = [playlist(*listed(range(a, b)), first=a, end=False) for a, b in windows]
    if end:
        shown[-1] += "#EXT-X-ENDLIST\n"
    return in_turn(*map(reply, shown))


def test_a_live_stream_to_its_end(lab: Lab, site: Site) -> None:
    stock(site, range(20))
    site.answers["/a.m3u8"] = live((0, 5), (1, 6), (3, 8), end=True)
    done = lab(site.url("/a.m3u8"))
    assert done.manifest["outcome"] == "finished"
    assert gaps(done) == [("not_taken", 0, 1)]
    assert done.media[0].read_bytes() == b"".join(map(segment, range(2, 8)))
    assert done.whole


def test_a_live_stream_for_some_time(lab: Lab, site: Site) -> None:
    stock(site, range(200))
    site.answers["/a.m3u8"] = live(*((n, n + 4) for n in range(100)))
    clock = lab.clock = QuickClock()
    done = lab(site.url("/a.m3u8"), for_s=11)
    assert done.manifest["outcome"] == "enough"
    assert clock.now - 1000 == pytest.approx(11)
    assert done.whole


def test_numbers_that_went_by_are_missed(lab: Lab, site: Site) -> None:
    stock(site, range(20))
    site.answers["/a.m3u8"] = live((0, 3), (7, 10), end=True)
    done = lab(site.url("/a.m3u8"))
    assert gaps(done) == [("missed", 3, 6)]
    runs = [[part["sequence"] for part in one["parts"]] for one in done.manifest["media"]]
    assert runs == [[0, 1, 2], [7, 8, 9]]
    assert not done.whole


def test_numbers_that_go_back(lab: Lab, site: Site) -> None:
    stock(site, range(60))
    site.answers["/a.m3u8"] = live((50, 53), (0, 3), end=True)
    done = lab(site.url("/a.m3u8"))
    assert [kind for kind, *_ in gaps(done)] == ["restarted"]
    assert len(done.media) == 2


def test_a_stall_is_said(lab: Lab, site: Site) -> None:
    stock(site, range(20))
    site.answers["/a.m3u8"] = live((0, 3), *[(0, 3)] * 12, (1, 4), end=True)
    done = lab(site.url("/a.m3u8"))
    assert [kind for kind, *_ in gaps(done)] == ["stall"]
    assert done.manifest["gaps"][0]["seconds"] == pytest.approx(14, abs=1.1)
    assert done.manifest["outcome"] == "finished"


def test_a_stream_that_died_did_not_finish(lab: Lab, site: Site) -> None:
    stock(site, range(3))
    site.answers["/a.m3u8"] = in_turn(live((0, 3)), reply(b"", 404))
    done = lab(site.url("/a.m3u8"), limits=Limits(lost_s=30))
    assert done.manifest["outcome"] == "lost"
    kinds = {kind for kind, *_ in gaps(done)}
    assert kinds == {"unread", "stall", "lost"}
    assert len(done.media) == 1
    assert not done.whole


def test_a_stall_at_the_end_of_the_time_is_said(lab: Lab, site: Site) -> None:
    stock(site, range(3))
    site.answers["/a.m3u8"] = live((0, 3))
    done = lab(site.url("/a.m3u8"), for_s=20)
    assert [kind for kind, *_ in gaps(done)] == ["stall"]


def test_a_capture_that_is_stopped_is_sealed(site: Site, lab: Lab) -> None:
    class Stopping(QuickClock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    stock(site, range(3))
    site.answers["/a.m3u8"] = live((0, 3))
    lab.clock = Stopping()
    done: Any = lab(site.url("/a.m3u8"), for_s=20)
    assert done.manifest["outcome"] == "interrupted"
    assert gaps(done)[-1][0] == "cut"
    assert done.media[0].read_bytes() == b"".join(map(segment, range(3)))
