"""Each page as a browser shows it: nothing keeps people out, nothing breaks the policy."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Accessible, Opened, Stock

pytestmark = pytest.mark.long

PAGES = (
    *(
        "catalogue",
        "nothing found",
        "add",
        "add reference",
        "work",
        "identify",
        "suspects",
        "uploads",
    ),
    *("suspect", "match", "match of sound", "no match", "unreadable", "job", "account", "tests"),
    *("missing", "login"),
)
LOOKS = (
    ("light", "en"),
    ("dark", "ko"),
    pytest.param("dark", "en", marks=pytest.mark.long),
    pytest.param("light", "ko", marks=pytest.mark.long),
)
LOCALES = {"en": "en-GB", "ko": "ko-KR"}
INLINE = re.compile(
    r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|<[^>]*\son[a-z]+\s*=|javascript:", re.I
)


@pytest.fixture(scope="module")
def paths(stock: Stock) -> dict[str, str]:
    """Every page by a name."""
    film = stock.film
    return {
        "catalogue": "/catalogue",
        "nothing found": "/catalogue?q=zzz",
        "add": "/catalogue/add",
        "add reference": "/catalogue/add?id=founders",
        "work": "/catalogue/work?id=big-buck-bunny",
        "identify": "/identify",
        "suspects": "/suspects",
        "uploads": "/uploads",
        "suspect": f"/suspects/{film}",
        "match": f"/suspects/{film}/matches/1",
        "match of sound": f"/suspects/{stock.sound}/matches/1",
        "no match": f"/suspects/{stock.nothing}",
        "unreadable": f"/suspects/{stock.unreadable}",
        "job": f"/jobs/{stock.explained}",
        "account": "/account",
        "tests": "/tests",
        "missing": "/suspects/j_0",
        "login": "/login",
    }


@pytest.mark.long
@pytest.mark.parametrize(("theme", "language"), LOOKS)
def test_nothing_keeps_people_out(
    theme: Literal["light", "dark"],
    language: str,
    paths: dict[str, str],
    opened: Opened,
    accessible: Accessible,
    expected: list[str],
) -> None:
    expected.append("404 (Not Found)")  # the page that is missing
    page = opened(color_scheme=theme, locale=LOCALES[language])
    assert set(paths) == set(PAGES)
    for name in PAGES:
        page.goto(paths[name])
        settled(page)
        expect(page.locator("html")).to_have_attribute("lang", language)
        accessible(page)


def test_no_page_holds_a_script_or_a_style_of_its_own(
    paths: dict[str, str], page: Page, expected: list[str]
) -> None:
    for name, path in paths.items():
        response = page.request.get(path)
        assert "default-src 'none'" in response.headers["content-security-policy"], name
        assert not INLINE.search(response.text()), (name, INLINE.search(response.text()))


def test_a_narrow_page_is_not_scrolled_sideways(paths: dict[str, str], opened: Opened) -> None:
    page = opened(width=400)
    for name, path in paths.items():
        if name in ("missing",):
            continue
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 400, (name, wide)


def test_keys_lead_everywhere_unless_they_are_off(page: Page) -> None:
    page.goto("/catalogue")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys-help")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("g")  # goes into the field
    expect(page.locator("#q")).to_have_value("g")
    page.locator("main").focus()
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/tests")
    page.goto("/account")
    page.get_by_role("button", name="Switch them off").click()
    page.goto("/catalogue")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_hidden()


def test_a_table_is_walked_by_its_rows(page: Page) -> None:
    page.goto("/catalogue")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == first
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalogue/work?**")


def test_the_catalogue_is_searched_and_sorted(page: Page) -> None:
    page.goto("/catalogue")
    titles = page.locator("tbody .row-title")
    expect(titles).to_have_count(3)
    page.locator("#q").fill("zhelanov")
    expect(titles).to_have_text(["Founders"])
    expect(page).to_have_url(re.compile(r"q=zhelanov"))
    page.goto("/catalogue?sort=duration&down=true")
    expect(titles.first).to_have_text("Founders")
    page.goto("/catalogue?kind=film&sort=title")
    expect(titles).to_have_text(["Big Buck Bunny (opening)", "City time-lapse"])


def settled(page: Page) -> None:
    """What a match rests on has been gathered."""
    if page.locator("#why").count():
        expect(page.locator("#sum")).to_be_visible()
