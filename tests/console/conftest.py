"""A browser, and a service with a console to open in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.pipeline import Item
from reelprint.service.security import COOKIE
from reference_catalog.work import WorkDetails
from tests.console.place import CHIEF, Place, furnish, place
from tests.reelprint.conftest import FILM, MUSIC, SHORT, UNREGISTERED, work

BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
PATIENCE_MS = 30_000
SERIOUS = ("serious", "critical")

Accessible = Callable[[Page], None]
Opened = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the console share what takes long to make: with `--dist loadgroup` too."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("console"))


def program() -> str | None:
    """A browser that is installed, if there is one."""
    named = os.environ.get("REELPRINT_TEST_BROWSER")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser, started once."""
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
    furnish(home, [
        Item(work(FILM), WorkDetails(FILM, "Big Buck Bunny (opening)", "film", "Blender Foundation")),
        Item(work(SHORT), WorkDetails(SHORT, "City time-lapse", "film")),
        Item(work(MUSIC), WorkDetails(MUSIC, "Founders", "music", "Alexander Zhelanov")),
    ])  # fmt: skip
    return home


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
def server(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service on loopback with works, people, and somebody who does the jobs."""
    home = tmp_path_factory.mktemp("server") / "home"
    shutil.copytree(furnished, home)
    with place(home) as made:
        yield made


@pytest.fixture
def opened(browser: Browser, server: Place) -> Iterator[Opened]:
    """Opens pages as somebody, who is logged in unless `actor` is None; more is of the browser's
    context. When the test ends, none of them may have said an error or broken the policy."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def new(actor: str | None = CHIEF, width: int = 1440, **more: object) -> Page:
        context = browser.new_context(
            base_url=server.url, viewport={"width": width, "height": 900}, **more,  # type: ignore[arg-type]
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        if actor is not None:
            log_in(context, server, actor)
        page = context.new_page()
        page.on(
            "console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield new
    for context in contexts:
        context.close()
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
    cookie = {"name": COOKIE, "value": server.session(actor).token, "domain": host, "path": "/"}
    context.add_cookies([cookie])  # type: ignore[list-item]
