"""Writes a report of what a package holds: it repeats figures, and comes to none of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.record import Finding
from casework.verdict import SiteVerdict
from evidence.contents import Contents
from media.clip import Span
from reelprint.reporting.document import (
    Block,
    Document,
    Section,
    listing,
    paragraph,
    strong,
    table,
)
from reelprint.reporting.words import Language, Words, words_of
from reelprint.showing.words import span

CHALLENGES = 8
LIMITS, ASSUMED = 4, 3


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report is of: what will be sealed, the gaps of its captures, and by which key."""

    contents: Contents
    gaps: Mapping[str, Sequence[Mapping[str, Any]]]
    signer: str


def document(reported: Reported, language: Language) -> Document:
    """The report in a language."""
    words, contents = words_of(language), reported.contents
    sections = (
        Section(words("asked.title"), [*_asked(words, contents)]),
        Section(words("finding.title"), [*_finding(words, contents)]),
        Section(words("method.title"), [*_method(words, contents)]),
        Section(words("limits.title"), [_numbered(words, "limits", LIMITS)]),
        Section(words("works.title"), [*_works(words, contents)]),
        Section(words("figures.title"), [*_figures(words, contents)]),
        Section(words("statistics.title"), [*_statistics(words, contents)]),
        Section(words("samples.title"), [*_samples(words, reported)]),
        Section(words("custody.title"), [*_custody(words, contents)]),
        Section(words("verify.title"), [*_verify(words)]),
        Section(words("challenges.title"), [*_challenges(words)]),
    )
    case, made = contents.dossier.case.case_id, contents.made_at
    subtitle = words("subtitle", made=made, software=contents.software, signer=reported.signer)
    return Document(language, words("title", case=case), subtitle, sections)


def _asked(words: Words, contents: Contents) -> Iterator[Block]:
    case, nothing = contents.dossier.case, words("nothing")
    sites = ", ".join(contents.dossier.sites) or nothing
    where = case.territory or nothing
    yield paragraph(
        words(
            "asked.body", sites=sites, opened=case.opened_at, by=case.opened_by,
            authority=case.authority, territory=where,
        )
    )  # fmt: skip
    judging = str(case.judging.get("name", nothing))
    policy = case.sampling
    yield paragraph(words("asked.policy", policy=policy.name, seed=policy.seed, judging=judging))


def _finding(words: Words, contents: Contents) -> Iterator[Block]:
    for one in contents.verdicts:
        tally = one.tally
        yield strong(
            words(
                "finding.site", site=one.site, state=words(f"state.{one.state}"),
                tried=tally.tried, readable=tally.readable, matched=tally.matched,
                streams_matched=tally.streams_matched, streams_readable=tally.streams_readable,
                works=len(one.works),
            )
        )  # fmt: skip
        if one.reasons:
            yield paragraph(words("finding.reasons"))
            yield listing(one.reasons)
    if not contents.verdicts:
        yield paragraph(words("finding.none"))


def _method(words: Words, contents: Contents) -> Iterator[Block]:
    findings = contents.dossier.findings
    bounds = sorted({finding.max_e_value for finding in findings})
    said = ", ".join(f"{bound:g}" for bound in bounds) or words("nothing")
    said_last = [review.disposition for review in _reviews(contents).values()]
    yield paragraph(words("method.capture"))
    held = len(contents.compared.originals)
    yield paragraph(words("method.match", references=held, bound=said))
    yield paragraph(
        words(
            "method.review", findings=len(findings), confirmed=said_last.count("confirmed"),
            rejected=said_last.count("rejected"),
        )
    )  # fmt: skip
    engine = contents.engine
    yield paragraph(
        words(
            "method.engine", version=engine.get("version"), calibration=engine.get("calibration"),
            schemes=", ".join(map(str, engine.get("schemes", ()))), index=engine.get("index"),
        )
    )  # fmt: skip


def _reviews(contents: Contents) -> Mapping[str, Any]:
    """The last review of each finding, which counts."""
    return {review.finding_id: review for review in contents.dossier.reviews}


def _numbered(words: Words, key: str, count: int) -> Block:
    return listing([words(f"{key}.{n}") for n in range(1, count + 1)])


def _works(words: Words, contents: Contents) -> Iterator[Block]:
    rows = [row for verdict in contents.verdicts for row in _work_rows(words, contents, verdict)]
    if rows:
        yield table(words.columns("works.head"), rows)
    else:
        yield paragraph(words("works.none"))
    reviews = _reviews(contents)
    if contents.dossier.findings:
        rows = [
            _finding_row(words, one, reviews.get(one.finding_id))
            for one in contents.dossier.findings
        ]
        yield table(words.columns("findings.head"), rows)


def _work_rows(words: Words, contents: Contents, verdict: SiteVerdict) -> Iterator[list[str]]:
    e_values = {one.finding_id: float(one.match["e_value"]) for one in contents.dossier.findings}
    for work in verdict.works:
        best = min((e_values[f] for f in work.findings if f in e_values), default=None)
        yield [
            verdict.site,
            f"{work.title} ({work.work_id})",
            words(f"state.{work.state}"),
            words(f"rights.{work.rights}"),
            f"{work.tally.matched} / {work.tally.readable}",
            f"{work.tally.streams_matched} / {work.tally.streams_readable}",
            words("nothing") if best is None else f"{best:.1e}",
            f"{work.tally.chance:.1e}",
        ]


def _finding_row(words: Words, one: Finding, review: Any) -> list[str]:
    match = one.match
    said = words("review.none")
    if review is not None:
        said = words(f"review.{review.disposition}", by=review.by)
    return [
        one.finding_id,
        one.sample_id,
        one.work_id,
        *(span(Span(match[key]["start_s"], match[key]["end_s"])) for key in ("query", "reference")),
        f"{match['speed']:g}",
        f"{match['score']:g}",
        f"{match['e_value']:.1e}",
        said,
    ]


def _figures(words: Words, contents: Contents) -> Iterator[Block]:
    shown = [one for one in contents.more if one.role == "exhibit"]
    for one in shown:
        key = "figures.sound" if one.media_type == "image/svg+xml" else "figures.frames"
        finding = one.name.split("/")[1]
        yield Block("figure", words(key, finding=finding), file=one.name)
    if not shown:
        yield paragraph(words("figures.none"))


def _statistics(words: Words, contents: Contents) -> Iterator[Block]:
    for one in contents.verdicts:
        share = one.tally.share
        yield paragraph(
            words(
                "statistics.share", site=one.site, k=share.k, n=share.n, low=f"{share.low:.1%}",
                high=f"{share.high:.1%}", chance=f"{one.tally.chance:.1e}",
            )
        )  # fmt: skip
    yield _numbered(words, "statistics.assume", ASSUMED)
    for one in contents.verdicts:
        if one.caveats:
            yield paragraph(words("statistics.caveats"))
            yield listing(one.caveats)


def _samples(words: Words, reported: Reported) -> Iterator[Block]:
    rows = [
        [
            *(one.sample_id, one.site, one.source, one.taken_at, words(f"outcome.{one.outcome}")),
            *(f"{one.seconds:g}", one.capture or words("nothing")),
        ]
        for one in reported.contents.dossier.samples
    ]
    yield table(words.columns("samples.head"), rows)
    gaps = [_gap_row(words, name, gap) for name, some in reported.gaps.items() for gap in some]
    if gaps:
        yield table(words.columns("gaps.head"), gaps)
    else:
        yield paragraph(words("gaps.none"))


def _gap_row(words: Words, capture: str, gap: Mapping[str, Any]) -> list[str]:
    nothing = words("nothing")
    numbers = nothing if gap["first"] is None else f"{gap['first']} – {gap['last']}"
    return [capture, str(gap["kind"]), str(gap["track"] or nothing), numbers, str(gap["detail"])]


def _custody(words: Words, contents: Contents) -> Iterator[Block]:
    lines = contents.custody
    head = hashlib.sha256(lines[-1]).hexdigest() if lines else words("nothing")
    yield paragraph(words("custody.body", lines=len(lines), head=head))
    did: dict[tuple[str, str], list[str]] = {}
    for entry in map(json.loads, lines):
        person, event = str(entry.get("by", "")), str(entry["event"])
        did.setdefault((person, event), []).append(str(entry.get("at", "")))
    rows = [
        [person, event, str(len(times)), times[0], times[-1]]
        for (person, event), times in did.items()
    ]
    yield table(words.columns("custody.head"), rows)
    stamped, captures = len(contents.capture_stamps), len(contents.captures)
    yield paragraph(words("stamps.some", stamped=stamped, captures=captures))
    yield paragraph(words("stamps.package"))


def _verify(words: Words) -> Iterator[Block]:
    yield paragraph(words("verify.body"))
    yield Block("code", "reelprint verify case.evidence.zip --signer FINGERPRINT")
    yield paragraph(words("verify.plain"))
    yield paragraph(words("verify.key"))


def _challenges(words: Words) -> Iterator[Block]:
    for n in range(1, CHALLENGES + 1):
        yield strong(words(f"challenge.{n}.q"))
        yield paragraph(words(f"challenge.{n}.a"))
