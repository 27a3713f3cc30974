"""What a run needs: a workspace with the shipped works, excerpts to submit, who may submit them,
and what the command line says of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import av

from accounts.store import Accounts
from reelprint.demo.encoding import write
from reelprint.demo.streams import Cut, picture, sound
from reelprint.workspace import SETTINGS

DEMO = Path(str(files("reelprint"))) / "demo"
ORGANISATION, ACTOR = "load", "load@load.example"
STARTS_S, LENGTH_S = (2.0, 8.0), 6.0
_A_MINUTE = 1_000_000  # requests: what is measured is not the brake
_MEDIA = {".mp4", ".ogg", ".oga", ".mp3"}


@dataclass(frozen=True, slots=True)
class Estate:
    """A workspace ready to be served."""

    home: Path
    port: int
    suspects: Mapping[str, Path]
    expected: Mapping[str, Mapping[str, Any]]  # by suspect: what `identify --json` says
    key: str
    cookie: str  # the session of a browser


def build(scratch: Path, port: int, workers: int) -> Estate:
    """Make all of it in an empty folder."""
    home, suspects = scratch / "home", dict(_excerpts(scratch / "suspects"))
    run(home, "init")
    run(home, "register", str(DEMO / "works"))
    with (home / SETTINGS).open("a", encoding="utf-8") as settings:
        settings.write(
            f"\n[service]\nport = {port}\nworkers = {workers}\n"
            f"requests_a_minute = {_A_MINUTE}\nanonymous_requests_a_minute = {_A_MINUTE}\n"
        )
    said = run(home, "identify", "--json", *map(str, suspects.values()))
    answers = dict(zip(suspects, map(json.loads, said.splitlines()), strict=True))
    return Estate(home, port, suspects, answers, *_let_in(home))


def run(home: Path, *words: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "reelprint", *words]
    environment = {**os.environ, "REELPRINT_HOME": str(home)}
    ran = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False
    )
    if ran.returncode not in {0, 1}:
        raise OSError(f"reelprint {words[0]} ended with {ran.returncode}")
    return ran.stdout


def _excerpts(folder: Path) -> Iterator[tuple[str, Path]]:
    """Excerpts of shipped works, and of works that are not registered."""
    folder.mkdir()
    for place in (DEMO / "works", DEMO / "unregistered"):
        for work in sorted(one for one in place.iterdir() if one.suffix in _MEDIA):
            kinds, length_s = _described(work)
            for start_s in (one for one in STARTS_S if one + LENGTH_S <= length_s):
                name = f"{work.stem}-{start_s:.0f}"
                cut = Cut(work, start_s, start_s + LENGTH_S)
                path = folder / f"{name}{'.mp4' if 'video' in kinds else '.mp3'}"
                shown = picture(cut) if "video" in kinds else None
                write(path, shown, sound(cut) if "audio" in kinds else None)
                yield name, path


def _described(work: Path) -> tuple[set[str], float]:
    """What streams it has, and how long it is, in seconds."""
    with av.open(str(work)) as file:
        return {stream.type for stream in file.streams}, (file.duration or 0) / av.time_base


def _let_in(home: Path) -> tuple[str, str]:
    """A key, and the token of a session, of somebody who may do and see all."""
    (home / "service").mkdir(exist_ok=True)
    with Accounts.create(home / "service" / "accounts.sqlite") as accounts:
        accounts.add_organisation(ORGANISATION, "Load", "authority")
        accounts.add_account(ORGANISATION, ACTOR, ["analyst", "auditor", "admin"], None)
        secret, _ = accounts.issue_key(ACTOR, "load", None, None)
        return secret, accounts.log_in_by_token(accounts.one_time_token(ACTOR)).token
