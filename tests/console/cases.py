"""A case for the console: real captures, one with a gap, and findings with hostile names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capture.capturing import Surroundings, Wanted
from capture.clock import SystemClock
from capture.policy import Policy
from casework import policies
from casework.carrying_out import carry_out
from casework.record import Sample
from casework.store import CaseStore
from casework.taking import Sampler, Taken
from media.digest import sha256
from reelprint.cases import FOLDER
from tests.capture.server import QuickClock, Site
from tests.console.place import AUTHORITY, Place
from tests.reelprint.conftest import FILM

CASE = "C-1"
ANALYST, OTHER = "ann@police.example", "roy@police.example"
SITE, PLAIN_SITE = '"><script>alert(1)<b>', "pirate.example"
TITLE = '<img src=x onerror=alert("t")>'
REASON = "<script>alert('r')</script> a secret of roy"
QUERY = "?<script>alert('u')</script>"
PLAYLIST = "\n".join(
    (
        "#EXTM3U",
        "#EXT-X-TARGETDURATION:2",
        *(f"#EXTINF:2.0,\ns{number}.ts" for number in range(6)),
        "#EXT-X-ENDLIST",
        "",
    )
)


@dataclass(frozen=True, slots=True)
class Led:
    """A case that was led."""

    case_id: str
    findings: tuple[str, ...]


def lead(server: Place, film: Path, piece: Path, site: Site) -> Led:
    """Lead a case: a film that was recorded, and a stream of which one segment is gone."""
    _lay(site, piece)
    clock = QuickClock(start=SystemClock().wall())
    home = server.desk.workspace.home / FOLDER
    with CaseStore.create(home, clock) as store:
        judging = policies.load("standard")
        store.open_case(CASE, ANALYST, "complaint <7>", judging, "each-once", 7, "KR")
        sampler = Sampler(store, CASE, ANALYST, Surroundings("tests", clock))
        shown = [
            _taken(sampler, PLAIN_SITE, str(film)),
            _taken(sampler, SITE, site.url(f"/a.m3u8{QUERY}")),
        ]
        found = [one for sample in shown for one in _examined(store, sample)]
        store.review(CASE, OTHER, found[0], "rejected", REASON)
    server.desk.accounts.claim("case", CASE, AUTHORITY)
    return Led(CASE, tuple(found))


def _lay(site: Site, piece: Path) -> None:
    for query in ("", QUERY, "?%3Cscript%3Ealert('u')%3C/script%3E"):
        site.put(f"/a.m3u8{query}", PLAYLIST.encode())
    for number in (0, 1, 2, 4, 5):
        site.put(f"/s{number}.ts", piece.read_bytes())


def _taken(sampler: Sampler, name: str, source: str) -> Sample:
    wanted = Wanted(source, Path(), policy=Policy(allow_private=True))
    (taken,) = (one for one in carry_out(sampler, name, wanted) if isinstance(one, Taken))
    return taken.sample


def _examined(store: CaseStore, sample: Sample) -> list[str]:
    folder = store.captures(CASE) / str(sample.capture)
    answers = {name: _answer(folder / name) for name in sample.media}
    return [one.finding_id for one in store.examined(CASE, ANALYST, sample.sample_id, answers)]


def _answer(media: Path) -> Mapping[str, Any]:
    engine = {"version": "1", "schemes": [], "index": "i", "calibration": "c", "reading": "full"}
    found = [_match(FILM, TITLE, "both"), _match("founders", "Founders", "audio")]
    query = {"path": media.name, "sha256": sha256(media), "duration_s": 12.0, "losses": []}
    said = {"status": "identified", "matches": found[: 1 if media.suffix == ".mp4" else 2]}
    return {"query": query, **said, "reason": None, "max_e_value": 1e-4, "engine": engine}


def _match(work_id: str, title: str, modality: str) -> dict[str, Any]:
    return {
        "work_id": work_id,
        "title": title,
        "reference_id": "R000001",
        "modality": modality,
        "query": {"start_s": 0.5, "end_s": 7.5},
        "reference": {"start_s": 12.7, "end_s": 19.7},
        "speed": 1.0,
        "pitch_semitones": 0.0,
        "transform": {
            "mirrored": True,
            "inverted": False,
            "crop": None,
            "picture": None,
            "rotation_deg": 0.0,
        },
        "score": 80.0,
        "e_value": 3.2e-19,
        "attribution": "work",
        "shared_with": [],
    }
