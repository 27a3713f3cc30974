"""Captures of a site on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from capture.capturing import Captured, Surroundings, Wanted, capture
from capture.clock import Clock
from capture.limits import Limits
from capture.policy import Policy
from capture.verifying import verify
from tests.capture.server import QuickClock, Site, serving

LAB = Policy(allow_private=True)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the disk is most of what a capture does here, and shows nothing."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@dataclass
class Lab:
    """Captures into a folder, each of them verified afterwards."""

    parent: Path
    clock: Clock = field(default_factory=QuickClock)

    def __call__(
        self, source: str, for_s: float | None = None, limits: Limits | None = None, **more: Any
    ) -> Captured:
        around = Surroundings("test", self.clock, **more)
        wanted = Wanted(source, self.parent, for_s, policy=LAB, limits=limits or Limits())
        done = capture(wanted, around)
        assert verify(done.folder).problems == ()
        return done


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path / "captures")


def log(done: Captured) -> list[dict[str, Any]]:
    """The lines of a capture's log."""
    lines = (done.folder / "log.jsonl").read_text(encoding="ascii").splitlines()
    return [json.loads(line) for line in lines]


def exchanges(done: Captured) -> list[dict[str, Any]]:
    return [entry for entry in log(done) if entry["event"] == "exchange"]


def gaps(done: Captured) -> list[tuple[str, int | None, int | None]]:
    """Kind, first and last number of each gap."""
    return [(gap["kind"], gap["first"], gap["last"]) for gap in done.manifest["gaps"]]


def segment(number: int, size: int = 376) -> bytes:
    """Something that begins like a transport stream, and differs by number."""
    packet = b"G" + bytes([number % 251]) * 187
    return packet * (size // 188)


def playlist(*lines: str, first: int = 0, end: bool = True, target: int = 2) -> str:
    head = ["#EXTM3U", f"#EXT-X-TARGETDURATION:{target}", f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    return "\n".join([*head, *lines, *(["#EXT-X-ENDLIST"] if end else []), ""])


def listed(numbers: range, before: Callable[[int], list[str]] = lambda _: []) -> list[str]:
    """Segments of 2 s as lines."""
    return [line for n in numbers for line in (*before(n), "#EXTINF:2,", f"/s{n}.ts")]


def stock(site: Site, numbers: range) -> None:
    for n in numbers:
        site.put(f"/s{n}.ts", segment(n))
