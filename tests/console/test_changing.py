"""Adding works, changing what is said of them, and names that strangers made up."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reelprint.desk import works
from reference_catalog.work import WorkDetails
from tests.console.conftest import Opened
from tests.console.place import SUE, Place
from tests.reelprint.conftest import MUSIC

pytestmark = pytest.mark.long

HOSTILE = (
    "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>",
    "\"'><svg onload=window.pwned=1>{{7*7}}{% raw %}",
    "film\u202e4pm.exe\u2066.mp4",
    "x" * 10_000,
    "javascript:alert(1)",
    "../../../etc/passwd",
    "a?id=b&c=d#e",
)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_work_is_added_and_followed(
    script: bool, server: Place, media: Path, opened: Opened
) -> None:
    page = opened(java_script_enabled=script)
    page.goto("/catalogue/add")
    page.get_by_label("Title").fill("An added work")
    page.get_by_label("Work id").fill(f"added-{script}")
    page.get_by_label("Drop media").set_input_files(
        media / ("other.mp3" if script else "music.mp3")
    )
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/jobs/j_*")
    if not script:
        server.ended_job(page.url.rsplit("/", 1)[1])
        again = page.get_by_role("link", name="Show what came of it")
        if again.count():  # it may have ended before the page was shown
            again.click()
    expect(page.get_by_text("Registered as")).to_be_visible()
    page.get_by_role("link", name="Open the work").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("An added work")


def test_several_files_are_sent_one_after_another(media: Path, page: Page) -> None:
    page.goto("/identify")
    page.locator("#file").set_input_files([media / "text.mp4", media / "other.mp3"])
    page.get_by_role("button", name="Identify").click()
    expect(page.get_by_role("link", name="Follow it")).to_have_count(2)


def test_a_file_that_is_not_taken_says_why(
    opened: Opened, media: Path, expected: list[str]
) -> None:
    expected.append("status of 404")
    page = opened(SUE)
    page.goto("/catalogue/add")
    page.evaluate("document.querySelector('[name=work_id]').name = 'id'")
    page.locator("[name=id]").fill(MUSIC)  # another's
    page.locator("#file").set_input_files(media / "other.mp3")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".upload-says")).to_contain_text("there is no work")


def test_a_range_counts_nothing_and_then_again(page: Page, expected: list[str]) -> None:
    expected.append("status of 422")
    page.goto(f"/catalogue/work?id={MUSIC}")
    page.get_by_label("From · required").fill("1:30")
    page.get_by_label("To · required").fill("0:10")
    page.get_by_label("Reason").fill("A <b>jingle</b>")
    page.get_by_role("button", name="Exclude a range").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("A <b>jingle</b>")
    page.get_by_label("From · required").fill("0:05")
    page.get_by_role("button", name="Exclude a range").click()
    expect(page.locator("rect.bar.excluded[role=img]")).to_have_count(1)
    expect(page.get_by_role("cell", name="A <b>jingle</b>")).to_be_visible()
    page.get_by_role("button", name="Count again").click()
    expect(page.locator("rect.bar.excluded[role=img]")).to_have_count(0)


def test_licences_are_added_and_taken_away(page: Page) -> None:
    page.goto(f"/catalogue/work?id={MUSIC}")
    page.get_by_label("Distributor").fill("Stream.Example")
    page.get_by_label("Territories").fill("kr, JP")
    page.get_by_role("button", name="Add a licence").click()
    expect(page.get_by_role("cell", name="stream.example")).to_be_visible()
    expect(page.get_by_role("cell", name="JP KR")).to_be_visible()
    page.locator("#licences").locator("xpath=ancestor::section").get_by_role(
        "button", name="Remove"
    ).click()
    expect(page.get_by_text("Nobody but the rights holder may show it.")).to_be_visible()
    page.get_by_role("button", name="Nothing is known").click()
    expect(page.get_by_text("Nothing is known of licences")).to_be_visible()


def test_names_of_strangers_do_no_harm(server: Place, media: Path, page: Page) -> None:
    who, _ = server.desk.accounts.principal_of_session(server.session().token)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for number, name in enumerate(HOSTILE):
        # Ids that turn what follows are refused; titles, owners and series are not.
        work_id = (name[:150] if name.isprintable() else "turned") + str(number)
        works.put_work(server.desk, who, work_id, hostile(work_id, name))
        job = server.suspect(media / "text.mp4", name)
        for path in ("/catalogue", "/suspects", "/uploads", f"/suspects/{job.id}"):
            page.goto(path)
            assert page.evaluate("window.pwned === undefined"), (name, path)
            assert "\u202e" not in page.content(), (name, path)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 1440, (name[:40], path, wide)
        page.goto("/catalogue")
        page.locator(f"[data-row]:has-text('{number}') .row-title").first.wait_for()
        shown = page.locator("small bdi").all_inner_texts()
        assert any(text.rstrip("…")[:40] in spelled(work_id) for text in shown)
    for link in page.locator("tbody a.row-title").all():
        href = link.get_attribute("href")
        assert href is not None
        assert href.startswith("/catalogue/work?id=")
        assert page.request.get(href).status == 200, href


def test_a_message_that_was_made_up_says_nothing(server: Place, page: Page) -> None:
    for value in ("x", "bm90IGpzb24=", "WyJub3BlIiwge30sIGZhbHNlXQ==", "W10="):
        page.context.add_cookies([{"name": "flash", "value": value, "url": server.url}])
        page.goto("/tests")
        expect(page.locator("main > .notice.good, main > .notice.bad")).to_have_count(0)


def hostile(work_id: str, name: str) -> works.Change:
    """What is said of a work by somebody who means harm."""
    return lambda _: WorkDetails(work_id, name, "film", name, (), name)


def spelled(name: str) -> str:
    """A name as pages show it."""
    return name.replace("\u202e", "\\u202e").replace("\u2066", "\\u2066")
