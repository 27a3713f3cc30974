"""The demo from end to end: register, make the suspects, identify them, write the page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from reelprint.demo.copies import MANIFEST, SUSPECTS
from reelprint.demo.exhibits import exhibits
from reelprint.demo.laying import Report, clear, register_works
from reelprint.demo.page import Section, render
from reelprint.demo.suspect import Shown, Suspect
from reelprint.pipeline import identify
from reelprint.pool import cores
from reelprint.workspace import Workspace

WORKSPACE, FILES, PAGE = "workspace", "suspects", "index.html"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo found."""

    shown: tuple[Shown, ...]
    page: Path
    seconds: float
    ok: bool  # every expected work found, nothing false


def demo(out: Path, jobs: int | None, report: Report) -> DemoResult:
    """Run the demo on the shipped works. Raises FileExistsError if the folder holds other files."""
    return show(out, MANIFEST, SUSPECTS, jobs, report)


def show(
    out: Path, manifest: Path, suspects: Sequence[Suspect], jobs: int | None, report: Report
) -> DemoResult:
    """Run the demo on the works of a manifest and on these suspects."""
    began = time.monotonic()
    clear(out, WORKSPACE, FILES)
    workspace = Workspace.create(out / WORKSPACE)
    works = register_works(workspace, manifest, jobs, report)
    paths = [out / FILES / suspect.name for suspect in suspects]
    _make(suspects, paths, jobs, report)
    report(f"identifying {len(suspects)} suspects")
    shown = [
        Shown(suspect, path, answer)
        for suspect, path, answer in zip(
            suspects, paths, identify(workspace, paths, jobs), strict=True
        )
    ]
    report("gathering the evidence")
    sections = _sections(workspace, shown, jobs)
    seconds = time.monotonic() - began
    (out / PAGE).write_text(render(sections, works, seconds), encoding="utf-8")
    ok = all(one.as_expected for one in shown)
    return DemoResult(tuple(shown), out / PAGE, seconds, ok)


def _make(
    suspects: Sequence[Suspect], paths: Sequence[Path], jobs: int | None, report: Report
) -> None:
    report(f"making {len(suspects)} suspects")
    with ThreadPoolExecutor(jobs or cores()) as threads:
        list(threads.map(lambda suspect, path: suspect.make(path), suspects, paths))


def _sections(workspace: Workspace, shown: Sequence[Shown], jobs: int | None) -> list[Section]:
    with ThreadPoolExecutor(jobs or cores()) as threads:
        return list(threads.map(lambda one: _section(workspace, one), shown))


def _section(workspace: Workspace, one: Shown) -> Section:
    return Section(one, exhibits(workspace, one.path, one.answer))
