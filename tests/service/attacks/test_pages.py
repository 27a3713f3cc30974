"""The pages of the console: others' ids, hostile words in all that is shown, ways out of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute

from reelprint.console import routers as console
from tests.service.attacks.world import (
    ALL,
    CUSTOMS,
    MARK,
    OURS,
    POLICE,
    THEIRS,
    World,
    answer,
    uploaded,
    world,
)

pytestmark = pytest.mark.long

COOKIE = "reelprint_session"
EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}${7*7}\u202egpj\u2066"
PRINTABLE = "".join(one for one in EVIL if one.isprintable())
LEADING_OUT = [
    *("https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil"),
    *(
        "https:evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "http:/evil.example",
        "/%0d%0a/",
    ),
    *("/\r\nLocation: https://evil.example", "javascript:alert(1)", "data:text/html,x", "evil", ""),
    *("/..//evil.example", "/\\/evil.example", "https://127.0.0.1:8470@evil.example", "/%5cevil"),
]


def pages() -> Iterator[str]:
    """The paths of all pages."""
    for router in console.ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or set()):
                yield route.path


def browse(world: World, path: str, actor: str, **more: str) -> httpx.Response:
    """A page, as somebody who is logged in."""
    headers = {"Cookie": f"{COOKIE}={world.cookie(actor)}", "Accept": "text/html", **more}
    return world.client.get(path, headers=headers)


def asked_with(path: str, ids: Mapping[str, str]) -> str:
    """A page of somebody's things, in its path and in what it may be asked with."""
    to = re.sub(r"\{(\w+)(:\w+)?\}", lambda m: quote(ids.get(m[1], "0"), safe=""), path)
    known = {"id": ids["work_id"], "work": ids["work_id"], "case": ids["case_id"]}
    more = {**known, "site": "site.example", "organisation": ids["organisation"]}
    return to + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in more.items())


class Seen(HTMLParser):
    """What of a page a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.elements = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        said = {name: value or "" for name, value in attrs}
        if tag == "script" and not said.get("src", "").startswith("/static/"):
            self.wrong.append(f"a script: {said}")
        if tag in {"iframe", "object", "embed", "base"}:
            self.wrong.append(tag)
        for name, value in said.items():
            leads_out = re.match(r"\s*(javascript|data|vbscript):", value, re.IGNORECASE)
            if name.startswith("on") or name == "srcdoc":
                self.wrong.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction", "hx-get", "hx-post"} and leads_out:
                self.wrong.append(f"{tag} {name}={value[:60]}")


@pytest.mark.parametrize(("asker", "whose"), [(OURS, THEIRS), (POLICE, CUSTOMS)])
def test_no_page_shows_what_is_anothers(attacked: World, asker: str, whose: str) -> None:
    actor, theirs = f"{ALL}@{asker}.example", attacked.things[whose]
    mark = f"{MARK}-{whose}"
    secrets = [f"{mark} authority", f"{mark}.example/hook", *theirs.marked[-2:]]
    if asker == OURS:  # an authority sees all works
        secrets += [f"{mark} title", f"{mark} owner", f"{mark}.mp4"]
    tried = 0
    for path in pages():
        for ids in (theirs.ids, attacked.things[asker].ids):
            said = browse(attacked, asked_with(path, ids), actor)
            assert said.status_code < 500, (path, said.status_code)
            shown = html.unescape(said.text)
            assert [one for one in secrets if one in shown] == [], path
            tried += said.status_code == 200
    assert tried > 15


@pytest.fixture(scope="module")
def stained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which all that can be named is named by somebody who means harm."""
    with world(tmp_path_factory.mktemp("stained") / "home") as made:
        for organisation in (OURS, POLICE):
            actor, ids = f"{ALL}@{organisation}.example", made.things[organisation].ids
            body = {"title": EVIL, "owner": EVIL, "series": EVIL}
            said = made.ask("PUT", f"/v1/works/{ids['work_id']}", actor, json=body)
            assert said.status_code == 200, said.text
            span = {"reference_id": ids["reference_id"], "start_s": 1, "end_s": 2, "reason": EVIL}
            said = made.ask("POST", f"/v1/works/{ids['work_id']}/exclusions", actor, json=span)
            assert said.status_code == 201, said.text
            upload = uploaded(made.desk, organisation, b"<svg onload=alert(1)>", EVIL)
            said = made.ask("POST", "/v1/suspects", actor, json={"upload_id": upload})
            lease = made.desk.queue.take("attacker", ["identify"])
            assert lease is not None
            told = answer(ids["work_id"], EVIL)
            told["matches"][0] |= {"title": EVIL, "series": EVIL}
            lease.done({"answer": told})
            ids["job_id"] = lease.job.id  # type: ignore[index]
            made.ask("POST", "/v1/keys", actor, json={"label": EVIL})
            made.ask("POST", "/v1/lint", actor, json={"work_ids": [EVIL]})
        police = f"{ALL}@{POLICE}.example"
        case = {"case_id": "evil", "authority": PRINTABLE}
        assert made.ask("POST", "/v1/cases", police, json=case).status_code == 201
        made.things[POLICE].ids["case_id"] = "evil"  # type: ignore[index]
        for source in (f"https://site.example/{quote(EVIL)}", "https://site.example/?q='><b"):
            made.ask("POST", "/v1/cases/evil/sources", police, json={"source": source})
        yield made


@pytest.mark.parametrize(("organisation", "language"), [(OURS, "en"), (POLICE, "ko")])
def test_hostile_words_are_shown_and_nothing_else(
    stained: World, organisation: str, language: str
) -> None:
    actor, shown = f"{ALL}@{organisation}.example", 0
    for path in pages():
        to = asked_with(path, stained.things[organisation].ids)
        said = browse(stained, to, actor, **{"Accept-Language": language})
        assert said.status_code < 500, (path, said.status_code)
        if "text/html" not in said.headers.get("content-type", ""):
            continue
        page = Seen()
        page.feed(said.text)
        assert page.wrong == [], path
        assert "<script>alert" not in said.text, path
        assert "<img src=x" not in said.text, path
        assert "49$" not in said.text, path  # {{7*7}}
        assert "\u202e" not in said.text, path  # would turn what follows around
        shown += "alert(1)" in said.text
    assert shown >= 4


def test_what_was_sent_is_never_a_page_of_ours(stained: World) -> None:
    """An SVG or HTML file that somebody uploaded, asked for where the console plays media."""
    ids = stained.things[OURS].ids
    for path in (one for one in pages() if one.endswith("/media")):
        said = browse(stained, asked_with(path, ids), f"{ALL}@{OURS}.example")
        kind = said.headers.get("content-type", "")
        if said.status_code == 200:
            assert not re.search(r"html|svg|xml|script", kind), (path, kind)
        assert said.headers["x-content-type-options"] == "nosniff"
        assert "\n" not in said.headers.get("content-disposition", "")


RANGES = [
    *(
        "bytes=0-0,-1",
        "bytes=-0",
        "bytes=9999999999999999999-",
        "bytes=5-1",
        "bytes=a-b",
        "lines=1",
    ),
    *("bytes=" + ",".join(["0-"] * 2000), "bytes=0-18446744073709551616", "bytes=--1", "bytes="),
]


@pytest.mark.parametrize("wanted", RANGES, ids=lambda one: one[:24])
def test_no_range_brings_more_than_there_is(stained: World, wanted: str) -> None:
    ids = stained.things[OURS].ids
    to = f"/suspects/{ids['job_id']}/media"
    said = browse(stained, to, f"{ALL}@{OURS}.example", Range=wanted)
    assert said.status_code in {200, 206, 400, 404, 416}, said.status_code
    assert len(said.content) < 20_000


@pytest.mark.parametrize("then", LEADING_OUT, ids=ascii)
def test_no_login_leads_out_of_the_site(attacked: World, then: str) -> None:
    token = attacked.desk.accounts.one_time_token(f"{ALL}@{OURS}.example")
    said = attacked.client.post("/login/once", data={"token": token, "next": then})
    assert said.status_code in {303, 422}, said.text[:200]
    to = said.headers.get("location", "/")
    assert re.match(r"/(?![/\\])", to), to
    assert not re.search(r"[\r\n\t\\]", to)
    assert "evil" not in said.headers.get("set-cookie", "")
    shown = attacked.client.get("/login", params={"next": then})
    page = Seen()
    page.feed(shown.text)
    assert page.wrong == []


def test_a_session_begins_with_a_cookie_of_its_own(attacked: World) -> None:
    """A cookie that was put into a browser before is not the one that is let in."""
    planted = "s" * 43
    token = attacked.desk.accounts.one_time_token(f"{ALL}@{OURS}.example")
    said = attacked.client.post(
        "/login/once", data={"token": token}, headers={"Cookie": f"{COOKIE}={planted}"}
    )
    cookie = said.headers["set-cookie"]
    assert planted not in cookie
    for word in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert word.lower() in cookie.lower()
    assert "domain" not in cookie.lower()
    headers = {"Cookie": f"{COOKIE}={planted}"}
    assert attacked.client.get("/v1/me", headers=headers).status_code == 401


def test_a_form_with_a_file_needs_the_token_before_the_file(attacked: World) -> None:
    cookies, csrf = attacked.session()
    for method, path in sorted(console.STREAMED):
        if path == "/verify":  # for anybody
            continue
        for fields in ({}, {"csrf": "0" * 64}):
            said = attacked.client.request(
                method,
                path,
                data=fields,
                files={"file": ("x.mp4", b"x")},
                headers={"Cookie": f"{COOKIE}={cookies[COOKIE]}"},
            )
            assert said.status_code == 403, (path, said.status_code)
    assert csrf
