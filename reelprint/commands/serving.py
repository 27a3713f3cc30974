"""`reelprint serve`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from reelprint.desk.desk import Desk
from reelprint.desk.first_run import first_link
from reelprint.exits import FOUND
from reelprint.service import config as configured
from reelprint.service.app import create_app
from reelprint.service.config import Config
from reelprint.service.housekeeper import Housekeeper
from reelprint.service.server import Server
from reelprint.working.crew import Crew
from reelprint.workspace import SETTINGS, Workspace, default_home


def serve(host: str | None, port: int | None, workers: int | None, home: Path | None) -> int:
    """Serve a workspace, which is made if there is none, until SIGTERM or Ctrl-C; the exit code.
    Raises OSError, ValueError."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    folder = home or default_home()
    if not (folder / SETTINGS).is_file():
        Workspace.create(folder)
    config = _said(configured.read(folder), host, port, workers)
    with (
        closing(Desk.open(folder, config)) as desk,
        _crew(folder, config) as crew,
        Housekeeper(desk),
    ):
        server = Server(create_app(desk, crew), config, lambda port: _ready(desk, port))
        server.run()
    return FOUND


def _said(config: Config, host: str | None, port: int | None, workers: int | None) -> Config:
    return replace(
        config,
        host=config.host if host is None else host,
        port=config.port if port is None else port,
        workers=config.workers if workers is None else workers,
    )


@contextmanager
def _crew(home: Path, config: Config) -> Iterator[Crew | None]:
    """Those who do the jobs, unless others do; stopped after the last request was answered."""
    if not config.workers:
        yield None
        return
    private, samplers = config.allow_private_addresses, config.samplers
    with Crew(home, config.workers, private, samplers=samplers) as crew:
        yield crew


def _ready(desk: Desk, port: int) -> None:
    """Say where to find the service, and on the first run how to come in."""
    config = replace(desk.config, port=port)
    print(f"serving {desk.workspace.home} at {config.url}", flush=True)
    link = first_link(replace(desk, config=config))
    if link is not None:
        print(f"nobody has logged in yet; this link lets you in once: {link}", flush=True)
