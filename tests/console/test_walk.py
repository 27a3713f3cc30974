"""From the log-in to a match, by keyboard alone; and the ways in and out."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Opened
from tests.console.place import CHIEF, PASSWORD, Place

pytestmark = pytest.mark.long

MOST_TABS = 60


def test_a_keyboard_is_enough_from_log_in_to_match(
    server: Place, media: Path, opened: Opened
) -> None:
    page = opened(actor=None)
    page.on("filechooser", lambda _: None)  # from now on no dialogue of the browser's own opens
    page.goto("/identify")
    expect(page.get_by_label("Name")).to_be_focused()  # a browser does so with its next picture
    page.keyboard.type(CHIEF)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/identify")
    tab_to(page, "#file")
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files(media / "mirrored.mp4")
    tab_to(page, "form[data-upload] button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suspects/j_*")
    expect(page.locator("#matches")).to_be_visible()
    page.locator("body").press("j")
    expect(page.locator("tbody .row-title")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/matches/1")
    loaded(page)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-clock=suspect]")).to_have_text("0:01.0")
    page.keyboard.press("Home")
    expect(page.locator("[data-clock=suspect]")).to_have_text("0:00.0")


def test_every_link_of_the_page_begins_with_the_content(page: Page) -> None:
    page.goto("/catalogue")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_whoever_is_not_known_is_told_no_more(opened: Opened, expected: list[str]) -> None:
    expected.append("401 (Unauthorized)")
    page = opened(actor=None)
    for actor in (CHIEF, "nobody@nowhere.example"):
        page.goto("/login")
        page.get_by_label("Name").fill(actor)
        page.get_by_label("Password").fill("wrong horse")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("Nobody is known by this name and password.")


def test_a_link_lets_in_once_and_only_when_it_is_pressed(
    server: Place, opened: Opened, expected: list[str]
) -> None:
    expected.append("401 (Unauthorized)")
    page = opened(actor=None)
    link = f"/login?token={server.desk.accounts.one_time_token(CHIEF)}"
    for _ in range(2):
        page.goto(link)  # a program that looks into messages does as much
    page.get_by_role("button", name="Log in with this link").click()
    page.wait_for_url("**/catalogue")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    page.goto("/catalogue")
    page.wait_for_url("**/login?next=/catalogue")
    page.goto(link)
    page.get_by_role("button", name="Log in with this link").click()
    expect(page.get_by_role("alert")).to_contain_text("used already")


@pytest.mark.parametrize(
    "then", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere"]
)
def test_a_log_in_leads_nowhere_else(then: str, server: Place, opened: Opened) -> None:
    page = opened(actor=None)
    token = server.desk.accounts.one_time_token(CHIEF)
    answer = page.request.post("/login/once", form={"token": token, "next": then}, max_redirects=0)
    assert answer.status == 303
    assert answer.headers["location"] == "/"


def test_another_site_logs_nobody_in_or_out(server: Place, page: Page) -> None:
    stranger = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    token = server.desk.accounts.one_time_token(CHIEF)
    for path, field, value in (("/login/once", "token", token), ("/logout", "csrf", "x")):
        answer = page.request.post(path, form={field: value}, headers=stranger, max_redirects=0)
        assert answer.status == 403, path
    assert page.request.post("/logout", form={}, max_redirects=0).status == 403
    page.goto("/account")
    expect(page.get_by_role("heading", name=CHIEF)).to_be_visible()


def test_language_and_light_are_kept_without_script(opened: Opened) -> None:
    page = opened(actor=None, java_script_enabled=False)
    page.goto("/login?next=/tests")
    page.get_by_role("button", name="한국어").click()
    expect(page.locator("h1")).to_have_text("로그인")
    page.get_by_role("button", name="어둡게").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/login?next=/tests")


def test_a_key_is_shown_once_counts_and_is_revoked(server: Place, page: Page) -> None:
    page.goto("/account")
    page.get_by_label("Name of the key").fill("nightly <crawl>")
    for role in ("Administrator", "Analyst"):
        page.get_by_role("checkbox", name=role).uncheck()
    page.get_by_role("button", name="Issue a key").click()
    secret = page.locator(".secret").inner_text()
    who = server.desk.accounts.principal_of_key(secret)
    assert who.actor == CHIEF
    assert not who.roles & {"admin", "analyst"}
    page.goto("/account")
    assert secret not in page.content()
    row = page.locator("tr", has_text="nightly <crawl>")
    row.get_by_role("button", name="Revoke").first.click()
    row.locator("[popover] .danger").click()
    expect(page.locator("tr", has_text="nightly <crawl>")).to_contain_text("revoked")


def test_a_key_makes_no_keys(server: Place, page: Page) -> None:
    secret, _ = server.desk.accounts.issue_key(CHIEF, "little", ["auditor"])
    answer = page.request.post(
        f"{server.url}/account/keys",
        form={"label": "more"},
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status == 403


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until it is reached."""
    wanted = page.locator(selector)
    for _ in range(MOST_TABS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached")


def loaded(page: Page) -> None:
    """Both players know what they play."""
    for side in ("suspect", "work"):
        page.locator(f"[data-side={side}]").evaluate(
            "v => v.readyState > 1 || new Promise(done => v.addEventListener('loadeddata', done))"
        )
