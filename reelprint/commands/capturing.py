"""`reelprint capture`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from capture.brake import Brake
from capture.capturing import Captured, Surroundings, Wanted
from capture.capturing import capture as capture_source
from capture.exchange import AGENT
from capture.hls import Choice
from capture.limits import Limits
from capture.policy import Policy
from capture.resolving import Resolver
from capture.verifying import Verified
from capture.verifying import verify as verify_folder
from reelprint import __version__
from reelprint.exits import FOUND, INTERRUPTED, NOTHING_FOUND, UNREADABLE, Usage
from reelprint.showing.plain import plain

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|min|h)?")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kMG]?)i?B?")
_BYTES = {"": 1, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a capture, as they were written."""

    source: str
    parent: Path
    duration: str | None = None
    size: str | None = None
    variant: Choice = "highest"
    agent: str | None = None
    referer: str | None = None
    allow_private: bool = False
    page_resolver: Resolver | None = None

    @property
    def wanted(self) -> Wanted:
        """What they mean. Raises Usage."""
        if "://" not in self.source and not Path(self.source).is_file():
            raise Usage(f"{self.source} is neither a URL nor a file that is there")
        if any(not said.isascii() or not said.isprintable() for said in self._said):
            raise Usage("what servers are told is plain ASCII, on one line")
        return Wanted(
            self.source,
            self.parent,
            _seconds(self.duration) if self.duration else None,
            self.variant,
            self.agent or AGENT,
            self.referer,
            Policy(self.allow_private),
            Limits(total_bytes=_bytes(self.size)) if self.size else Limits(),
            self.page_resolver,
        )

    @property
    def _said(self) -> list[str]:
        return [said for said in (self.agent, self.referer) if said]


def capture(asked: Asked, as_json: bool) -> int:
    """Capture a source into a new folder, and report; the exit code. Raises Usage."""
    wanted, brake = asked.wanted, Brake()
    with brake.installed():
        done = capture_source(wanted, Surroundings(f"reelprint {__version__}", brake=brake))
    print(json.dumps(described(done))) if as_json else show(done)
    return code_of(done)


def code_of(done: Captured) -> int:
    """The exit code that says what came of it."""
    if done.manifest["outcome"] == "interrupted":
        return INTERRUPTED
    return FOUND if done.media else NOTHING_FOUND


def verify(folder: str, as_json: bool) -> int:
    """Recompute what a capture folder holds, and report; the exit code."""
    found = verify_folder(Path(folder))
    print(json.dumps(_verified(found))) if as_json else _print_verified(folder, found)
    if not found.sound:
        return NOTHING_FOUND
    return FOUND if found.state == "finished" else UNREADABLE


def described(done: Captured) -> dict[str, object]:
    """A capture, for machines."""
    said = ("source", "outcome", "why", "whole", "gaps", "exchanges", "bytes_received")
    return {
        "capture": str(done.folder),
        **{name: done.manifest[name] for name in said},
        "media": [str(path) for path in done.media],
        "manifest_sha256": done.manifest_sha256,
    }


def show(done: Captured) -> None:
    """A capture, for people."""
    console, manifest = Console(soft_wrap=True), done.manifest
    state = "whole" if done.whole else "with gaps" if done.media else "nothing captured"
    console.print(Text(plain(str(done.folder)), style="bold"), Text(state))
    console.print(Text(plain(f"  {manifest['outcome']}: {manifest['why']}")))
    for gap in manifest["gaps"]:
        style = "yellow" if gap["loses"] else ""
        console.print(Text(plain(f"  {_gap(gap)}"), style=style))
    for path in done.media:
        console.print(Text(plain(f"  to identify: {path}")))
    console.print(Text(f"  manifest sha256: {done.manifest_sha256}"))


def _gap(gap: dict[str, object]) -> str:
    first, last = gap["first"], gap["last"]
    numbers = "" if first is None else f" {first}" if first == last else f" {first} to {last}"
    track = f" of {gap['track']}" if gap["track"] else ""
    seconds = "" if gap["seconds"] is None else f" ({gap['seconds']} s)"
    return f"{str(gap['kind']).replace('_', ' ')}{numbers}{track}: {gap['detail']}{seconds}"


def _verified(found: Verified) -> dict[str, object]:
    return {
        "state": found.state,
        "sound": found.sound,
        "problems": list(found.problems),
        "unfinished": list(found.unfinished),
        "log_entries": found.entries,
        "files": found.files,
        "manifest_sha256": found.manifest_sha256,
    }


def _print_verified(folder: str, found: Verified) -> None:
    verdict = "sound" if found.sound else "differs"
    print(plain(f"{folder}: {found.state}, {verdict}"))
    for problem in found.problems:
        print(plain(f"  {problem}"))
    for name in found.unfinished:
        print(plain(f"  {name}: was being received when the capture was cut short"))
    if found.manifest_sha256:
        print(f"  manifest sha256: {found.manifest_sha256}")


def _seconds(said: str) -> float:
    found = _DURATION.fullmatch(said)
    if not found or not float(found[1]):
        raise Usage(f"{said} is no duration: write 60s, 10m or 1.5h")
    return float(found[1]) * _SECONDS[found[2] or "s"]


def _bytes(said: str) -> int:
    found = _SIZE.fullmatch(said)
    if not found or not float(found[1]):
        raise Usage(f"{said} is no size: write 500M or 2G")
    return int(float(found[1]) * _BYTES[found[2]])
