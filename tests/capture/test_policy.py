"""Where a capture may go, and that it goes nowhere else."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from capture.capturing import Surroundings, Wanted, capture
from capture.policy import Policy, Refused
from tests.capture.conftest import Lab, exchanges, gaps, listed, playlist, segment, stock
from tests.capture.server import QuickClock, Site, redirect

PUBLIC = "93.184.216.34"
LAB_ONLY = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1"]
NEVER = [
    *("0.0.0.0", "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1"),
    *("::", "fe80::1", "ff02::1", "fec0::1", "::7f00:1", "2001:db8::1", "2001::1"),
    *("64:ff9b:1::1", "::ffff:169.254.169.254", "64:ff9b::e000:1"),
]
HIDDEN = ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]


@pytest.mark.parametrize("address", [*LAB_ONLY, *NEVER, *HIDDEN])
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(Refused, match="leads to"):
        Policy().addresses("host", [address])


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_not(address: str) -> None:
    assert Policy().addresses("host", [address]) == [address]


@pytest.mark.parametrize("address", [*LAB_ONLY, *HIDDEN])
def test_a_lab_may_be_allowed(address: str) -> None:
    assert Policy(allow_private=True).addresses("host", [address])


@pytest.mark.parametrize("address", NEVER)
def test_what_even_a_lab_may_not(address: str) -> None:
    with pytest.raises(Refused):
        Policy(allow_private=True).addresses("host", [address])


def test_one_private_address_among_public_ones_spoils_them() -> None:
    with pytest.raises(Refused):
        Policy().addresses("host", [PUBLIC, "127.0.0.1"])


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "data:text/plain,x", "concat:a|b", "ftp://a/", "gopher://a/"),
        *(
            "//a/b",
            "http://",
            "http://u:p@a/",
            "http://u@a/",
            "http://a:25/",
            "http://a:x/",
            "http://a:99999/",
        ),
        *("http://a/\r\nX: y", "http://a/\tb", "http://[::1", "http://" + "a" * 70 + "/"),
        "http://a/" + "x" * 9000,
    ],
)
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        Policy().target(url)


def test_a_url_becomes_what_is_asked_for() -> None:
    target = Policy().target("HTTPS://Exämple.org:8443/a b/ü?x=1&y=[2]#part")
    assert target.authority == "xn--exmple-cua.org:8443"
    assert target.path == "/a%20b/%C3%BC?x=1&y=[2]"


class Internet:
    """Public addresses lead to the site; who is called is written down."""

    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        self.called: list[str] = []
        self.names: dict[str, list[list[str]]] = {}
        really = socket.create_connection

        def call(address: tuple[str, int], timeout: float) -> Any:
            self.called.append(address[0])
            return really(("127.0.0.1", site.port), timeout)

        monkeypatch.setattr(socket, "create_connection", call)

    def resolve(self, host: str, port: int) -> Sequence[str]:
        turns = self.names.get(host, [[host]])
        return turns.pop(0) if len(turns) > 1 else turns[0]

    def capture(self, url: str, parent: Path) -> Any:
        around = Surroundings("test", QuickClock(), resolver=self.resolve)
        return capture(Wanted(url, parent), around)


@pytest.fixture
def internet(site: Site, monkeypatch: pytest.MonkeyPatch) -> Internet:
    return Internet(site, monkeypatch)


def test_a_private_address_is_never_called(internet: Internet, tmp_path: Path) -> None:
    done = internet.capture("http://127.0.0.1/live.m3u8", tmp_path)
    assert done.manifest["outcome"] == "refused"
    assert not internet.called
    assert not done.media


def test_a_redirect_to_a_private_address_is_not_followed(
    internet: Internet, site: Site, tmp_path: Path
) -> None:
    site.answers["/a.m3u8"] = redirect("http://192.168.1.1/admin")
    done = internet.capture(f"http://{PUBLIC}/a.m3u8", tmp_path)
    assert done.manifest["outcome"] == "refused"
    assert "192.168.1.1" in done.manifest["why"]
    assert internet.called == [PUBLIC]


def test_a_name_is_resolved_once_a_request_and_checked_each_time(
    internet: Internet, site: Site, tmp_path: Path
) -> None:
    internet.names["evil.example"] = [[PUBLIC], ["127.0.0.1"]]
    site.put("/a.m3u8", playlist(*listed(range(1))))
    stock(site, range(1))
    done = internet.capture("http://evil.example/a.m3u8", tmp_path)
    assert internet.called == [PUBLIC]
    assert gaps(done) == [("failed", 0, 0)]
    assert "127.0.0.1, a private address" in done.manifest["gaps"][0]["detail"]


def test_each_uri_of_a_playlist_is_checked(lab: Lab, site: Site) -> None:
    inner = [
        *("file:///etc/passwd", "data:video/mp2t;base64,RwAA", "concat:/etc/passwd"),
        *("http://169.254.169.254/meta", "subfile,,start,0,end,0,,:/etc/passwd"),
    ]
    lines = [line for uri in inner for line in ("#EXTINF:2,", uri)]
    site.put("/a.m3u8", playlist(*lines, *listed(range(7, 8))))
    site.put("/s7.ts", segment(7))
    done = lab(site.url("/a.m3u8"))
    assert [kind for kind, *_ in gaps(done)] == ["failed"] * len(inner)
    assert [path.read_bytes() for path in done.media] == [segment(7)]
    refused = [e for e in exchanges(done) if (e["failure"] or {}).get("kind") == "refused"]
    assert len(refused) >= 4
    assert not any(e["request"] for e in refused)


def test_redirects_are_kept_each_by_itself(lab: Lab, site: Site) -> None:
    site.answers["/a.m3u8"] = redirect("/b.m3u8")
    site.answers["/b.m3u8"] = redirect("/c/d.m3u8")
    site.put("/c/d.m3u8", playlist("#EXTINF:2,", "s.ts"))
    site.put("/c/s.ts", segment(1))
    done = lab(site.url("/a.m3u8"))
    assert [e["via"] for e in exchanges(done)] == [[], [1], [1, 2], []]
    assert done.whole


def test_a_redirect_to_nonsense(lab: Lab, site: Site) -> None:
    site.answers["/a.m3u8"] = redirect("http://[::1")
    assert lab(site.url("/a.m3u8")).manifest["outcome"] == "refused"


def test_redirects_have_an_end(lab: Lab, site: Site) -> None:
    site.answers["/a.m3u8"] = redirect("/a.m3u8")
    done = lab(site.url("/a.m3u8"))
    assert len(site.asked) == 6
    assert not done.media
    assert "redirects" in done.manifest["why"]
