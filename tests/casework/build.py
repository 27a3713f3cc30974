"""Small cases, made by hand or by hypothesis."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from capture.clock import iso
from casework.policies import load
from casework.record import Case, Disposition, Dossier, Finding, Review, Sample, SamplingPolicy

SITE = "pirate.example"
STANDARD = load("standard")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def moment(minutes: float) -> str:
    """So many minutes after noon."""
    return iso(NOON + timedelta(minutes=minutes))


def case(territory: str | None = "KR", planned: int = 1) -> Case:
    plan = SamplingPolicy("test", planned, 60.0, 1, 7)
    return Case("c", "a complaint", territory, plan, STANDARD, moment(-60), "opener")


def sample(
    name: str,
    source: str = "",
    *,
    at: float = 0.0,
    segments: Sequence[str] = (),
    readable: bool = True,
    site: str = SITE,
) -> Sample:
    """A sample of a source of its own, with a segment of its own."""
    return Sample(
        sample_id=name,
        site=site,
        source=source or f"https://{site}/{name}",
        planned_at=None,
        taken_at=moment(at),
        ended_at=moment(at + 1),
        seconds=60.0 if readable else 0.0,
        outcome="readable" if readable else "unreadable",
        reason=None if readable else "refused",
        capture=f"captures/{name}",
        manifest_sha256=sha256_of(f"manifest {name}"),
        segments=tuple(map(sha256_of, segments or [name])),
        media=("media/main-000.ts",),
    )


def match(work: str, at_s: float = 100.0, **more: Any) -> dict[str, Any]:
    """An element of `matches` of the contract."""
    return {
        "work_id": work,
        "title": work.title(),
        "reference_id": f"R-{work}",
        "modality": "both",
        "query": {"start_s": 1.0, "end_s": 55.0},
        "reference": {"start_s": at_s, "end_s": at_s + 54.0},
        "speed": 1.0,
        "pitch_semitones": 0.0,
        "transform": {"mirrored": False, "crop": None, "picture": None, "rotation_deg": 0.0},
        "score": 200.0,
        "e_value": 1e-20,
        "attribution": "work",
        **more,
    }


def finding(of: Sample, work: str, at_s: float = 100.0, file: str = "", **more: Any) -> Finding:
    """A match of a sample, in a file of its own."""
    name = f"{of.sample_id}-{work}"
    sha256 = sha256_of(file or f"file {of.sample_id}")
    engine = {"version": "1", "schemes": [], "index": "i", "calibration": "c"}
    said = match(work, at_s, **more)
    return Finding(name, of.sample_id, of.media[0], sha256, said, 1e-4, engine, of.ended_at)


def review(of: Finding, disposition: Disposition = "confirmed", at: float = 600.0) -> Review:
    return Review(of.finding_id, "reviewer", moment(at), disposition, "looked at it")


def dossier(
    samples: Sequence[Sample],
    findings: Sequence[Finding] = (),
    reviews: Sequence[Review] = (),
    of: Case | None = None,
) -> Dossier:
    return Dossier(of or case(), tuple(samples), tuple(findings), tuple(reviews))


def showing(n: int, works: Sequence[str], unmatched: int = 0, confirmed: int = 1) -> Dossier:
    """n independent streams that match works in turn, others that match nothing."""
    samples = [sample(f"m{i}", at=2000.0 * i) for i in range(n)]
    found = [finding(one, works[i % len(works)]) for i, one in enumerate(samples)]
    empty = [sample(f"u{i}", at=7.0 * i) for i in range(unmatched)]
    return dossier([*samples, *empty], found, [review(one) for one in found[:confirmed]])


def without_sample(of: Dossier, name: str) -> Dossier:
    """As if a sample had never been taken."""
    return replace(
        of,
        samples=tuple(one for one in of.samples if one.sample_id != name),
        findings=tuple(one for one in of.findings if one.sample_id != name),
    )


def without_finding(of: Dossier, name: str) -> Dossier:
    return replace(of, findings=tuple(one for one in of.findings if one.finding_id != name))


_LETTERS = "abcde"


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """Policies at which the states of small cases lie near to each other."""
    policy: dict[str, Any] = copy.deepcopy(dict(STANDARD))
    if draw(st.integers(0, 4)) == 0:
        return policy
    policy["rate"]["per_sample"] = draw(st.sampled_from([0.01, 0.05]))
    policy["reserve"]["unmatched"] = draw(st.sampled_from([1, 2, 4]))
    policy["streams"]["one_source_is_one"] = draw(st.booleans())
    policy["cleared"]["share"] = draw(st.sampled_from([0.5, 0.8, 0.99]))
    for ways in (policy["site"], policy["work"]):
        ways["confirmed"] = [_drawn_way(draw)]
        ways["probable"] = [_drawn_way(draw)]
    return policy


def _drawn_way(draw: st.DrawFn) -> dict[str, Any]:
    few = st.sampled_from([0, 0, 0, 1])
    chance = st.sampled_from([None, None, 1e-4, 0.01, 0.05, 0.3])
    way = {"streams": draw(st.integers(1, 3)), "reviewed": draw(few), "chance": draw(chance)}
    return {**{k: v for k, v in way.items() if v is not None}, "reason": "to be near"}


def chain() -> Dossier:
    """Two showings that have nothing in common but a third."""
    ends = [sample("a", at=0, segments=["x"]), sample("b", at=5000, segments=["y"])]
    samples = [*ends, sample("link", at=9000, segments=["x", "y"])]
    return dossier(samples, [finding(one, "film") for one in samples])


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    """Cases of which all may be tied to all: by source, segment, file, line. Each case has only
    some of the quirks, for with all of them little is left that counts."""
    quirks = draw(st.sets(st.sampled_from(_QUIRKS), max_size=3))
    samples = [_drawn_sample(draw, quirks, at) for at in range(draw(st.integers(2, 5)))]
    works = st.sets(st.sampled_from(_LETTERS[:3]), min_size=1, max_size=2)
    findings = [
        _drawn_finding(draw, quirks, one, work)
        for one in samples
        if draw(st.integers(0, 5))
        for work in sorted(draw(works))
    ]
    said: st.SearchStrategy[list[Disposition]] = st.lists(
        st.sampled_from(("confirmed", "rejected", "unsure")), max_size=2
    )
    reviews = [
        review(one, disposition, at)
        for one in findings
        if "review" in quirks
        for at, disposition in enumerate(draw(said))
    ]
    for at in range(draw(st.sampled_from([0, 1, 2, 3, 4, 36]))):
        samples.append(sample(f"u{at}", at=float(at)))
    return dossier(samples, findings, reviews, case(planned=draw(st.sampled_from([1, 60]))))


_QUIRKS = ("source", "unreadable", "segment", "file", "line", "e_value", "shared", "review")


def _drawn_sample(draw: st.DrawFn, quirks: set[str], at: int) -> Sample:
    segments = (
        draw(st.sets(st.sampled_from(_LETTERS[:2]), min_size=1)) if "segment" in quirks else set()
    )
    return sample(
        f"s{at}",
        draw(st.sampled_from(["", "https://pirate.example/x"])) if "source" in quirks else "",
        at=draw(st.sampled_from([0.0, 5.0, 20.0])) + at if "line" in quirks else 5000.0 * at,
        segments=sorted(segments),
        readable="unreadable" not in quirks or draw(st.booleans()),
    )


def _drawn_finding(draw: st.DrawFn, quirks: set[str], of: Sample, work: str) -> Finding:
    likely = st.sampled_from([1e-20, 9e-4, 2e-3])
    owner = st.sampled_from(["work", "shared"])
    return finding(
        of,
        work,
        at_s=draw(st.sampled_from([0.0, 300.0, 3000.0])) if "line" in quirks else 0.0,
        file=draw(st.sampled_from(["", "one file"])) if "file" in quirks else "",
        e_value=draw(likely) if "e_value" in quirks else 1e-20,
        attribution=draw(owner) if "shared" in quirks else "work",
    )
