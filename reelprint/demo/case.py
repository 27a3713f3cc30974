"""The demo of a case: a pirate site on this machine is sampled, judged, sealed and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from capture.capturing import Surroundings, Wanted
from capture.clock import Clock
from capture.lab import LabSite, serving
from capture.policy import Policy
from casework import policies
from casework.carrying_out import carry_out
from casework.record import Finding, Sample
from casework.store import CaseStore
from casework.taking import Sampler, Taken
from reelprint import __version__
from reelprint.demo.piracy import LIVE, SITE, STREAMS, build
from reelprint.examination import Examined, examine
from reelprint.workspace import Workspace

CASE = "DEMO-1"
ANALYST, REVIEWER = "an analyst", "a reviewer"
AUTHORITY = "a demonstration: no court, no site but on this machine"


@dataclass(frozen=True, slots=True)
class Lab:
    """Where the demo happens: a workspace with works, the record of cases, and a clock."""

    workspace: Workspace
    store: CaseStore
    clock: Clock
    jobs: int | None


def open_case(lab: Lab) -> None:
    """Under what authority, and by which rules."""
    judging = policies.load("standard")
    lab.store.open_case(CASE, ANALYST, AUTHORITY, judging, "each-once", territory="KR")


def sample(lab: Lab, folder: Path) -> Iterator[Taken]:
    """Lay the pirate site in a folder, serve it, and try each of its streams once."""
    build(folder)
    with serving(folder, lab.clock, LIVE) as site:
        for wanted in _sources(site):
            yield from _tried(lab, wanted)


def _sources(site: LabSite) -> list[Wanted]:
    policy = Policy(allow_private=True)
    return [Wanted(site.url(one.path), Path(), policy=policy) for one in STREAMS]


def _tried(lab: Lab, wanted: Wanted) -> Iterator[Taken]:
    around = Surroundings(f"reelprint {__version__}", lab.clock)
    sampler = Sampler(lab.store, CASE, ANALYST, around)
    steps = carry_out(sampler, SITE, wanted)
    return (step for step in steps if isinstance(step, Taken))


def identify(lab: Lab) -> Iterator[Examined]:
    """What is in the samples."""
    return examine(lab.workspace, lab.store, CASE, ANALYST, lab.jobs)
