"""Programs that find the stream on a page: real ones, and where they may go."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from capture import resolving
from capture.capturing import Captured, Surroundings, Wanted, capture
from capture.clock import SystemClock
from capture.connection import Network
from capture.failures import Ended
from capture.limits import Limits
from capture.policy import Policy
from capture.proxy import Proxy, guarding
from capture.verifying import verify
from tests.capture.conftest import LAB, listed, log, playlist, stock
from tests.capture.server import Site, redirect

PAGE = '<html><video controls><source src="all.m3u8" type="application/x-mpegURL"></video></html>'
MASTER = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000,RESOLUTION=320x240\n/a.m3u8\n"


def lay(site: Site) -> None:
    site.put("/watch", PAGE, **{"Content-Type": "text/html"})
    site.put("/all.m3u8", MASTER)
    site.put("/a.m3u8", playlist(*listed(range(2))))
    stock(site, range(2))


def captured(
    page: str, parent: Path, resolver: resolving.Resolver, policy: Policy = LAB
) -> Captured:
    """On the real clock: a process does not wait for another."""
    wanted = Wanted(page, parent, policy=policy, page_resolver=resolver)
    return capture(wanted, Surroundings("test", SystemClock()))


def said(done: Captured) -> dict[str, Any]:
    (entry,) = [entry for entry in log(done) if entry["event"] == "resolved"]
    return entry


def test_yt_dlp_finds_the_stream_of_a_page(site: Site, tmp_path: Path) -> None:
    lay(site)
    done = captured(site.url("/watch"), tmp_path, "yt-dlp")
    assert done.whole, done.manifest["why"]
    found = said(done)
    assert found["stream"] == site.url("/all.m3u8")
    assert found["referer"] == site.url("/watch")
    assert json.loads((done.folder / found["body"]["file"]).read_bytes())["formats"]
    roles = [entry["role"] for entry in log(done) if entry["event"] == "exchange"]
    assert roles[:2] == ["page", "entry"]
    assert verify(done.folder).problems == ()


def test_streamlink_finds_a_stream(site: Site, tmp_path: Path) -> None:
    lay(site)
    done = captured(site.url("/all.m3u8"), tmp_path, "streamlink")
    assert done.whole, done.manifest["why"]
    assert said(done)["stream"] == site.url("/all.m3u8")


@pytest.mark.parametrize("resolver", ["yt-dlp", "streamlink"])
def test_a_program_goes_only_where_the_policy_allows(
    site: Site, tmp_path: Path, resolver: resolving.Resolver
) -> None:
    lay(site)
    done = captured(site.url("/all.m3u8"), tmp_path, resolver, Policy())
    assert site.asked == []
    assert done.manifest["outcome"] == "failed"
    assert "private address" in done.manifest["why"]


def test_a_page_without_a_stream_is_said(site: Site, tmp_path: Path) -> None:
    site.put("/watch", "<html>nothing</html>", **{"Content-Type": "text/html"})
    done = captured(site.url("/watch"), tmp_path, "yt-dlp")
    assert done.manifest["why"] == "yt-dlp finds no stream on this page"


def test_a_program_that_is_not_there_is_said(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.Distribution.from_name", _missing)
    done = captured(site.url("/watch"), tmp_path, "streamlink")
    assert "reelprint[resolve]" in done.manifest["why"]


def _missing(name: str) -> None:
    raise PackageNotFoundError(name)


def test_a_stream_under_drm_is_refused() -> None:
    with pytest.raises(Ended, match="digital rights"):
        resolving._of_yt_dlp({"has_drm": True, "formats": []})


def test_a_referer_that_a_page_made_up_cannot_break_out_of_its_header() -> None:
    formats = [{"url": "u", "http_headers": {"Referer": "x\r\nCookie: y"}}]
    assert resolving._of_yt_dlp({"formats": formats}) == ("u", None)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with guarding(Network(LAB, Limits(), SystemClock())) as running:
        yield running


def through(proxy: Proxy, url: str, password: bool = True) -> tuple[int, bytes]:
    told = urlsplit(proxy.url)
    line = http.client.HTTPConnection("127.0.0.1", proxy.server_address[1], timeout=10)
    given = base64.b64encode(f"{told.username}:{told.password}".encode()).decode()
    headers = {"Proxy-Authorization": f"Basic {given}"} if password else {}
    with contextlib.closing(line):
        line.request("GET", url, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read()


def test_the_proxy_passes_on_and_takes_down_where_to(site: Site, proxy: Proxy) -> None:
    site.put("/a?b=c", "here")
    assert through(proxy, site.url("/a?b=c")) == (200, b"here")
    (visit,) = proxy.visits
    assert (visit.address, visit.refusal) == ("127.0.0.1", None)


def test_the_proxy_serves_nobody_without_the_password(site: Site, proxy: Proxy) -> None:
    site.put("/a", "here")
    assert through(proxy, site.url("/a"), password=False)[0] == 407
    assert site.asked == []


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/meta-data", "ftp://127.0.0.1/", "http://127.0.0.1:25/", "x"]
)
def test_the_proxy_refuses_what_the_policy_refuses(proxy: Proxy, url: str) -> None:
    assert through(proxy, url)[0] == 403
    assert proxy.visits[0].refusal


def test_a_redirect_is_checked_anew(site: Site, tmp_path: Path) -> None:
    site.answers["/watch"] = redirect("http://169.254.169.254/stream.m3u8")
    done = captured(site.url("/watch"), tmp_path, "yt-dlp")
    assert done.manifest["outcome"] == "failed"
    assert "169.254.169.254" in done.manifest["why"]
