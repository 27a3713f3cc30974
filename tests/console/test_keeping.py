"""What pages say of how much is held, how long things are kept, and what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reelprint.desk import housekeeping
from reelprint.service.config import Config
from tests.console.conftest import Accessible, Opened, Stock
from tests.console.place import SUE, Place

pytestmark = pytest.mark.long

MB = 10**6


@pytest.fixture
def bounded(server: Place) -> Iterator[Config]:
    """The service as if it had been started with other settings."""
    before = server.desk.config
    wanted = replace(before, quota_bytes=100 * MB, keep_uploads_days=30, keep_jobs_days=60)
    object.__setattr__(server.desk, "config", wanted)
    yield wanted
    object.__setattr__(server.desk, "config", before)


@pytest.mark.usefixtures("bounded")
def test_uploads_say_how_much_and_until_when(
    server: Place, media: Path, page: Page, accessible: Accessible
) -> None:
    made = server.uploaded(media / "text.mp4", "keep me.mp4")
    until = datetime.fromisoformat(made.at) + timedelta(days=30)
    page.goto("/uploads")
    expect(page.get_by_text("of 100 MB are held").first).to_be_visible()
    expect(page.get_by_text("deleted 30 days after they were sent")).to_be_visible()
    row = page.locator("tr", has_text="keep me.mp4")
    expect(row.get_by_text(until.strftime("%Y-%m-%d %H:%M:%S"))).to_be_visible()
    accessible(page)
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The file is deleted.", exact=True)).to_be_visible()
    expect(page.locator("tr", has_text="keep me.mp4")).to_have_count(0)


def test_without_settings_nothing_is_said_to_end(page: Page) -> None:
    page.goto("/uploads")
    expect(page.get_by_text("Files are kept until somebody deletes them.")).to_be_visible()
    page.goto("/identify")
    expect(page.get_by_text("kept until somebody deletes it")).to_be_visible()


def test_others_see_none_of_them(server: Place, media: Path, opened: Opened) -> None:
    made = server.uploaded(media / "text.mp4", "of the police.mp4")
    page = opened(SUE)
    page.goto("/uploads")
    assert made.name not in page.content()
    page.goto("/account")
    token = page.locator("input[name=csrf]").first.get_attribute("value")
    said = page.request.post(f"/uploads/{made.id}/remove", form={"csrf": str(token)})
    assert said.status == 404
    assert server.desk.files.upload(made.id) == made


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize(
    ("language", "deleted", "kept"),
    [
        ("en-GB", "The file was deleted.", "What was found in it stays"),
        ("ko-KR", "파일이 삭제되었습니다.", "발견된 내용은 SHA-256 값과 시각과 함께 남습니다"),
    ],
)
def test_a_suspect_whose_file_is_gone_says_so(
    language: str,
    deleted: str,
    kept: str,
    server: Place,
    media: Path,
    opened: Opened,
    accessible: Accessible,
) -> None:
    job = server.suspect(media / "mirrored.mp4")
    explained = server.explained(job.id)
    page = opened(locale=language)
    page.goto(f"/suspects/{job.id}")
    expect(page.get_by_text(deleted)).to_have_count(0)
    server.desk.files.remove(str(job.payload["upload"]))
    server.desk.files.remove_pictures(explained.id)
    page.goto(f"/suspects/{job.id}")
    expect(page.get_by_text(deleted)).to_be_visible()
    expect(page.get_by_text(kept)).to_be_visible()
    expect(page.locator("tbody a.row-title")).to_have_count(1)
    accessible(page)
    page.goto(f"/suspects/{job.id}/matches/1")
    expect(page.locator("#sum")).to_be_visible()  # its numbers stay
    expect(page.locator("#why img")).to_have_count(0)
    server.desk.files.remove_results(explained.id)
    page.goto(f"/suspects/{job.id}/matches/1")
    expect(page.locator("#why")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "says"), [("en-GB", "This one may have been."), ("ko-KR", "이미 삭제되었을 수")]
)
def test_a_job_that_was_forgotten_is_not_there_and_says_why(
    language: str,
    says: str,
    bounded: Config,
    server: Place,
    stock: Stock,
    media: Path,
    opened: Opened,
    expected: list[str],
) -> None:
    expected.append("404 (Not Found)")
    job = server.suspect(media / "text.mp4")
    later = datetime.now(UTC) + timedelta(days=bounded.keep_jobs_days + 1)
    gone = list(housekeeping.tidy(server.desk, later))
    assert job.id in {one.id for one in gone}
    page = opened(locale=language)
    for path in (f"/suspects/{job.id}", f"/jobs/{job.id}", f"/suspects/{stock.film}/matches/1"):
        response = page.goto(path)
        assert response is not None
        assert response.status == 404
        expect(page.get_by_text(says)).to_be_visible()
