"""A browser, and a service with a console to open in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.pipeline import Item
from reelprint.service.cookies import SESSION as COOKIE
from reference_catalog.work import WorkDetails
from tests.console.place import CHIEF, Place, furnish, place
from tests.reelprint.conftest import FILM, MUSIC, SHORT, UNREGISTERED, work

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
PATIENCE_MS = 180_000  # of a machine that is busy with much else
SERIOUS = ("serious", "critical")
LOUD = ("error", "warning")  # messages on the console of a browser

Accessible = Callable[[Page], None]
Opened = Callable[..., Page]


def program() -> str | None:
    """A browser that is installed, if there is one."""
    named = os.environ.get("REELPRINT_TEST_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, started once."""
    expect.set_options(timeout=PATIENCE_MS)
    found = program()
    if found is None:
        pytest.skip("no Chromium: install chromium-headless-shell")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with three works and people; to be copied."""
    home = tmp_path_factory.mktemp("console") / "home"
    said = (
        WorkDetails(FILM, "Big Buck Bunny (opening)", "film", "Blender Foundation"),
        WorkDetails(SHORT, "City time-lapse", "film"),
        WorkDetails(MUSIC, "Founders", "music", "Alexander Zhelanov"),
    )
    furnish(home, [Item(work(one.work_id), one) for one in said])
    return home


@dataclass(frozen=True, slots=True)
class Stock:
    """A workspace in which suspects were identified and explained; jobs by their ids."""

    home: Path
    film: str
    sound: str
    nothing: str
    unreadable: str
    explained: str  # of the film


@pytest.fixture(scope="session")
def stock(furnished: Path, media: Path) -> Stock:
    """What tests only look at, made once: to be copied."""
    with place(furnished) as made:
        names = ("mirrored.mp4", "music.mp3", "other.mp3", "text.mp4")
        film, sound, nothing, unreadable = (made.suspect(media / name).id for name in names)
        made.explained(sound)
        explained = made.explained(film).id
    return Stock(furnished, film, sound, nothing, unreadable, explained)


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Suspects: a mirrored film, music, and what is not registered."""
    folder = tmp_path_factory.mktemp("media")
    makers.mirrored(Cut(work(FILM), 12.2, 20.0), folder / "mirrored.mp4")
    makers.music(Cut(work(MUSIC), 21.7, 27.7), folder / "music.mp3")
    makers.music(Cut(UNREGISTERED / "calm-race.ogg", 10, 16), folder / "other.mp3")
    makers.no_film(folder / "text.mp4")
    return folder


@pytest.fixture(scope="module")
def server(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service on loopback with works, people, and somebody who does the jobs."""
    home = tmp_path_factory.mktemp("server") / "home"
    shutil.copytree(stock.home, home)
    with place(home) as made:
        yield made


@pytest.fixture
def expected() -> list[str]:
    """Parts of what a page may say to the browser's console in a test."""
    return []


@pytest.fixture
def opened(browser: Browser, server: Place, expected: list[str]) -> Iterator[Opened]:
    """Opens pages as somebody, who is logged in unless `actor` is None; more is of the browser's
    context. When the test ends, none of them may have said an error or broken the policy."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def new(actor: str | None = CHIEF, width: int = 1440, **more: Any) -> Page:
        size: ViewportSize = {"width": width, "height": 900}
        context = browser.new_context(base_url=server.url, viewport=size, **more)
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if actor is not None:
            log_in(context, server, actor)
        page = context.new_page()
        page.on("console", lambda one: said.append(one.text) if one.type in LOUD else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
    said = [one for one in said if not any(part in one for part in expected)]
    assert not said, said


@pytest.fixture
def page(opened: Opened) -> Page:
    """A page of somebody with all roles of an authority."""
    return opened()


@pytest.fixture(scope="session")
def accessible() -> Accessible:
    """Fails where axe finds what keeps people out."""
    axe = Axe()

    def check(page: Page) -> None:
        found = axe.run(page).response["violations"]
        grave = [
            f"{one['id']}: {one['help']}: {node['html'][:200]}"
            for one in found
            if one["impact"] in SERIOUS
            for node in one["nodes"]
        ]
        assert not grave, "\n".join(grave)

    return check


def log_in(context: BrowserContext, server: Place, actor: str = CHIEF) -> None:
    """Give a browser the session of somebody."""
    host = urlsplit(server.url).hostname
    token = server.session(actor).token
    context.add_cookies([{"name": COOKIE, "value": token, "domain": host, "path": "/"}])
