"""A real case: captures of a site on loopback and of recordings, matches of the engine, a log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from capture.capturing import Captured, Surroundings, Wanted, capture
from capture.chain import ORIGIN
from capture.policy import Policy
from casework import policies
from casework.record import Case, Dossier, Finding, Review, Sample, SamplingPolicy
from casework.verdict import SiteVerdict
from evidence.canonical import canonical
from evidence.contents import Contents, Entered
from evidence.signing import SigningKey
from reelprint.identification import Identifier
from reelprint.proving.judging import as_sealed, verdicts
from reelprint.proving.sealing import Given
from reelprint.workspace import Workspace
from tests.capture.conftest import listed, playlist, stock
from tests.capture.server import QuickClock, Site

SITE = "pirate.example"
LATER = "2026-01-05T13:00:00.000000Z"
CAGE = {"process": "one a file", "layers": ["limits"], "missing": {"calls": "no such kernel"}}
LAB = Policy(allow_private=True)
KEY = SigningKey.new()


@dataclass
class Ledger:
    """A custody log and what it took in, as the record of cases writes them."""

    lines: list[bytes] = field(default_factory=list)
    records: list[Entered] = field(default_factory=list)

    def append(
        self, event: str, record: tuple[str, str, Mapping[str, Any]] | None = None, **facts: str
    ) -> None:
        n = len(self.lines)
        said: dict[str, Any] = {"n": n, "event": event, "case": "C-1", "at": LATER, "by": "kim"}
        said |= facts
        if record:
            kind, name, value = record
            body = canonical(value)
            sha256 = hashlib.sha256(body).hexdigest()
            said["record"] = {"kind": kind, "name": name, "sha256": sha256}
            self.records.append(Entered(n, kind, name, body))
        said["before"] = hashlib.sha256(self.lines[-1]).hexdigest() if n else ORIGIN
        self.lines.append(json.dumps(said, ensure_ascii=True).encode("ascii") + b"\n")


@dataclass(frozen=True)
class Casebook:
    """A workspace, and captures of suspects that are looked at with it."""

    workspace: Workspace
    captures: Mapping[str, Path]
    readable: str  # the capture of a recording that carries a work
    broken: str | None  # the capture of a stream with a gap

    @cached_property
    def given(self) -> Given:
        """All that is on record."""
        dossier = self.dossier
        ledger = ledger_of(dossier)
        return Given(
            self.workspace,
            dossier,
            (verdict_of(dossier),),
            tuple(ledger.lines),
            tuple(ledger.records),
            self.captures,
            LATER,
            "reelprint test",
        )

    @cached_property
    def dossier(self) -> Dossier:
        policy = SamplingPolicy("each-once", 0, 60.0, 0, 7)
        judging = policies.load("standard")
        case = Case("C-1", "a complaint", "KR", policy, judging, "2026-01-05T11:00:00Z", "kim")
        samples = (
            self._sample("S000001", self.readable, "readable", 6.0),
            *([self._sample("S000002", self.broken, "unreadable", 0.0)] if self.broken else []),
        )
        findings = tuple(self._findings([one for one in samples if one.outcome == "readable"]))
        review = Review("F000001", "lee", LATER, "confirmed", "heard it")
        return Dossier(case, samples, findings, (review,))

    def _sample(self, name: str, capture: str, outcome: Any, seconds: float) -> Sample:
        folder = self.captures[capture]
        manifest = json.loads((folder / "manifest.json").read_bytes())
        log = map(json.loads, (folder / "log.jsonl").read_text().splitlines())
        bodies = [e["body"] for e in log if e.get("role") == "segment" or "modified_ns" in e]
        return Sample(
            *(name, SITE, manifest["source"], None, manifest["begun"]["wall"]),
            *(manifest["ended"]["wall"], seconds, outcome),
            None if outcome == "readable" else "main-000.ts: no media",
            capture,
            hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest(),
            tuple(body["sha256"] for body in bodies if body["file"]),
            tuple(one["file"] for one in manifest["media"]),
        )

    def _findings(self, samples: Sequence[Sample]) -> Iterator[Finding]:
        names = (f"F{n:06}" for n in count(1))
        every = [(sample, media) for sample in samples for media in sample.media]
        with closing(Identifier(self.workspace)) as identifier:
            for sample, media in every:
                path = self.captures[sample.capture or ""] / media
                answer: Any = identifier.identify(path).as_dict()
                sha256 = answer["query"]["sha256"]
                for match in answer["matches"]:
                    said = (match, answer["max_e_value"], answer["engine"], LATER)
                    yield Finding(next(names), sample.sample_id, media, sha256, *said)


def ledger_of(dossier: Dossier, with_cage: bool = True) -> Ledger:
    """The log of a dossier that came to be in its order; old ones do not say what held decoders."""
    ledger = Ledger()
    ledger.append("opened", ("case", dossier.case.case_id, dossier.case.as_dict()))
    cage = {"cage": CAGE} if with_cage else {}
    for sample in dossier.samples:
        name = sample.sample_id
        before: dict[str, Any] = {**sample.as_dict(), "outcome": "empty", "reason": None}
        ledger.append("sampled", ("sample", name, {**before, "seconds": 60.0}))
        said = {"outcome": sample.outcome, "reason": sample.reason, "seconds": sample.seconds}
        ledger.append("examined", ("examined", name, {"sample_id": name, **said, **cage}))
    for finding in dossier.findings:
        ledger.append("found", ("finding", finding.finding_id, finding.as_dict()))
    for n, review in enumerate(dossier.reviews):
        ledger.append("reviewed", ("review", f"R{n:06}", review.as_dict()))
    ledger.append("exported", package="case.evidence.zip", signer=KEY.signer.fingerprint)
    return ledger


def verdict_of(dossier: Dossier) -> SiteVerdict:
    """What the dossier comes to, nothing being known of licences."""
    (verdict,) = verdicts(as_sealed(dossier), [])
    return verdict


def recorded(parent: Path, recording: Path) -> Captured:
    """A capture of a file, made in the past."""
    return capture(Wanted(str(recording), parent), Surroundings("test", long_ago()))


def with_gap(parent: Path, site: Site) -> Captured:
    """A capture of a stream of which segments 2 and 3 are gone."""
    site.put("/vod.m3u8", playlist(*listed(range(6))))
    stock(site, range(2))
    stock(site, range(4, 6))
    wanted = Wanted(site.url("/vod.m3u8"), parent, policy=LAB)
    return capture(wanted, Surroundings("test", long_ago()))


def long_ago() -> QuickClock:
    return QuickClock(start=datetime(2026, 1, 5, 12, tzinfo=UTC))


def changed(contents: Contents, dossier: Dossier) -> Contents:
    """What an inside forger makes of a case: another dossier, with a log that fits it."""
    ledger = ledger_of(dossier)
    return replace(
        contents, dossier=dossier, custody=tuple(ledger.lines), records=tuple(ledger.records)
    )
