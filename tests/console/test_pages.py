"""Each page as somebody sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Accessible, Opened
from tests.console.place import Place


@pytest.fixture(scope="module")
def paths(server: Place, media: Path) -> dict[str, str]:
    """Every page by a name."""
    found = server.suspect(media / "mirrored.mp4")
    nothing = server.suspect(media / "other.mp3")
    unreadable = server.suspect(media / "text.mp4")
    return {
        "catalogue": "/catalogue",
        "nothing found": "/catalogue?q=zzz",
        "add": "/catalogue/add",
        "work": "/catalogue/work?id=big-buck-bunny",
        "identify": "/identify",
        "suspects": "/suspects",
        "suspect": f"/suspects/{found.id}",
        "match": f"/suspects/{found.id}/matches/1",
        "no match": f"/suspects/{nothing.id}",
        "unreadable": f"/suspects/{unreadable.id}",
        "account": "/account",
        "tests": "/tests",
        "missing": "/suspects/j_0",
    }


def test_try(paths: dict[str, str], opened: Opened, accessible: Accessible) -> None:
    page = opened()
    for name, path in paths.items():
        page.goto(path)
        page.screenshot(path=f"/tmp/exp/shots/{name.replace(' ', '-')}.png", full_page=True)
        print(name, page.title())
        accessible(page)
