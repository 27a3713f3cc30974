"""A plan of a live stream, started in a browser that is closed then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from casework.store import CaseStore
from jobs.job import Job
from reelprint.cases import place_of
from reelprint.service.cookies import SESSION as COOKIE
from tests.console.conftest import Accessible, Opened
from tests.console.place import AUTHORITY, CHIEF, Place

pytestmark = pytest.mark.long

LIVE, CAP = "LIVE-1", "cap2@police.example"
SOURCE = "https://videos.example/live/<b>.m3u8"


@pytest.fixture(scope="module")
def live(server: Place) -> str:
    """A case that the form opened, of eight samples of half a minute."""
    server.desk.accounts.add_account(AUTHORITY, CAP, ["capturer"])
    session = server.session()
    said = {"csrf": session.csrf, "case_id": LIVE, "authority": "a complaint"}
    numbers = {"per_hour": "4", "each_s": "30", "hours": "2", "sampling": "each-once"}
    mine = {"Cookie": f"{COOKIE}={session.token}"}
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        wrong = client.post("/cases", headers=mine, data={**said, **numbers, "per_hour": "many"})
        assert wrong.status_code == 422
        assert 'value="30"' in wrong.text
        assert client.post("/cases", headers=mine, data={**said, **numbers}).status_code == 303
    return LIVE


def lines(server: Place) -> int:
    place = place_of(server.desk.workspace)
    with CaseStore.open(place.folder) as store:
        return len(store.custody(LIVE))


def plan_jobs(server: Place) -> list[Job]:
    return server.desk.queue.list(AUTHORITY, "plan")[0]


def begun(page: Page) -> None:
    page.goto(f"/cases/{LIVE}")
    expect(page.locator("main")).to_contain_text("4 times of 30 s in each of 2 hours: 8 samples")
    form = page.locator(f"form[action='/cases/{LIVE}/plans']").last
    form.locator("[name=source]").fill(SOURCE)
    tonight = datetime.now(UTC) + timedelta(hours=9)
    form.locator("[name=begin]").fill(tonight.strftime("%Y-%m-%dT%H:%M"))
    form.get_by_role("button", name="Start the plan").click()
    expect(page.locator(".notice.good")).to_contain_text("You may close this page")


def test_a_plan_is_started_followed_and_stopped(
    server: Place, live: str, opened: Opened, accessible: Accessible
) -> None:
    page = opened(CHIEF)
    begun(page)
    shown = page.locator("#case-plans li")
    expect(shown).to_contain_text("0 of 8 moments")
    expect(shown).to_contain_text("to come 8")
    expect(shown).to_contain_text(SOURCE)
    accessible(page)
    (job,) = plan_jobs(server)
    assert (job.state, job.actor) == ("queued", CHIEF)
    before = lines(server)
    assert page.goto(f"/cases/{LIVE}/plans") is not None
    assert lines(server) == before  # the part that renews itself is no look at the case
    page.goto(f"/cases/{LIVE}")
    page.get_by_role("button", name="Stop", exact=True).first.click()
    accessible(page)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Reason").fill("the match <i>was</i> called off")
    dialog.get_by_role("button", name="Stop", exact=True).click()
    expect(shown.locator(".status")).to_have_text("stopped")
    expect(shown).to_contain_text("the match <i>was</i> called off")
    assert plan_jobs(server)[0].state == "cancelled"
    page.get_by_role("button", name="Go on").click()
    expect(shown.locator(".status")).to_have_text("being carried out")
    page.goto(f"/cases/{LIVE}/custody")
    expect(page.locator("main tbody")).to_contain_text("had a plan carried out")
    expect(page.locator("main tbody")).to_contain_text("stopped a plan")


def test_in_korean_and_dark_it_is_as_accessible(
    server: Place, live: str, opened: Opened, accessible: Accessible
) -> None:
    for actor in (CHIEF, CAP):
        page = opened(actor, 400)
        for name, value in (("lang", "ko"), ("theme", "dark")):
            page.context.add_cookies([{"name": name, "value": value, "url": server.url}])
        page.goto(f"/cases/{LIVE}")
        expect(page.get_by_role("heading", name="실시간 스트림 계획")).to_be_visible()
        accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide


def test_what_cannot_be_planned_is_said(server: Place, live: str) -> None:
    session = server.session(CAP)
    mine = {"Cookie": f"{COOKIE}={session.token}"}
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        for said in (
            {"source": "file:///etc/passwd"},
            {"source": "https://videos.example/x", "begin": "soon"},
            {"source": "https://videos.example/x", "begin": "9999-12-31T23:59"},
        ):
            answer = client.post(
                f"/cases/{LIVE}/plans", headers=mine, data={"csrf": session.csrf, **said}
            )
            cookies = {**mine, "Cookie": f"{mine['Cookie']}; flash={answer.cookies['flash']}"}
            assert "This was not done" in client.get(f"/cases/{LIVE}", headers=cookies).text
        answer = client.post(f"/cases/{LIVE}/watch", headers=mine, data={"csrf": session.csrf})
        assert answer.status_code == 403
        assert client.post(f"/cases/{LIVE}/plans", headers=mine).status_code in (403, 422)
