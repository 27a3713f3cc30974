"""A case with three sites, built by hand: one to notify of, one licensed, one with little."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from casework.record import Case, Dossier, Finding, Review, Sample, SamplingPolicy
from casework.verdict import Rights, Share, SiteVerdict, State, Tally, WorkVerdict
from evidence.exports.contents import Contents, Figure, Party
from evidence.exports.receipts import Peer, Receipt, Received

OPENED = "2026-10-01T08:00:00.000000Z"
MADE = "2026-10-09T12:00:00.000000Z"
PIRATE, ALLOWED, UNSURE = "pirate.example", "vod.example", "unsure.example"
ENGINE = {
    "version": "0.1.0",
    "schemes": ["audio-landmark-2", "video-dct256-1"],
    "index": "i-7",
    "calibration": "c-3",
    "reading": "full",
}


def digest(name: str) -> str:
    """Some SHA-256."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def sample(number: int, site: str, **changed: Any) -> Sample:
    """One of a minute."""
    made = Sample(
        sample_id=f"S{number}",
        site=site,
        source=f"https://{site}/live/{number}.m3u8",
        planned_at=None,
        taken_at=f"2026-10-0{number + 1}T10:00:00.000000Z",
        ended_at=f"2026-10-0{number + 1}T10:01:00.000000Z",
        seconds=60.0,
        outcome="readable",
        reason=None,
        capture=f"capture-{number}",
        manifest_sha256=digest(f"manifest {number}"),
        segments=(digest(f"segment {number}"),),
        media=("media/main.ts",),
    )
    return replace(made, **changed)


def match(work_id: str, title: str) -> dict[str, Any]:
    """An element of `matches`."""
    return {
        "work_id": work_id,
        "title": title,
        "reference_id": "R000001",
        "modality": "both",
        "sound": "same",
        "picture": "same",
        "query": {"start_s": 3.1, "end_s": 54.1},
        "reference": {"start_s": 601.4, "end_s": 654.542},
        "speed": 1.042,
        "pitch_semitones": -0.71,
        "transform": {
            "mirrored": True,
            "inverted": False,
            "crop": [0.1, 0.0, 0.9, 1.0],
            "picture": None,
            "rotation_deg": 0.0,
        },
        "score": 214.6,
        "e_value": 3.2e-81,
        "shared_with": [],
        "attribution": "work",
        "series": None,
    }


def finding(number: int, sample_id: str, work_id: str, title: str) -> Finding:
    """A match in the media of a sample."""
    return Finding(
        *(f"F{number}", sample_id, "media/main.ts", digest(f"media {sample_id}")),
        *(match(work_id, title), 1e-6, ENGINE, "2026-10-08T09:00:00.000000Z"),
    )


def tally(tried: int = 3, matched: int = 2) -> Tally:
    """A count of samples."""
    share = Share(matched, tried, 0.0943, 0.9916)
    return Tally(tried, tried, matched, tried, matched, share, 3e-6)


def verdict(
    site: str, state: State, *works: tuple[str, str, Rights, tuple[str, ...]]
) -> SiteVerdict:
    """On a site; the works are (id, title, rights, findings)."""
    return SiteVerdict(
        site=site,
        state=state,
        tally=tally(),
        works=tuple(
            WorkVerdict(one, title, state, rights, tally(), findings, (f"{one} was matched.",))
            for one, title, rights, findings in works
        ),
        enough=True,
        policy="standard-1",
        reasons=("Two streams of three matched.",),
        caveats=("One hour only was sampled.",),
    )


def dossier() -> Dossier:
    """Four samples, four findings, three of them reviewed."""
    policy = SamplingPolicy("hourly", 3, 60.0, 1, 2**63)
    case = Case("OP-2026-014", "warrant 17/26", "KR", policy, {"name": "standard-1"}, OPENED, "ana")
    failed = sample(4, UNSURE, outcome="unreadable", reason="no stream", capture=None)
    failed = replace(failed, manifest_sha256=None, segments=(), media=())
    return Dossier(
        case,
        (sample(1, PIRATE), sample(2, PIRATE), sample(3, ALLOWED), failed),
        (
            finding(1, "S1", "film-x", "Film X"),
            finding(2, "S2", "film-x", "Film X"),
            finding(3, "S2", "song-y", "Song Y"),
            finding(4, "S3", "film-x", "Film X"),
        ),
        (
            Review("F1", "rev", "2026-10-08T10:00:00.000000Z", "confirmed", "same cut, same logo"),
            Review("F2", "rev", "2026-10-08T10:01:00.000000Z", "confirmed", "same"),
            Review("F2", "rev", "2026-10-08T10:05:00.000000Z", "rejected", "on second sight, not"),
            Review("F4", "rev", "2026-10-08T10:02:00.000000Z", "confirmed", "same"),
        ),
    )


def verdicts() -> tuple[SiteVerdict, ...]:
    """One of each site."""
    indicated: Rights = "unlicensed_indicated"
    return (
        verdict(
            PIRATE,
            "confirmed",
            ("film-x", "Film X", indicated, ("F1", "F2")),
            ("song-y", "Song Y", "rights_unknown", ("F3",)),
        ),
        verdict(ALLOWED, "confirmed", ("film-x", "Film X", "licensed", ("F4",))),
        verdict(UNSURE, "undecided"),
    )


def contents(**changed: Any) -> Contents:
    """All of it."""
    made = Contents(
        dossier=dossier(),
        verdicts=verdicts(),
        works={
            "film-x": {
                "title": "Film X",
                "kind": "film",
                "owner": "Studio A",
                "series": None,
                "identifiers": [{"scheme": "eidr", "value": "10.5240/7791-8534-2C23-9030-8610-5"}],
            }
        },
        licences={"film-x": [{"distributor": "vod.example", "territories": ["KR"]}]},
        generated_at=MADE,
        software="reelprint 0.1.0",
        investigator=Party("Copyright Agency"),
        complainant=Party("Studio A", "legal@studio.example"),
        receipts={"capture-1": receipt_of_one()},
        figures=(Figure("false matches among 5,004 excerpts", "0", "docs/benchmarks/audio.json"),),
    )
    return replace(made, **changed)


def receipt_of_one() -> Receipt:
    """Two files, and servers by both kinds of address."""
    at = "2026-10-02T10:00:01.000000Z"
    return Receipt(
        "reelprint 0.1.0",
        False,
        ({"kind": "missed", "first": 7, "last": 9, "seconds": 6.0, "loses": True},),
        (
            Received("manifest.json", 900, digest("manifest 1")),
            Received("media/main.ts", 188000, digest("media S1")),
        ),
        (
            Peer(PIRATE, "192.0.2.7", (digest("leaf"), digest("root")), at),
            Peer("cdn.pirate.example", "2001:db8::7", (), at),
            Peer("198.51.100.9", "198.51.100.9", (), at),
        ),
    )
