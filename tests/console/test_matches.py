"""A match: two players in step, what it rests on, and who may see any of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from jobs.job import Job
from reference_catalog.work import WorkDetails
from tests.console.conftest import Opened, Stock
from tests.console.place import AUDITOR, SUE, Place
from tests.console.test_walk import loaded
from tests.reelprint.conftest import MUSIC, SHORT, work

pytestmark = pytest.mark.long

STEP_S = 0.15  # what the clocks of two players may lie apart when they stand
PLAYING_S = 0.4  # and when they run, on a busy machine


@pytest.fixture(scope="module")
def film(server: Place, stock: Stock) -> Job:
    """A film that was identified, and explained."""
    return server.desk.queue.get(stock.film)


@pytest.fixture(scope="module")
def own(server: Place, media: Path) -> Job:
    """What a holder asked: a suspect with a work of its own, which others registered too."""
    server.registered(work(SHORT), WorkDetails("mine", "Mine"), SUE)
    return server.suspect(media / "mirrored.mp4", "ours.mp4", SUE)


def test_both_players_stand_and_run_at_the_aligned_moment(film: Job, page: Page) -> None:
    page.goto(f"/suspects/{film.id}/matches/1")
    loaded(page)
    for key in ("ArrowRight", "ArrowRight", ",", "."):
        page.locator("main").press(key)
    assert apart(page) < STEP_S
    page.get_by_role("button", name="Play, pause").click()
    expect(page.locator("[data-clock=suspect]")).to_have_text(re.compile(r"^0:0[3-7]"))
    assert apart(page) < PLAYING_S
    page.locator("main").press(" ")
    expect(page.locator("[data-act=play]")).to_have_attribute("aria-pressed", "false")
    assert page.locator("[data-side=suspect]").evaluate("v => v.paused")
    assert page.locator("[data-side=work]").evaluate("v => v.paused")


def test_a_frame_leads_to_its_moment(film: Job, page: Page) -> None:
    page.goto(f"/suspects/{film.id}/matches/1")
    loaded(page)
    button = page.locator("[data-seek]").nth(1)
    button.click()
    at = float(button.get_attribute("data-seek") or "nan")
    assert abs(page.locator("[data-side=suspect]").evaluate("v => v.currentTime") - at) < STEP_S
    assert apart(page) < STEP_S


def test_pictures_drawings_and_sums_are_there(film: Job, page: Page) -> None:
    page.goto(f"/suspects/{film.id}/matches/1")
    expect(page.locator(".moment")).to_have_count(4)
    for image in page.locator(".moment img").all():
        image.scroll_into_view_if_needed()
        assert image.evaluate(
            "i => { i.loading = 'eager'; return i.decode().then(() => i.naturalWidth); }"
        )
    assert page.locator(".dots-along").get_attribute("d")
    expect(page.locator("#sum + p + .scroll tbody tr")).not_to_have_count(0)
    expect(page.locator("#rival")).to_be_visible()


def test_what_a_browser_cannot_play_is_said_and_frames_stay(
    film: Job, page: Page, expected: list[str]
) -> None:
    expected.append("Failed to load resource")
    page.route("**/media", lambda route: route.abort())
    page.goto(f"/suspects/{film.id}/matches/1")
    expect(page.locator(".cannot-text")).to_have_count(2)
    for said in page.locator(".cannot-text").all():
        expect(said).to_be_visible()
    expect(page.locator(".moment")).to_have_count(4)


def test_media_comes_in_parts_and_as_what_it_is(film: Job, page: Page) -> None:
    path = f"/suspects/{film.id}/media"
    part = page.request.get(path, headers={"Range": "bytes=0-99"})
    assert (part.status, len(part.body())) == (206, 100)
    assert part.headers["content-type"] == "video/mp4"
    assert part.headers["x-content-type-options"] == "nosniff"


def test_a_page_by_another_name_is_not_served_as_a_page(
    server: Place, media: Path, page: Page
) -> None:
    found = server.suspect(media / "music.mp3", "page.html")
    answer = page.request.get(f"/suspects/{found.id}/media")
    assert answer.headers["content-type"] == "application/octet-stream"


def test_another_organisation_finds_nothing(film: Job, stock: Stock, opened: Opened) -> None:
    page = opened(SUE)
    for path in (
        f"/suspects/{film.id}",
        f"/suspects/{film.id}/media",
        f"/suspects/{film.id}/matches/1",
        f"/suspects/{film.id}/matches/1/media",
        f"/explanations/{stock.explained}/match-1-1-work.jpg",
        f"/jobs/{stock.explained}",
        "/catalogue/work?id=big-buck-bunny",
    ):
        answer = page.request.get(path)
        assert answer.status == 404, path
        assert "Bunny" not in answer.text()


def test_a_holder_is_not_told_of_the_works_of_others(own: Job, opened: Opened) -> None:
    page = opened(SUE)
    page.goto(f"/suspects/{own.id}")
    expect(page.get_by_role("heading", name="Nothing registered was found")).to_be_visible()
    page.get_by_role("button", name="Show what came nearest").click()
    expect(page.get_by_text("What there was to go by")).to_be_visible()
    for path in (f"/suspects/{own.id}", "/suspects", "/identify", "/catalogue"):
        page.goto(path)
        assert "Buck" not in page.content(), path
        assert "big-buck" not in page.content(), path


def test_an_auditor_sees_and_asks_for_nothing(film: Job, opened: Opened) -> None:
    page = opened(AUDITOR)
    page.goto(f"/suspects/{film.id}")
    expect(page.get_by_role("button", name="Delete the media")).to_have_count(0)
    page.goto("/catalogue/work?id=" + MUSIC)
    expect(page.get_by_role("button", name="Exclude a range")).to_have_count(0)
    assert page.request.get("/identify").status == 403


def apart(page: Page) -> float:
    """By how many seconds of the work the players are out of step."""
    found: float = page.evaluate(
        """() => {
          const box = document.querySelector("[data-players]").dataset;
          const [suspect, work] = ["suspect", "work"].map((side) =>
            document.querySelector(`[data-side=${side}]`));
          const place = Number(box.reference)
            + (suspect.currentTime - Number(box.query)) * Number(box.speed);
          return Math.abs(place - work.currentTime);
        }"""
    )
    return found
