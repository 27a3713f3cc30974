"""A program: says what a service does that is installed in a folder, and whether all is from there.

It opens each database, reads each page of the console in each language, and fetches what they name.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx

from casework.store import CaseStore
from reelprint.cases import place_of
from reelprint.console import measured
from reelprint.console.rendering import environment
from reelprint.console.texts import LANGUAGES
from reelprint.desk.desk import Desk
from reelprint.service.app import create_app
from reelprint.workspace import Workspace

PAGES = ("/login", "/verify", "/healthz", "/readyz")
NAMED = re.compile(r'<(link|script)[^>]*? (?:href|src)="([^"]+)"')


def main(installed: Path, home: Path) -> None:
    """Print it as JSON."""
    workspace = Workspace.create(home)
    CaseStore.create(place_of(workspace).folder).close()
    for language in LANGUAGES:
        templates = environment(language)
        for name in templates.list_templates():
            templates.get_template(name)
    said = {
        "measured": measured.measured() is not None,
        "outside": list(outside(installed)),
        **asyncio.run(served(home)),
    }
    print(json.dumps(said))


async def served(home: Path) -> dict[str, object]:
    """The status of each page, and of each thing that the first of them names."""
    with closing(Desk.open(home)) as desk:
        transport = httpx.ASGITransport(create_app(desk))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            pages = {page: (await client.get(page)).status_code for page in PAGES}
            named = NAMED.findall((await client.get(PAGES[0])).text)
            found = [(what, (await client.get(path)).status_code) for what, path in named]
    return {"pages": pages, "named": found}


def outside(installed: Path) -> Iterator[str]:
    """Modules of our packages that were loaded from elsewhere."""
    rooms = {one.name for one in installed.iterdir()}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.partition(".")[0] in rooms and file and not file.startswith(str(installed)):
            yield file


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
