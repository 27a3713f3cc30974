"""`reelprint verify`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from evidence.checks import Verified
from evidence.signing import Signer
from evidence.verifying import Asked
from evidence.verifying import verify as verify_package
from reelprint.exits import FOUND, NOTHING_FOUND, Usage
from reelprint.proving.again import from_media, rederived
from reelprint.proving.judging import verdicts
from reelprint.showing.plain import plain
from reelprint.signing import start_of

_SHA256 = re.compile(r"[0-9a-f]{64}")
_STYLES = {"ok": "green", "fail": "bold red", "not checked": "yellow"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options, as they were written."""

    package: Path
    signer: str | None
    roots: Path | None
    head: str | None
    from_media: bool

    @property
    def asked(self) -> Asked:
        """What they mean. Raises Usage, OSError, ValueError."""
        return Asked(
            _signer(self.signer) if self.signer else None,
            self.roots.read_bytes() if self.roots else None,
            _digest(self.head, "--head") if self.head else None,
            (rederived, from_media()) if self.from_media else (rederived,),
            verdicts,
        )


def verify(wanted: Wanted, as_json: bool) -> int:
    """Check a package and report; the exit code. Raises OSError, ValueError, Usage."""
    found = verify_package(wanted.package, wanted.asked)
    print(json.dumps(found.as_dict())) if as_json else _tell(wanted.package, found)
    return FOUND if found.holds else NOTHING_FOUND


def _signer(said: str) -> Signer | str:
    path = Path(said)
    return Signer.of(start_of(path)) if path.is_file() else _digest(said, "--signer")


def _digest(said: str, option: str) -> str:
    """A SHA-256 as people copy it."""
    found = re.sub(r"[\s:]", "", said).lower()
    if not _SHA256.fullmatch(found):
        raise Usage(f"{option} {said} is neither a SHA-256 in hex nor a file")
    return found


def _tell(package: Path, found: Verified) -> None:
    console = Console(soft_wrap=True)
    for check in found.checks:
        state = Text(f"{check.state:>11}", style=_STYLES[check.state])
        console.print(state, Text(plain(f"{check.name}: {check.detail}")))
    console.print(Text(plain(f"{package}: {'it holds' if found.holds else 'IT DOES NOT HOLD'}")))
