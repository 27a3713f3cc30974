"""What goes into a package, as values: the caller has made all of it, nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from casework.record import Dossier
from casework.verdict import SiteVerdict
from evidence.archive import Source
from evidence.compared import Compared

FORMAT = "reelprint-evidence-1"
MANIFEST, SUMS, SIGNATURE, STAMP = (
    "manifest.json",
    "SHA256SUMS",
    "SHA256SUMS.sig",
    "SHA256SUMS.tsr",
)
SIGNER, README, DOSSIER, POLICY = "signer.pem", "README-VERIFY.txt", "dossier.json", "policy.json"
VERDICT, CUSTODY, GAPS = "verdict.json", "custody.jsonl", "gaps.json"
RECORDS = "records.jsonl"
ENGINE, CALIBRATION, LICENCES = "engine.json", "calibration.json", "licences.json"
CAPTURES, MATCHES, STAMPS = "captures", "matches", "stamps"
UNSUMMED = (SUMS, SIGNATURE, STAMP)  # what SHA256SUMS cannot hold, being made from it
NOT_STAMPED = "not yet time-stamped"

Role = Literal[
    "record",
    "policy",
    "verdict",
    "custody",
    "capture",
    "match",
    "exhibit",
    "fingerprint",
    "engine",
    "report",
    "export",
    "notice",
    "stamp",
    "guide",
    "manifest",
]


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of a package: its content, and where that comes from."""

    name: str
    source: Source
    role: Role
    media_type: str
    derived_from: tuple[str, ...] = ()  # names of files of the package
    produced_by: str = "reelprint"


@dataclass(frozen=True, slots=True)
class Entered:
    """A value as it was recorded with line `n` of the custody log, in canonical JSON."""

    n: int
    kind: str  # "case", "plan", "order", "begun", "sample", "examined", "finding", "review"
    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Contents:
    """One case with all that it rests on.

    `records` are what the lines of the custody log took in, from which the dossier follows.
    `captures` are folders by the name that samples give them; `custody` the lines of the log, each
    with its line feed. `engine` says what gave the answers, `calibration` is the file it used.
    `more` are files that others made: reports, pictures of matches, exports, drafts of notices;
    `capture_stamps` RFC 3161 answers over manifests of captures, by the captures' names.
    """

    dossier: Dossier
    verdicts: tuple[SiteVerdict, ...]
    custody: tuple[bytes, ...]
    records: tuple[Entered, ...]
    captures: Mapping[str, Path]
    licences: tuple[Mapping[str, Any], ...]
    engine: Mapping[str, Any]
    calibration: bytes
    compared: Compared
    made_at: str
    software: str
    more: tuple[Packed, ...] = ()
    capture_stamps: Mapping[str, bytes] = field(default_factory=dict)
