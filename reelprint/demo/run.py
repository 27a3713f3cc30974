"""The demo from end to end: register, make the suspects, identify them, write the page."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from reelprint.demo.copies import MANIFEST, SUSPECTS
from reelprint.demo.exhibits import exhibits
from reelprint.demo.page import Section, render
from reelprint.demo.suspect import Shown, Suspect
from reelprint.pipeline import Item, identify, register
from reelprint.pool import cores
from reelprint.workspace import Workspace
from reference_catalog.manifest import read_manifest

Report = Callable[[str], None]

# Beside these the folder holds nothing of ours; only a folder with the mark is written over.
MARK = ".reelprint-demo"
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
    _clear(out)
    workspace = Workspace.create(out / WORKSPACE)
    works = _register(workspace, manifest, jobs, report)
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


def _clear(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()) and not (out / MARK).exists():
        raise FileExistsError(f"{out} holds other files: name an empty folder, or a new one")
    (out / MARK).touch()
    for folder in (WORKSPACE, FILES):
        shutil.rmtree(out / folder, ignore_errors=True)
    (out / FILES).mkdir()


def _register(workspace: Workspace, manifest: Path, jobs: int | None, report: Report) -> int:
    """Register the works of a manifest; how many there are."""
    rows = read_manifest(manifest)
    report(f"registering {len(rows)} works")
    items = [Item(row.path, row.details) for row in rows]
    outcomes = list(register(workspace, items, jobs))
    for outcome in outcomes:
        if outcome.outcome == "failed":
            report(f"{outcome.path.name} could not be registered: {outcome.reason}")
    return sum(outcome.outcome == "registered" for outcome in outcomes)


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
