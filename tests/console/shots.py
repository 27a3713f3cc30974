"""`python -m tests.console.shots FOLDER`: pictures of the console, of the demo's licensed works.

Without `--all` those of docs/console.md; with it every page, wide and narrow, light and dark, in
both languages, to be looked at; the case among them has hostile names.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from media.clip import Span
from reelprint.demo import makers
from reelprint.demo.copies import MANIFEST, other_piece, work_piece
from reelprint.desk import works
from reelprint.pipeline import Item
from reference_catalog.manifest import read_manifest
from tests.capture.server import serving
from tests.console.cases import ANALYST, CASE, OTHER, PLAIN_SITE, lead
from tests.console.conftest import log_in, program
from tests.console.place import AUDITOR, AUTHORITY, CHIEF, Place, furnish, place

Theme = Literal["light", "dark"]
WIDE, NARROW, HEIGHT = 1440, 400, 900
# Of docs/console.md: name, page, theme, language.
SHOWN: tuple[tuple[str, str, Theme, str], ...] = (
    ("catalogue", "catalogue", "light", "en"),
    ("suspect", "suspect", "light", "en"),
    ("match", "match", "dark", "en"),
    ("match-ko", "match", "light", "ko"),
    ("tests", "tests", "light", "en"),
)


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true")
    said = parser.parse_args()
    said.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        furnish(home, [Item(row.path, row.details) for row in read_manifest(MANIFEST)])
        with place(home) as made, sync_playwright() as playwright:
            paths = staged(made, Path(folder))
            browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
            if said.all:
                _take_all(browser, made, [(CHIEF, paths), *led(made, Path(folder))], said.folder)
            else:
                for name, page, theme, language in SHOWN:
                    path = said.folder / f"{name}.png"
                    at = paths[page]
                    _take(browser, made, CHIEF, at, path, theme, language, WIDE, whole=False)
            browser.close()


def staged(made: Place, folder: Path) -> Mapping[str, str]:
    """Suspects that were identified, and every page by a name."""
    _compilation(folder / "evening-stream.mp4")
    makers.faster(work_piece("planet-blupi.mp4", 12, 32), 1.05, folder / "blupi-fast.mp4")
    makers.mirrored(work_piece("big-buck-bunny.mp4", 3, 23), folder / "bunny_240p.mp4")
    makers.in_noise(work_piece("founders.ogg", 40, 50), folder / "field-recording.ogg")
    makers.music(other_piece("calm-race.ogg", 10, 30), folder / "other-music.mp3")
    makers.no_film(folder / "broken.mp4")
    found = {path.stem: made.suspect(path).id for path in sorted(folder.glob("*.*"))}
    who, _ = made.desk.accounts.principal_of_session(made.session().token)
    span, why = Span(0.0, 4.5), "Opening titles that several works share"
    works.exclude(made.desk, who, "sintel-trailer", _reference(made, "sintel-trailer"), span, why)
    stream = found["evening-stream"]
    return {
        "catalogue": "/catalogue",
        "add": "/catalogue/add",
        "work": "/catalogue/work?id=sintel-trailer",
        "identify": "/identify",
        "suspects": "/suspects",
        "uploads": "/uploads",
        "suspect": f"/suspects/{stream}",
        "match": f"/suspects/{found['bunny_240p']}/matches/1",
        "match-sound": f"/suspects/{found['field-recording']}/matches/1",
        "no-match": f"/suspects/{found['other-music']}",
        "unreadable": f"/suspects/{found['broken']}",
        "tests": "/tests",
        "account": "/account",
        "error": "/suspects/j_0",
        "login": "/login",
    }


def led(made: Place, folder: Path) -> Sequence[tuple[str, Mapping[str, str]]]:
    """A case that was led, and pages of it by name, for those who may see them."""
    for actor in (ANALYST, OTHER):
        made.desk.accounts.add_account(AUTHORITY, actor, ["analyst", "reviewer"])
    with serving() as site:
        lead(made, folder / "bunny_240p.mp4", folder / "other-music.mp3", site)
    case = f"/cases/{CASE}"
    pages = {
        "cases": "/cases",
        "case-new": "/cases/new",
        "case": case,
        **{f"case-{part}": f"{case}/{part}" for part in ("samples", "findings", "custody")},
        "sites": "/sites",
        "site": f"/sites/site?name={PLAIN_SITE}",
        "links": "/links",
        "verify": "/verify",
    }
    blind = {"case-blind": case, "review": "/review"}
    kept = {"accounts": "/accounts", "account-of": f"/accounts/{OTHER}"}
    return (
        (ANALYST, pages),
        (OTHER, blind),
        (CHIEF, kept),
        (AUDITOR, {"audit": "/audit?check=1"}),
    )


def _compilation(to: Path) -> None:
    """Pieces of three registered films between others that are not."""
    between = (
        other_piece("crystal-rabbit-frog.mp4", 0, 8),
        other_piece("crystal-rabbit-frog.mp4", 12, 20),
    )
    sintel, bunny = (
        work_piece("sintel-trailer.mp4", 24, 37),
        work_piece("big-buck-bunny.mp4", 5, 17),
    )
    blupi = work_piece("planet-blupi.mp4", 14, 24)
    makers.cut_together((between[0], sintel, between[1], bunny, blupi), to)


def _reference(made: Place, work_id: str) -> str:
    work = made.desk.catalog.work(work_id)
    if work is None:
        raise LookupError(work_id)
    return work.references[0].reference_id


def _take_all(
    browser: Browser, made: Place, some: Sequence[tuple[str, Mapping[str, str]]], folder: Path
) -> None:
    themes: tuple[Theme, ...] = ("light", "dark")
    pages = [(actor, name, path) for actor, paths in some for name, path in paths.items()]
    for actor, name, path in pages:
        for theme, language, width in product(themes, ("en", "ko"), (WIDE, NARROW)):
            to = folder / f"{name}-{theme}-{language}-{width}.png"
            _take(browser, made, actor, path, to, theme, language, width, whole=True)


def _take(
    browser: Browser,
    made: Place,
    actor: str,
    path: str,
    to: Path,
    theme: Theme,
    language: str,
    width: int,
    whole: bool,
) -> None:
    size: ViewportSize = {"width": width, "height": HEIGHT}
    with browser.new_context(
        base_url=made.url,
        viewport=size,
        color_scheme=theme,
        locale={"ko": "ko-KR"}.get(language, "en-GB"),
    ) as context:
        if path != "/login":
            log_in(context, made, actor)
        page = context.new_page()
        page.goto(path)
        _settled(page)
        page.screenshot(path=to, full_page=whole, animations="disabled")
    _small(to)


def _small(path: Path) -> None:
    """A picture in 256 colours, which is enough to be read with."""
    with Image.open(path) as taken:
        taken.convert("RGB").quantize(256).save(path, optimize=True)


def _settled(page: Page) -> None:
    """What is being made has been made, and players show a frame."""
    if page.locator("#why").count():
        page.locator("#sum").wait_for(timeout=120_000)
    for player in page.locator("video").all():
        player.evaluate(
            "v => v.readyState > 1 || new Promise(d => v.addEventListener('loadeddata', d))"
        )
    for image in page.locator("img").all():
        image.evaluate("i => { i.loading = 'eager'; return i.decode(); }")


if __name__ == "__main__":
    main()
