"""`reelprint fingerprint`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from capture.clock import SystemClock
from evidence.signing import SigningKey
from reelprint.commands.keys import key_of
from reelprint.exits import FOUND, UNREADABLE, Usage
from reelprint.fpk.codes import needed
from reelprint.fpk.keeping import Kept
from reelprint.fpk.making import (
    SOFTWARE,
    Fingerprinted,
    Packed,
    Stated,
    pack,
    require_new,
)
from reelprint.fpk.making import fingerprint as fingerprint_items
from reelprint.pipeline import Item
from reelprint.showing.plain import plain
from reelprint.workspace import PRESETS, SETTINGS, Settings, Workspace, default_home
from reference_catalog.licences import read_licences

MAX_E_VALUE = 1.0  # nothing is searched


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options, as they were written."""

    items: Sequence[Item]
    licences: Path | None
    schemes: tuple[str, ...]
    key: Path | None
    unsigned: bool
    out: Path
    jobs: int | None
    home: Path | None

    @property
    def signing_key(self) -> SigningKey | None:
        """Who signs. Raises Usage, OSError, ValueError."""
        if self.unsigned and self.key:
            raise Usage("say --key or --unsigned, not both")
        return None if self.unsigned else key_of(self.key, self.home)

    @property
    def settings(self) -> Settings:
        """How media are read: with the memory that the workspace allows, if there is one."""
        home = self.home or default_home()
        plain_ones = Settings(MAX_E_VALUE, self.schemes)
        if not (home / SETTINGS).is_file():
            return plain_ones
        own = Workspace.open(home).settings
        return Settings(MAX_E_VALUE, self.schemes, own.decoder_memory_gib)


def schemes_of(preset: str, named: Sequence[str]) -> tuple[str, ...]:
    """The schemes that are asked for. Raises ValueError."""
    schemes = tuple(dict.fromkeys(named)) or PRESETS[preset]
    needed(schemes)
    return schemes


def fingerprint(wanted: Wanted, as_json: bool) -> int:
    """Make a package and report; the exit code. Raises OSError, ValueError."""
    require_new(wanted.out)
    key = wanted.signing_key  # before hours of reading
    licences = read_licences(wanted.licences) if wanted.licences else {}
    _require_known(licences.keys(), wanted.items)
    kept = Kept(wanted.out, needed(wanted.schemes), SOFTWARE)
    outcomes = []
    for one in track(
        fingerprint_items(wanted.settings, wanted.items, kept, wanted.jobs),
        description="fingerprinting",
        total=len(wanted.items),
        console=Console(stderr=True),
        disable=as_json,
    ):
        outcomes.append(one)
        if as_json:
            print(json.dumps(_plain(one)), flush=True)
    made_at = SystemClock().wall().strftime("%Y-%m-%dT%H:%M:%SZ")
    done = pack(outcomes, Stated(wanted.schemes, licences, made_at, key), kept, wanted.out)
    print(json.dumps({**asdict(done), "path": str(done.path)})) if as_json else _tell(
        done, outcomes
    )
    return UNREADABLE if any(one.outcome == "failed" for one in outcomes) else FOUND


def _require_known(licensed: Iterable[str], items: Sequence[Item]) -> None:
    known = {item.details.work_id for item in items}
    strange = sorted(set(licensed) - known)
    if strange:
        raise Usage(f"the licences speak of {strange[0]!r}, which is no work of this package")


def _plain(one: Fingerprinted) -> dict[str, object]:
    return {
        "path": str(one.path),
        "work_id": one.details.work_id,
        "outcome": one.outcome,
        "reason": one.reason,
        "losses": [asdict(loss) for loss in one.losses],
        "duration_s": one.duration_s,
    }


def _tell(done: Packed, outcomes: Sequence[Fingerprinted]) -> None:
    counts = Counter(one.outcome for one in outcomes)
    seconds = sum(one.duration_s for one in outcomes)
    print(
        f"{done.references} references of {done.works} works ({seconds / 3600:.2f} h): "
        f"{counts['fingerprinted']} read, {counts['kept']} read before, "
        f"{counts['repeated']} repeated, {counts['failed']} failed"
    )
    for one in outcomes:
        if one.reason:
            print(plain(f"  {one.outcome}: {one.path}: {one.reason}"))
        for loss in one.losses:
            print(plain(f"  lost in {one.path}: {loss.detail}"))
    print(plain(f"{done.path}: {done.bytes / 1e6:.1f} MB, SHA-256 {done.sha256}"))
    print(f"  signed with the key {done.signer}" if done.signer else "  not signed")
