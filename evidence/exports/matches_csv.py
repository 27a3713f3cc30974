"""`matches.csv`: one row a finding, with what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.record import Finding, Review, Sample
from casework.verdict import SiteVerdict, WorkVerdict
from evidence.exports.contents import Contents
from evidence.exports.standing import last_reviews, samples
from evidence.exports.table import Cell, joined, table

COLUMNS = (
    *("case_id", "finding_id", "sample_id", "site", "source", "media", "suspect_sha256"),
    *("capture", "capture_manifest_sha256", "taken_at", "ended_at", "found_at"),
    *("work_id", "title", "owner", "identifiers", "reference_id", "modality", "sound", "picture"),
    *("sample_start_s", "sample_end_s", "reference_start_s", "reference_end_s", "speed"),
    *("pitch_semitones", "mirrored", "inverted", "crop", "picture_box", "rotation_deg"),
    *("score", "e_value", "max_e_value", "attribution", "series", "shared_with"),
    *("rights", "site_state", "work_state", "counts"),
    *("disposition", "reviewed_by", "reviewed_at", "review_reason"),
    *("engine_version", "schemes", "index", "calibration", "reading"),
)


def matches_csv(contents: Contents) -> bytes:
    """The file, in the order in which the findings came to be."""
    taken, said = samples(contents), last_reviews(contents)
    return table(
        COLUMNS,
        (
            _row(contents, finding, taken[finding.sample_id], said.get(finding.finding_id))
            for finding in contents.dossier.findings
        ),
    )


def identifiers(work: Mapping[str, Any]) -> str:
    """The identifiers of a work in one cell."""
    return joined(f"{one['scheme']}:{one['value']}" for one in work.get("identifiers", ()))


def _row(
    contents: Contents, finding: Finding, sample: Sample, review: Review | None
) -> dict[str, Cell]:
    return {
        "case_id": contents.dossier.case.case_id,
        **_sampled(finding, sample),
        **_matched(finding.match),
        **_altered(finding.match.get("transform") or {}),
        **_work(contents, finding),
        **_judged(contents, finding, sample),
        **_reviewed(review),
        **_engine(finding.engine),
        "max_e_value": finding.max_e_value,
    }


def _sampled(finding: Finding, sample: Sample) -> dict[str, Cell]:
    return {
        "finding_id": finding.finding_id,
        "sample_id": sample.sample_id,
        "site": sample.site,
        "source": sample.source,
        "media": finding.media,
        "suspect_sha256": finding.suspect_sha256,
        "capture": sample.capture,
        "capture_manifest_sha256": sample.manifest_sha256,
        "taken_at": sample.taken_at,
        "ended_at": sample.ended_at,
        "found_at": finding.found_at,
    }


def _matched(match: Mapping[str, Any]) -> dict[str, Cell]:
    plain = ("reference_id", "modality", "sound", "picture", "speed", "pitch_semitones")
    more = ("score", "e_value", "attribution", "series")
    query, reference = match.get("query") or {}, match.get("reference") or {}
    return {
        **{name: match.get(name) for name in (*plain, *more)},
        "sample_start_s": query.get("start_s"),
        "sample_end_s": query.get("end_s"),
        "reference_start_s": reference.get("start_s"),
        "reference_end_s": reference.get("end_s"),
        "shared_with": joined(match.get("shared_with") or ()),
    }


def _altered(transform: Mapping[str, Any]) -> dict[str, Cell]:
    return {
        "mirrored": transform.get("mirrored"),
        "inverted": transform.get("inverted"),
        "crop": joined(transform.get("crop") or ()),
        "picture_box": joined(transform.get("picture") or ()),
        "rotation_deg": transform.get("rotation_deg"),
    }


def _work(contents: Contents, finding: Finding) -> dict[str, Cell]:
    work = contents.works.get(finding.work_id, {})
    return {
        "work_id": finding.work_id,
        "title": work.get("title") or finding.match.get("title"),
        "owner": work.get("owner"),
        "identifiers": identifiers(work),
    }


def _judged(contents: Contents, finding: Finding, sample: Sample) -> dict[str, Cell]:
    site = next((one for one in contents.verdicts if one.site == sample.site), None)
    work = _of_work(site, finding.work_id)
    return {
        "rights": work.rights if work else None,
        "site_state": site.state if site else None,
        "work_state": work.state if work else None,
        "counts": finding.finding_id in work.findings if work else None,
    }


def _of_work(site: SiteVerdict | None, work_id: str) -> WorkVerdict | None:
    return next((one for one in (site.works if site else ()) if one.work_id == work_id), None)


def _reviewed(review: Review | None) -> dict[str, Cell]:
    return {
        "disposition": review.disposition if review else None,
        "reviewed_by": review.by if review else None,
        "reviewed_at": review.at if review else None,
        "review_reason": review.reason if review else None,
    }


def _engine(engine: Mapping[str, Any]) -> dict[str, Cell]:
    return {
        "engine_version": engine.get("version"),
        "schemes": joined(engine.get("schemes") or ()),
        "index": engine.get("index"),
        "calibration": engine.get("calibration"),
        "reading": engine.get("reading"),
    }
