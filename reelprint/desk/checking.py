"""Checking a stranger's evidence package, for anybody: no log-in, nothing kept, few at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from reelprint.desk.desk import Desk
from reelprint.proving import apart

FOLDER = "service"
MOST_BYTES = 4 << 30  # of a package that anybody may send
AT_ONCE = 2
Answer = Literal["ok", "fail"]
State = Literal["ok", "fail", "not checked"]
# What each question is called, in the languages of reports; what was found is said in English, for
# it quotes the package.
NAMES: Mapping[str, tuple[str, str]] = {
    "archive": ("The file", "파일 형식"),
    "manifest": ("Its list of files", "파일 목록"),
    "sums": ("Its hashes", "해시"),
    "signature": ("Its signature", "서명"),
    "signer": ("Who signed", "서명자"),
    "records": ("Its records", "기록"),
    "captures": ("What was captured", "수집 자료"),
    "gaps": ("What is missing of captures", "수집 자료의 누락"),
    "custody": ("The custody log", "관리 기록"),
    "findings": ("Findings and captured bytes", "발견과 수집된 바이트"),
    "copies": ("What it says twice", "중복 기재 사항"),
    "verdict": ("The verdict, by its policy", "정책에 따른 판정"),
    "time stamp": ("Time stamps", "시점 확인"),
    "fingerprints": ("Its fingerprints", "지문"),
    "re-derivation": ("Matches, derived again", "일치의 재도출"),
}
STATES: Mapping[State, tuple[str, str]] = {
    "ok": ("holds", "이상 없음"),
    "fail": ("does not hold", "이상 있음"),
    "not checked": ("not checked", "확인하지 않음"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One question about a package, and its answer."""

    name: str
    title: Words
    state: State
    said: Words  # the state
    detail: str


@dataclass(frozen=True, slots=True)
class PackageChecked:
    """What `reelprint verify --json` says of a package."""

    verify: Answer
    not_checked: tuple[str, ...]
    checks: tuple[Checked, ...]


class Busy(Exception):
    """As many packages are being checked as may be at once."""


_slots = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def place_for(desk: Desk) -> Iterator[Path]:
    """Where a package may be put to be checked; it is gone with the block. Raises Busy."""
    if not _slots.acquire(blocking=False):
        raise Busy("other packages are being checked: try again in a minute")
    try:
        with TemporaryDirectory(dir=desk.workspace.home / FOLDER, prefix="verify-") as folder:
            yield Path(folder) / "package.zip"
    finally:
        _slots.release()


def check(desk: Desk, package: Path, signer: str = "", head: str = "") -> PackageChecked:
    """Check a package that lies alone in its folder, in a process of its own. `signer` is the
    fingerprint of the key that must have signed, `head` one of the custody log that was noted.
    Time stamps are those of the authorities in the settings. Raises TooMuch."""
    found = apart.verify(package, package.parent, apart.Known(signer, head, desk.roots))
    checks = tuple(_checked(one) for one in found["checks"])
    return PackageChecked(found["verify"], tuple(found["not_checked"]), checks)


def _checked(one: Mapping[str, str]) -> Checked:
    name, state = one["name"], _state(one["state"])
    title = Words(*NAMES.get(name, (name, name)))
    return Checked(name, title, state, Words(*STATES[state]), one["detail"])


def _state(said: str) -> State:
    return "ok" if said == "ok" else "fail" if said == "fail" else "not checked"
