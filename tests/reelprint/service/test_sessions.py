"""Browsers: what is changed by a cookie needs the session's token, and comes from our own pages."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi import Request, Response

from accounts.records import Session
from accounts.roles import ROLES
from reelprint.service import cookies
from reelprint.service.config import Config
from reelprint.service.cookies import SESSION as COOKIE
from tests.reelprint.service.running import Running

BODY = {"title": "A film"}


@pytest.fixture(scope="module")
def session(service: Running) -> Session:
    service.add("all@police", "police", *ROLES)
    accounts = service.desk.accounts
    return accounts.log_in_by_token(accounts.one_time_token("all@police"))


@pytest.fixture
def browser(service: Running, session: Session) -> Iterator[httpx.Client]:
    with service.client() as made:
        made.cookies.set(COOKIE, session.token)
        yield made


def test_reading_needs_no_token(browser: httpx.Client) -> None:
    assert browser.get("/v1/me").json()["via"] == "session"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_changing_needs_the_token(method: str, browser: httpx.Client, session: Session) -> None:
    for token in (None, "", "x", session.csrf[:-1], session.token):
        headers = {} if token is None else {"X-CSRF-Token": token}
        json = None if method == "DELETE" else BODY
        got = browser.request(method, "/v1/works/film", json=json, headers=headers)
        assert got.status_code == 403


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 201),
        ({"Origin": "OWN"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "http://127.0.0.1:x"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_changing_comes_from_our_own_pages(
    more: dict[str, str], status: int, service: Running, browser: httpx.Client, session: Session
) -> None:
    said = {name: value.replace("OWN", service.url) for name, value in more.items()}
    got = browser.put("/v1/works/x", json=BODY, headers={"X-CSRF-Token": session.csrf, **said})
    assert got.status_code == status


def test_an_upload_by_a_browser(browser: httpx.Client, session: Session, service: Running) -> None:
    file = {"file": ("a.mp4", b"abc")}
    folder = service.desk.workspace.home / "service" / "uploads"

    def there() -> int:
        return len(list(folder.iterdir())) if folder.is_dir() else 0

    token = {"X-CSRF-Token": session.csrf}
    assert browser.post("/v1/uploads", content=b"abc").status_code == 403
    assert browser.post("/v1/uploads", files=file).status_code == 403
    assert browser.post("/v1/uploads", files=file, data={"csrf": "x"}).status_code == 403
    wrong = {"X-CSRF-Token": session.token}
    assert browser.post("/v1/uploads", content=b"abc", headers=wrong).status_code == 403
    assert browser.post("/v1/uploads", files=file, headers=wrong).status_code == 403
    assert there() == 0
    assert browser.post("/v1/uploads", content=b"abc", headers=token).status_code == 201
    assert browser.post("/v1/uploads", files=file, headers=token).status_code == 201
    assert browser.post("/v1/uploads", files=file, data={"csrf": session.csrf}).status_code == 201
    assert browser.post(
        "/v1/uploads", files=file, headers={**token, "Origin": "https://evil.example"}
    ).status_code == 403  # fmt: skip
    assert there() == 3


def test_a_key_counts_before_a_cookie(browser: httpx.Client) -> None:
    got = browser.get("/v1/me", headers={"Authorization": "Bearer rp_wrong"})
    assert got.status_code == 401


def test_a_session_that_ended_counts_no_more(service: Running) -> None:
    accounts = service.desk.accounts
    session = accounts.log_in_by_token(accounts.one_time_token("all@police"))
    with service.client() as browser:
        browser.cookies.set(COOKIE, session.token)
        assert browser.get("/v1/me").status_code == 200
        accounts.log_out(session.token)
        assert browser.get("/v1/me").status_code == 401


def test_of_two_sessions_that_a_browser_shows_none_counts(
    service: Running, session: Session
) -> None:
    """Another host of the domain can add a cookie of our name (cookie tossing): which of both comes
    first is its choice, so that it would be its account in which things are done."""
    accounts = service.desk.accounts
    other = accounts.log_in_by_token(accounts.one_time_token("all@police"))
    one, two = f"{COOKIE}={session.token}", f"{COOKIE}={other.token}"
    with service.client() as browser:
        for said in (f"{one}; {two}", f"{two};{one}", f"{one}; {COOKIE}=", f"{one}; {one}"):
            assert browser.get("/v1/me", headers={"Cookie": said}).status_code == 401, said
        lines = [("Cookie", one), ("Cookie", two)]
        assert browser.get("/v1/me", headers=lines).status_code == 401
        alone = {"Cookie": f"a=b; {one}; x{COOKIE}={other.token}; theme=dark"}
        assert browser.get("/v1/me", headers=alone).status_code == 200


def test_by_https_no_other_host_can_have_set_the_cookie() -> None:
    """A browser takes `__Host-` from this host alone, by https, for all paths and no domain."""
    config = Config(public_url="https://reelprint.example")
    response = Response()
    cookies.put(response, cookies.SESSION, "token", config)
    (said,) = response.headers.getlist("set-cookie")
    assert said.startswith("__Host-reelprint_session=token;")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(said.split("; "))
    assert "domain" not in said.lower()
    for name, token in (("__Host-reelprint_session", "token"), ("reelprint_session", None)):
        scope = {"type": "http", "headers": [(b"cookie", f"{name}=token".encode())]}
        assert cookies.shown(Request(scope), cookies.SESSION, config) == token
    cookies.drop(response, cookies.SESSION, config)
    assert response.headers.getlist("set-cookie")[1].startswith("__Host-reelprint_session=")


def test_a_key_for_less_is_never_one_for_all(service: Running, session: Session) -> None:
    """Who asks on the page for a role that there is not gets no key, and not one with all."""
    before = service.desk.accounts.keys("police")
    with service.client() as browser:
        browser.cookies.set(COOKIE, session.token)
        for roles in ([], ["nobody"], ["auditor", "nobody"]):
            form = {"label": "x", "days": "30", "roles": roles, "csrf": session.csrf}
            assert browser.post("/account/keys", data=form).status_code == 422
        assert service.desk.accounts.keys("police") == before
        form = {"label": "x", "days": "30", "roles": ["auditor"], "csrf": session.csrf}
        assert browser.post("/account/keys", data=form).status_code == 200
    (made,) = (one for one in service.desk.accounts.keys("police") if one not in before)
    assert made.roles == {"auditor"}


@pytest.mark.parametrize("page", ["/account/keys", "/accounts/all@police/keys"])
@pytest.mark.parametrize(("language", "said"), [("en", "Tick at least one"), ("ko", "하나 이상을")])
def test_no_box_ticked_is_no_key(
    page: str, language: str, said: str, service: Running, browser: httpx.Client, session: Session
) -> None:
    before = service.desk.accounts.keys("police")
    form = {"label": "x", "csrf": session.csrf}
    got = browser.post(page, data=form, headers={"Accept-Language": language})
    assert (got.status_code, said in got.text) == (422, True)
    assert service.desk.accounts.keys("police") == before


def test_the_keys_of_others_are_not_ones_own(
    service: Running, browser: httpx.Client, session: Session
) -> None:
    service.add("else@police", "police", "auditor")
    accounts = service.desk.accounts
    (other,) = (one for one in accounts.keys("police") if one.actor == "else@police")
    assert other.id not in browser.get("/account").text
    form = {"csrf": session.csrf}
    assert browser.post(f"/account/keys/{other.id}/revoke", data=form).status_code == 404
    another = f"/accounts/all@police/keys/{other.id}/revoke"  # of who is shown, not of whoever
    assert browser.post(another, data=form).status_code == 404
    assert accounts.key(other.id).revoked_at is None


def test_a_key_keeps_no_keys_on_the_page_of_its_account(service: Running) -> None:
    accounts = service.desk.accounts
    own = next(one for one in accounts.keys("police") if one.actor == "all@police")
    before = [(one.id, one.revoked_at) for one in accounts.keys("police")]
    with service.client("all@police") as program:
        form = {"label": "x", "roles": ["auditor"]}
        assert program.post("/account/keys", data=form).status_code == 403
        assert program.post(f"/account/keys/{own.id}/revoke", data={}).status_code == 403
    assert [(one.id, one.revoked_at) for one in accounts.keys("police")] == before
