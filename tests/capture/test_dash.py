"""DASH: which segments a manifest names, and what of them is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from capture.addressing import segments
from capture.failures import Ended, Unreadable
from capture.mpd import parse, seconds
from tests.capture.conftest import Lab, gaps, log, segment
from tests.capture.server import QuickClock, Site, in_turn, raw, reply

URL = "http://host/path/a.mpd"
INIT = b"\x00\x00\x00\x10ftypisom" + bytes(4)


def mpd(*periods: str, more: str = 'mediaPresentationDuration="PT10S"') -> str:
    space = "urn:mpeg:dash:schema:mpd:2011"
    return f'<?xml version="1.0"?><MPD xmlns="{space}" {more}>{"".join(periods)}</MPD>'


def period(inner: str, more: str = "", set_: str = 'contentType="video"') -> str:
    one = f'<Representation id="v1" bandwidth="900">{inner}</Representation>'
    return f"<Period {more}><AdaptationSet {set_}>{one}</AdaptationSet></Period>"


def named(text: str, elapsed_s: float | None = None) -> list[tuple[str, int, float]]:
    """URL, number and seconds of each segment."""
    found = parse(text.encode(), URL).representations
    return [
        (one.resource.url, one.sequence, one.duration_s)
        for representation in found
        for one in segments(representation, elapsed_s, 1000)
    ]


def test_numbers_by_duration() -> None:
    inner = '<SegmentTemplate media="$RepresentationID$/$Number%03d$-$Bandwidth$-$$.m4s" '
    inner += 'duration="4000" timescale="1000" startNumber="5"/>'
    assert named(mpd(period(inner))) == [
        (f"http://host/path/v1/00{n}-900-$.m4s", n, 4.0) for n in (5, 6, 7)
    ]


def test_a_timeline_by_time_and_by_number() -> None:
    line = '<SegmentTimeline><S t="10" d="2" r="1"/><S d="3"/></SegmentTimeline></SegmentTemplate>'
    by_time = named(mpd(period(f'<SegmentTemplate media="$Time$.m4s">{line}')))
    assert [(url[-6:], n) for url, n, _ in by_time] == [
        ("10.m4s"[-6:], 10),
        ("12.m4s", 12),
        ("14.m4s", 14),
    ]
    by_number = named(mpd(period(f'<SegmentTemplate media="$Number$.m4s">{line}')))
    assert [n for _, n, _ in by_number] == [1, 2, 3]


def test_a_timeline_that_repeats_to_the_end() -> None:
    line = '<SegmentTimeline><S t="0" d="3" r="-1"/></SegmentTimeline></SegmentTemplate>'
    assert len(named(mpd(period(f'<SegmentTemplate media="$Time$.m4s">{line}')))) == 4


def test_lists_and_single_files_and_base_urls() -> None:
    list_ = '<BaseURL>deep/</BaseURL><SegmentList duration="5"><Initialization sourceURL="i" '
    list_ += 'range="0-9"/><SegmentURL media="a" mediaRange="10-19"/><SegmentURL media="b"/>'
    text = mpd(period(list_ + "</SegmentList>"))
    assert named(text) == [
        ("http://host/path/deep/a", 1, 5.0),
        ("http://host/path/deep/b", 2, 5.0),
    ]
    first = segments(parse(text.encode(), URL).representations[0], None, 9)[0]
    assert first.resource.headers == (("Range", "bytes=10-19"),)
    assert first.init is not None
    assert first.init.headers == (("Range", "bytes=0-9"),)
    assert named(mpd(period("<BaseURL>film.mp4</BaseURL>"))) == [
        ("http://host/path/film.mp4", 1, 10)
    ]


def test_what_is_inherited() -> None:
    text = mpd(
        '<Period><SegmentTemplate timescale="10" duration="50"/><AdaptationSet '
        'mimeType="audio/mp4"><SegmentTemplate media="$RepresentationID$-$Number$"/>'
        '<Representation id="a"/></AdaptationSet></Period>'
    )
    assert named(text) == [("http://host/path/a-1", 1, 5.0), ("http://host/path/a-2", 2, 5.0)]


def test_a_live_template_goes_by_the_clock() -> None:
    inner = '<SegmentTemplate media="$Number$" duration="2"/>'
    more = 'type="dynamic" availabilityStartTime="2026-01-01T00:00:00Z"'
    assert [n for _, n, _ in named(mpd(period(inner), more=more), 7.9)] == [1, 2, 3]


@pytest.mark.parametrize(
    "inner",
    [
        '<SegmentTemplate media="$Number$"/>',
        '<SegmentTemplate media="$Number$" duration="-1"/>',
        '<SegmentTemplate media="$Number$" duration="x"/>',
        '<SegmentTemplate media="$Number$" duration="1" timescale="100000"/>',
        '<SegmentTemplate media="$Time$"><SegmentTimeline><S d="1" r="99999999999"/>'
        "</SegmentTimeline></SegmentTemplate>",
        '<SegmentTemplate media="$Time$"><SegmentTimeline><S d="0"/></SegmentTimeline>'
        "</SegmentTemplate>",
    ],
)
def test_numbers_that_lead_nowhere(inner: str) -> None:
    with pytest.raises(Unreadable):
        named(mpd(period(inner)))


@pytest.mark.parametrize(
    "text",
    [
        "<MPD",
        "<html/>",
        "",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><MPD>&b;</MPD>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><MPD>&a;</MPD>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><MPD/>',
    ],
)
def test_manifests_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text.encode(), URL)


def test_addresses_that_make_no_sense_are_left_to_the_policy() -> None:
    inner = '<BaseURL>http://[</BaseURL><SegmentTemplate media="//[$Number$" duration="9"/>'
    assert [url for url, *_ in named(mpd(period(inner)))] == ["//[1", "//[2"]


@pytest.mark.parametrize(
    ("uuid", "name"),
    [
        ("EDEF8BA9-79D6-4ACE-A3C8-27DCD51D21ED", "Widevine"),
        ("9a04f079-9840-4286-ab92-e65be0885f95", "PlayReady"),
    ],
)
def test_protected_manifests_are_left_alone(uuid: str, name: str) -> None:
    inner = f'<ContentProtection schemeIdUri="urn:uuid:{uuid}"/>'
    with pytest.raises(Ended, match=name):
        parse(mpd(period(inner)).encode(), URL)


def test_durations() -> None:
    assert seconds("PT1H2M3.5S") == 3723.5
    assert seconds("P1DT1S") == 86401
    assert seconds("ten") is None


def test_a_whole_stream(lab: Lab, site: Site) -> None:
    inner = '<SegmentTemplate media="$RepresentationID$-$Number$" initialization="i" duration="5"/>'
    both = (
        '<Period duration="PT10S"><AdaptationSet contentType="video">'
        f'{inner}<Representation id="lo" bandwidth="1"/><Representation id="hi" bandwidth="2"/>'
        f'</AdaptationSet><AdaptationSet contentType="audio">{inner}<Representation id="a"/>'
        '</AdaptationSet><AdaptationSet contentType="text"><Representation id="t"/>'
        "</AdaptationSet></Period>"
    )
    site.put("/a.mpd", mpd(both, both))
    site.put("/i", INIT)
    for name in ("hi", "a"):
        for n in (1, 2):
            site.put(f"/{name}-{n}", name.encode() + segment(n))
    done = lab(site.url("/a.mpd"))
    assert done.manifest["outcome"] == "finished"
    names = ["video0-000.mp4", "video0-001.mp4", "audio0-000.mp4", "audio0-001.mp4"]
    assert [path.name for path in done.media] == names
    assert done.media[0].read_bytes() == INIT + b"hi" + segment(1) + b"hi" + segment(2)
    assert [kind for kind, *_ in gaps(done)] == ["discontinuity"] * 2
    assert done.whole
    assert {e["chosen"] for e in log(done) if e["event"] == "choice"} == {"hi", "a"}


def test_a_live_timeline_with_a_hole(lab: Lab, site: Site) -> None:
    def shown(first: int, count: int, kind: str = "dynamic") -> str:
        line = f'<SegmentTimeline><S t="{first}" d="2" r="{count - 1}"/></SegmentTimeline>'
        inner = f'<SegmentTemplate media="$Time$">{line}</SegmentTemplate>'
        more = f'type="{kind}" availabilityStartTime="2026-01-01T00:00:00Z"'
        return mpd(period(inner), more=more)

    for time in range(0, 40, 2):
        site.put(f"/{time}", segment(time))
    site.answers["/a.mpd"] = in_turn(
        *map(reply, (shown(0, 3), shown(2, 3), shown(12, 2, "static")))
    )
    done = lab(site.url("/a.mpd"))
    assert gaps(done) == [("missed", 8, 11)]
    runs = [[part["sequence"] for part in one["parts"]] for one in done.manifest["media"]]
    assert runs == [[0, 2, 4, 6], [12, 14]]


def test_a_live_stream_by_the_servers_clock(lab: Lab, site: Site) -> None:
    lab.clock = QuickClock(start=datetime(2030, 1, 1, tzinfo=UTC))
    inner = '<SegmentTemplate media="$Number$" duration="2"/>'
    more = 'type="dynamic" availabilityStartTime="2026-01-01T00:00:00Z"'
    head = "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:20 GMT\r\n\r\n"
    site.answers["/a.mpd"] = raw((head + mpd(period(inner), more=more)).encode())
    for n in range(40):
        site.put(f"/{n}", segment(n))
    done = lab(site.url("/a.mpd"), for_s=3)
    assert [part["sequence"] for part in done.manifest["media"][0]["parts"]] == [8, 9, 10]


def test_what_stands_elsewhere_is_said(lab: Lab, site: Site) -> None:
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://169.254.169.254/x"'
    site.put("/a.mpd", mpd(period("<BaseURL>f.mp4</BaseURL>", link)))
    site.put("/f.mp4", INIT)
    done = lab(site.url("/a.mpd"))
    assert [kind for kind, *_ in gaps(done)] == ["failed"]
    assert not done.whole
