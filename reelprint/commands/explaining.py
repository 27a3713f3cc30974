"""`reelprint explain`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from reelprint.exits import FOUND, NOTHING_FOUND, UNREADABLE, Usage
from reelprint.explaining.explanation import Explanation, Wanted
from reelprint.explaining.facts import as_dict
from reelprint.explaining.given import Given, differences, read_given
from reelprint.explaining.page import MARK, render
from reelprint.explaining.phrases import chance, given_up, sentence, stopped
from reelprint.explaining.run import explain as explain_path
from reelprint.showing.plain import plain
from reelprint.workspace import Workspace, default_home
from reference_catalog.errors import NoSuchWork

PAGE = Path("explanation.html")
ANSWERS = {".json", ".jsonl"}
PAGES = {".html", ".htm"}  # any other name that is not there yet is a folder
STDIN = Path("-")
MOST_ANSWER_BYTES = 50_000_000


def explain(
    suspect: Path, wanted: Wanted, out: Path | None, as_json: bool, home: Path | None, fast: bool
) -> int:
    """Explain one suspect and report; the exit code."""
    workspace = Workspace.open(home or default_home())
    _require_work(workspace, wanted)
    given = _given(suspect)
    page = None if as_json and out is None else _page(out or PAGE)
    path = given.path if given else suspect
    explanation = explain_path(workspace, path, fast or bool(given and given.fast), wanted)
    differs = differences(given, explanation.answer) if given else None
    if page is not None:
        page.write_text(render(explanation, differs), encoding="utf-8")
    if as_json:
        print(json.dumps(as_dict(explanation, differs)))
    else:
        _tell(explanation, differs or (), page)
    if explanation.answer.status == "unreadable":
        return UNREADABLE
    return FOUND if explanation.explained else NOTHING_FOUND


def _require_work(workspace: Workspace, wanted: Wanted) -> None:
    if wanted.work_id is None:
        return
    with workspace.catalog() as catalog:
        if catalog.work(wanted.work_id) is None:
            raise NoSuchWork(f"no work has the work_id {wanted.work_id!r}")


def _given(suspect: Path) -> Given | None:
    """The answer that stands in place of a suspect, if one does."""
    if suspect == STDIN:
        return read_given(sys.stdin.read(MOST_ANSWER_BYTES))
    if suspect.suffix.lower() not in ANSWERS:
        return None
    with suspect.open(encoding="utf-8") as lines:
        return read_given(lines.read(MOST_ANSWER_BYTES))


def _page(out: Path) -> Path:
    """The file to write, in a folder that is there; only a page of ours is written over."""
    is_file = not out.is_dir() and (out.exists() or out.suffix.lower() in PAGES)
    page = out if is_file else out / PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    if page.exists() and MARK not in page.read_bytes()[:2000].decode("utf-8", "replace"):
        raise Usage(f"{page} holds something else: name another file, or a folder, with --out")
    return page


def _tell(explanation: Explanation, differs: tuple[str, ...], page: Path | None) -> None:
    console = Console()
    answer = explanation.answer
    console.print(Text(plain(answer.path), style="bold"), Text(answer.status))
    for one in differs:
        console.print(Text(f"  {plain(one)}.", style="yellow"))
    for explained in explanation.explained:
        listed = explained.listed
        console.print(Text(f"  {plain(sentence(listed))} {chance(listed.account)}"))
    if not explanation.explained:
        console.print(Text(f"  {plain(given_up(explanation))}"))
        for _, says in stopped(explanation):
            console.print(Text(f"  {plain(says)}"))
    console.print(Text(f"the evidence: {plain(str(page))}"))
